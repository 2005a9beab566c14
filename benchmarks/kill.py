"""A thousand messages while the service, a real process, is killed with -9 again and again; judged by what arrived.

Messages come in through the signed gateway, each sent again until the service says that it has it; answers go out to a
ledger in this process, which answers slowly. Settings as shipped, on SQLite and PostgreSQL; the shipped pack without
its conditions to ask back about, so that each message has one right answer whatever came before it.

Run: ``python -m benchmarks.kill`` (``--seed`` to repeat a run, ``--database sqlite`` for one of the two).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import yaml

from casework import packs
from tests.reliability.judgement import Verdict, judge
from tests.reliability.ledger import Ledger
from tests.reliability.process import ROOT, Service
from tests.reliability.storm import Kill, Storm, plan, until
from tests.reliability.town import SECRET, service
from tests.reliability.traffic import Question, RelayDoor, Traffic, scripts, session
from tests.servers import postgres

LEASE_SECONDS = 30
SLOW_SECONDS = 0.3
DRAIN_SECONDS = 300
TOWN = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def plain_community(folder: Path) -> Path:
    """A copy of the community's folder whose entries ask nothing back."""
    shutil.copytree(ROOT / "community", folder)
    for path in (folder / "packs").glob("*.yaml"):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in raw["entries"]:
            entry["variants"] = []
        path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


async def questions(community: Path) -> list[Question]:
    """Titles of the pack that are answered by their own entry, as ``ask --batch`` says."""
    entries = [entry for pack in packs.read_folder(community / "packs") for entry in pack.entries]
    asked = "\n".join(json.dumps({"id": one.id, "text": one.title}, ensure_ascii=False) for one in entries)
    settings = {"PATH": os.environ["PATH"], "MULIN_COMMUNITY_DIR": str(community)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "ask", "--batch", cwd=ROOT, env=settings,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    out, _ = await process.communicate(asked.encode())
    told = {line["id"]: line for line in map(json.loads, out.decode().splitlines()) if line["outcome"] == "answer"}
    return [
        Question(one.title, _name(one.title)) for one in entries if one.title in told.get(one.id, {}).get("text", "")
    ]


def _name(title: str) -> str:
    """A title without its remark in brackets, as later answers of a conversation give it."""
    return title.partition("（")[0]


@asynccontextmanager
async def database(kind: str, *, folder: Path) -> AsyncIterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite://{folder / 'mulin.db'}"
        return
    with postgres() as url:
        connection = await asyncpg.connect(url)
        name = f"mulin_kill_{secrets.token_hex(4)}"
        await connection.execute(f"CREATE DATABASE {name}")
        try:
            yield url.replace("/postgres?", f"/{name}?")
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await connection.close()


async def storm(kind: str, *, community: Path, asked: list[Question], messages: int, kills: int, seed: int) -> Verdict:
    """One database's run: a hundred residents, ten messages each."""
    chance = random.Random(seed)
    residents = scripts(asked, residents=messages // 10, each=10, chance=chance)
    with tempfile.TemporaryDirectory(prefix="mulin-kill-") as name:
        folder = Path(name)
        ledger = Ledger(secret=SECRET, chance=chance, slow_seconds=SLOW_SECONDS)
        moments = plan(kills, chance=chance)
        async with (
            database(kind, folder=folder) as url,
            ledger.listening(),
            session() as client,
            service(
                url, folder=folder, ledger_url=ledger.url, lease_seconds=LEASE_SECONDS, community=community
            ) as town,
        ):
            await _prepare(town)
            await Storm(town, Traffic(town), ledger).rage({RelayDoor(client, SECRET): residents}, kills=moments)
            await _drain(ledger, count=messages)
            await town.stop()
        _tell_moments(moments)
        return judge(residents, ledger.posts, kills=town.kills)


async def _prepare(town: Service) -> None:
    await town.run("migrate")
    await town.run("demo")
    await town.start()


async def _drain(ledger: Ledger, *, count: int) -> None:
    """Until everything came, or nothing more can come; what is missing then is lost."""

    async def has_all() -> bool:
        return len(ledger.rows()) >= count

    try:
        await until(has_all, seconds=DRAIN_SECONDS)
    except TimeoutError:
        print(f"after {DRAIN_SECONDS} s only {len(ledger.rows())} of {count} had arrived")


def _tell_moments(moments: list[Kill]) -> None:
    counted = Counter(kill.moment.value for kill in moments)
    print("kills: " + ", ".join(f"{count} {moment}" for moment, count in counted.items()))


async def main(given: argparse.Namespace) -> int:
    """Run and print the table; 1 when anything was wrong."""
    with tempfile.TemporaryDirectory(prefix="mulin-kill-") as name:
        return await _all(given, community=plain_community(Path(name) / "community"))


async def _all(given: argparse.Namespace, *, community: Path) -> int:
    asked, faults = await questions(community), 0
    rows = [
        "| database | seed | kills | messages | answered | lost | marked repeats | faults | minutes |",
        "|---" * 9 + "|",
    ]
    for kind in given.database:
        seed, started = given.seed if given.seed is not None else secrets.randbits(32), time.monotonic()
        print(f"{TOWN[kind]}: seed {seed}", flush=True)
        found = await storm(
            kind, community=community, asked=asked, messages=given.messages, kills=given.kills, seed=seed
        )
        minutes = (time.monotonic() - started) / 60
        counted = (given.kills, found.asked, found.answered, found.asked - found.answered, found.repeated)
        cells = (TOWN[kind], seed, *counted, len(found.faults), f"{minutes:.1f}")
        rows.append(f"| {' | '.join(map(str, cells))} |")
        print("\n".join(found.faults))
        faults += len(found.faults)
    print("\n".join(rows))
    return 1 if faults else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--database", nargs="+", choices=list(TOWN), default=list(TOWN))
    made.add_argument("--messages", type=int, default=1000, help="how many, in tens")
    made.add_argument("--kills", type=int, default=30)
    made.add_argument("--seed", type=int, help="repeat a run's chances")
    return made


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parser().parse_args())))
