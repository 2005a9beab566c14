"""A thousand messages while the service, a real process, is killed with -9 again and again; judged by what arrived.

Messages come in as Telegram's updates and WeChat's pushes in turn (``--doors chats``), or through the signed gateway
(``--doors relay``), each sent again until the service says that it has it; answers go out to stand-ins of both
platforms in this process, which keep a ledger and answer slowly. Settings as shipped, on SQLite and PostgreSQL; the
shipped pack without its conditions to ask back about, so that each message has one right answer whatever came before.

A message cut off twice between send and mark is not sent a third time, it is set aside for a person: those of them that
never arrived are counted as set aside, which is not lost, since the list of what was not delivered names them.

Run: ``python -m benchmarks.kill`` (``--seed`` to repeat a run, ``--database sqlite`` for one of the two). It ends after
``--minutes`` for each database: what has not come by then is lost, and said to be.
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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import yaml

from casework import packs
from courier.letters import Letter
from models.database import connected
from models.sealed import unseal, use_secrets
from models.transaction import fetch
from tests.reliability.judgement import SetAside, Verdict, judge
from tests.reliability.platforms import Platforms, TelegramDoor, WeChatDoor
from tests.reliability.process import ROOT, Service
from tests.reliability.storm import Kill, Storm, plan
from tests.reliability.town import KEY, SECRET, service
from tests.reliability.traffic import Door, Question, RelayDoor, Script, Traffic, scripts, session
from tests.servers import postgres

LEASE_SECONDS = 30
SLOW_SECONDS = 0.3
EACH, OF_A_FOLLOWER = 10, 4
"""What a resident writes. Answers that wait for a dead process's lease go out together, and after the last word of a
follower WeChat takes five, one that is repeated among them; a sixth is held until the next word."""
Written = Mapping[Door, Sequence[Script]]
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


@dataclass(frozen=True, slots=True)
class Weather:
    """How a run is made."""

    doors: str
    messages: int
    kills: int
    seed: int
    minutes: float


def _written(weather: Weather, asked: list[Question], *, doors: Sequence[Door], chance: random.Random) -> Written:
    """As many messages by each door, and of each resident as many as the door bears."""
    share, found = weather.messages // len(doors), {}
    for door in doors:
        each = OF_A_FOLLOWER if isinstance(door, WeChatDoor) else EACH
        found[door] = scripts(asked, residents=share // each, each=each, chance=chance)
    return found


async def run(kind: str, weather: Weather, *, community: Path, asked: list[Question]) -> Verdict:
    """One database's run."""
    chance = random.Random(weather.seed)
    with tempfile.TemporaryDirectory(prefix="mulin-kill-") as name:
        folder = Path(name)
        ledger = Platforms(secret=SECRET, chance=chance, slow_seconds=SLOW_SECONDS)
        moments = plan(weather.kills, chance=chance)
        async with (
            database(kind, folder=folder) as url,
            ledger.listening(),
            session() as client,
            service(
                url,
                folder=folder,
                ledger_url=ledger.url,
                lease_seconds=LEASE_SECONDS,
                community=community,
                more=ledger.settings(),
            ) as town,
        ):
            chats: tuple[Door, ...] = (TelegramDoor(client, ledger), WeChatDoor(client, ledger))
            doors = chats if weather.doors == "chats" else (RelayDoor(client, SECRET),)
            written = _written(weather, asked, doors=doors, chance=chance)
            residents = [script for scripts_of_door in written.values() for script in scripts_of_door]
            await _prepare(town)
            storm = Storm(town, Traffic(town), ledger)
            async with connected(url):
                try:
                    async with asyncio.timeout(weather.minutes * 60):
                        await storm.rage(written, kills=moments)
                        await _drained()
                        await town.stop()
                except TimeoutError:
                    _tell_late(weather, storm)
                    await _tell_waiting()
                aside = await _set_aside(ledger)
        _tell_moments(moments)
        return judge(residents, ledger.posts, kills=town.kills, aside=aside)


async def _prepare(town: Service) -> None:
    await town.run("migrate")
    await town.run("demo")
    await town.start()


async def _drained() -> None:
    """Until nothing of the messages is under way any more."""
    while await _under_way():  # noqa: ASYNC110 - what is waited for happens in another process.
        await asyncio.sleep(0.5)


async def _under_way() -> bool:
    inbox = "SELECT 1 FROM inbox WHERE state NOT IN ('done','failed')"
    outbox = "SELECT 1 FROM outbox WHERE state IN ('new','busy','sending')"
    return bool(await fetch(f"{inbox} UNION ALL {outbox} LIMIT 1"))


async def _set_aside(ledger: Platforms) -> list[SetAside]:
    """What was cut off twice, as the service keeps it for a person."""
    use_secrets(KEY)
    rows = await fetch("SELECT address, body FROM outbox WHERE state='failed' AND error='unknown twice'")
    kept = [(str(row["address"]), Letter.from_json(unseal(str(row["body"]))).text) for row in rows]
    return [SetAside(ledger.names.get(address, address), text) for address, text in kept]


def _tell_late(weather: Weather, storm: Storm) -> None:
    """Where it stood when the time was up."""
    kills, arrived = len(storm.service.kills), len(storm.ledger.rows())
    print(f"not at its end after {weather.minutes:g} minutes: {kills} of {weather.kills} kills,", end=" ")
    print(f"{storm.traffic.accepted} of {weather.messages} messages accepted, {arrived} answers arrived", flush=True)


async def _tell_waiting() -> None:
    """What of the messages is not done, and why: what is held or set aside waits for a person, and for nothing else."""
    for table in ("inbox", "outbox"):
        why = "error, unknown" if table == "outbox" else "error, tries"
        rows = await fetch(
            f"SELECT channel, state, {why}, count(*) AS n FROM {table} WHERE state NOT IN ('done','withdrawn')"
            f" GROUP BY channel, state, {why} ORDER BY channel, state"
        )
        print(f"{table}: {[{**row} for row in rows]}", flush=True)


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
        "| database | seed | kills | messages | answered | set aside | lost | marked repeats | faults | minutes |",
        "|---" * 10 + "|",
    ]
    for kind in given.database:
        seed, started = given.seed if given.seed is not None else secrets.randbits(32), time.monotonic()
        print(f"{TOWN[kind]}: seed {seed}", flush=True)
        weather = Weather(given.doors, given.messages, given.kills, seed, given.minutes)
        found = await run(kind, weather, community=community, asked=asked)
        minutes = (time.monotonic() - started) / 60
        lost = found.asked - found.answered - found.aside
        counted = (given.kills, found.asked, found.answered, found.aside, lost, found.repeated)
        cells = (TOWN[kind], seed, *counted, len(found.faults), f"{minutes:.1f}")
        rows.append(f"| {' | '.join(map(str, cells))} |")
        print("\n".join(found.faults))
        faults += len(found.faults)
    print("\n".join(rows))
    return 1 if faults else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--database", nargs="+", choices=list(TOWN), default=list(TOWN))
    made.add_argument("--doors", choices=("chats", "relay"), default="chats")
    made.add_argument("--messages", type=int, default=1000, help="how many, in forties")
    made.add_argument("--kills", type=int, default=30)
    made.add_argument("--minutes", type=float, default=8.0, help="for each database, from the first message on")
    made.add_argument("--seed", type=int, help="repeat a run's chances")
    return made


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parser().parse_args())))
