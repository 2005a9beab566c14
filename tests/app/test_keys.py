"""The command that replaces the key, as a process: killed half-way, run again, and then the old key may go."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from app import demo
from app.settings import ROOT
from models.database import connected
from models.message import Inbox
from models.sealed import seal, use_secrets
from tests.app.process import begin, command

OLD, NEW = "an old secret, long enough", "a new secret, long enough"
ROWS = 6_000


@pytest.fixture
async def installation(database_url: str, tmp_path: Path) -> dict[str, str]:
    """A database with many lines sealed under the old key; gives the settings that name it."""
    async with connected(database_url):
        use_secrets(OLD)
        await demo.set_up(demo.read(ROOT / "community"), can_sign_in=False)
        lines = [
            Inbox(
                channel="web",
                key=str(at),
                lane="web:a",
                payload=seal(f"line {at}"),
                state="done",
                arrived_ms=0,
                due_ms=0,
            )
            for at in range(ROWS)
        ]
        await Inbox.bulk_create(lines, batch_size=500)
        use_secrets("a secret for tests only, never in service")
    return {"MULIN_DATABASE_URL": database_url}


async def test_a_killed_run_is_gone_on_with_and_the_old_key_may_go(
    installation: dict[str, str], tmp_path: Path
) -> None:
    both = {**installation, "MULIN_SECRET_KEY": NEW, "MULIN_OLD_SECRET_KEYS": json.dumps([OLD])}
    alone = {**installation, "MULIN_SECRET_KEY": NEW}
    killed = await begin(("keys", "rotate"), tmp_path, both)
    assert killed.stderr is not None
    line = await asyncio.wait_for(killed.stderr.readline(), 120)
    killed.kill()
    await killed.communicate()
    assert line.decode().startswith("inbox.payload: 500 looked at")
    before = await command("keys", "check", folder=tmp_path, **alone)
    assert (before.code, "still need an earlier key" in before.out) == (1, True)
    again = await command("keys", "rotate", folder=tmp_path, **both)
    assert (again.code, "may go" in again.out) == (0, True)
    sealed_again = int(again.out.split()[0])
    assert 0 < sealed_again < ROWS, "what was done before the kill is not done twice"
    after = await command("keys", "check", folder=tmp_path, **alone)
    assert (after.code, f"{ROWS} values looked at" in after.out) == (0, True)
