"""A receiver that never answers in time leaves a doubt: one marked repeat, and the conversation goes on after it."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.reliability.ledger import Ledger
from tests.reliability.storm import until
from tests.reliability.town import SECRET, town
from tests.reliability.traffic import Gate, RelayDoor, Script, Traffic, session


class _Deaf(Ledger):
    """Takes its first message to heart and does not answer; the others at once."""

    async def pause(self) -> None:
        """Longer than the service waits, as long as only one message came."""
        await asyncio.sleep(3 if len(self.rows()) == 1 else 0)


@pytest.mark.databases("sqlite")
async def test_a_message_never_acknowledged_is_repeated_once_with_a_mark_and_holds_up_the_next_no_longer(
    database_url: str, tmp_path: Path
) -> None:
    async with _Deaf(secret=SECRET, chance=random.Random(1)).listening() as ledger, session() as client:
        here = await town(database_url, folder=tmp_path, ledger_url=ledger.url)
        async with here.service as service:
            await service.start()
            gate = Gate()
            gate.open(2)
            script = Script("somebody", here.questions[:2])
            await Traffic(service, gate).write(script, door=RelayDoor(client, SECRET))
            await until(lambda: _arrived(ledger, rows=2), seconds=60)
            await service.stop()
    marks = [(post.id, post.is_marked) for post in ledger.posts]
    assert marks == [(1, False), (1, True), (2, False)]


async def _arrived(ledger: Ledger, *, rows: int) -> bool:
    return len(ledger.rows()) == rows
