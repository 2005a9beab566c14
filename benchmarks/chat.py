"""Full answers through HTTP with everything stored: shipped pack, settings of ``make run`` (SQLite), 1,000 questions by
outside writers, each asked by another resident; beside a bare aiohttp echo and a hand-written handler that runs the
same SQL statements through the driver without understanding the question. Every server is a process of its own.

Run: ``python -m benchmarks.chat``.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.load import Result, Send, as_fast_as_answered, at_a_rate, measured, table, together
from tests.reliability.process import ROOT, Service

AT_ONCE = 16
ROUNDS = 5
ECHO = "(a) bare aiohttp echo"
BY_HAND = "(b) the same statements by hand, the question not looked at"
THINKING = "(c) the same statements by hand, with the same understanding and search"
FULL = "Mulin: full answer, stored"
STEADY = 50
SETTLED = 60.0
"""Seconds after a start: what three invented months left to be told and handed up is done by then."""
SECRET = "only for the benchmark's gateway"
ASKED = frozenset({"in_scope", "out_of_scope", "follow_up", "hand_over_lookalike", "refuse_lookalike"})
"""Kinds that ask for something of the guide: the others go to a person, or mostly ask nothing."""
ALARMING = frozenset({"emergency_lookalike"})
"""What only sounds like danger: more of it than of others is read whole."""


def questions(count: int, kinds: Collection[str] = ASKED) -> list[str]:
    """Different messages of some kinds by outside writers."""
    lines = [line for path in sorted((ROOT / "tests" / "questions").glob("w*.jsonl")) for line in path.open("rb")]
    asked = [one["text"] for one in map(json.loads, lines) if one["kind"] in kinds]
    return list(dict.fromkeys(asked))[:count]


def ask(url: str, texts: list[str], *, crowd: str) -> Send:
    """Each question by the resident of its number; ``crowd`` makes them different people from run to run."""

    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        token = hashlib.sha256(f"{crowd} {number}".encode()).hexdigest()[:43]
        form = {"text": texts[number % len(texts)], "key": str(uuid.uuid4())}
        headers = {"Cookie": f"mulin_chat={token}", "Accept": "application/json"}
        async with session.post(f"{url}/chat", data=form, headers=headers) as response:
            return response.status == 200 and bool((await response.json())["answered"])

    return send


def look(url: str, *, crowd: str) -> Send:
    """The page of the conversation."""

    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        token = hashlib.sha256(f"{crowd} {number}".encode()).hexdigest()[:43]
        async with session.get(f"{url}/chat", headers={"Cookie": f"mulin_chat={token}"}) as response:
            return response.status == 200 and len(await response.read()) > 1000

    return send


def hand_in(url: str, texts: list[str]) -> Send:
    """A message through the gateway, which is answered later: only that it is kept is waited for."""

    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        content = {"key": str(uuid.uuid4()), "address": f"resident-{number}", "text": texts[number % len(texts)]}
        body, now = json.dumps(content).encode(), str(int(time.time()))
        signed = hmac.new(SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Mulin-Time": now, "X-Mulin-Signature": signed}
        async with session.post(f"{url}/channels/relay", data=body, headers=headers) as response:
            return response.status == 200

    return send


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load: its address and process."""

    url: str
    pid: int


@asynccontextmanager
async def peer(*words: str) -> AsyncIterator[Server]:
    """One of the servers beside ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.chat_peers", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield Server((await process.stdout.readline()).decode().strip(), process.pid)
    finally:
        process.kill()
        await process.wait()


def _installation(folder: Path) -> Service:
    """As shipped; the gateway, which has no default, leads to nobody."""
    settings = {"MULIN_DATABASE_URL": f"sqlite://{folder / 'mulin.db'}"}
    relay = {"MULIN_RELAY_URL": "http://127.0.0.1:9/nobody", "MULIN_RELAY_SECRET": SECRET}
    return Service({**settings, **relay}, folder=folder)


async def _prepared(folder: Path) -> Service:
    service = _installation(folder)
    await service.run("migrate")
    await service.run("demo")
    return service


async def _fast(server: Server, texts: list[str], *, crowd: str) -> Result:
    run = as_fast_as_answered(ask(server.url, texts, crowd=crowd), count=len(texts), at_once=AT_ONCE)
    return await measured(run, pid=server.pid)


async def side_by_side(servers: dict[str, Server], texts: list[str]) -> list[tuple[str, Result]]:
    """Every server gets every question once, in turns, so that a bad minute of the machine falls on all of them; a
    hundred questions before do not count."""
    parts, found = [texts[start::ROUNDS] for start in range(ROUNDS)], {name: [] for name in servers}
    for name, server in servers.items():
        await _fast(server, texts[:100], crowd=f"{name} before")
    for number, part in enumerate(parts):
        for name, server in servers.items():
            found[name].append(await _fast(server, part, crowd=f"{name} {number}"))
    return [(name, together(results)) for name, results in found.items()]


async def measure(texts: list[str]) -> list[tuple[str, Result]]:
    """Every row of the table, in one run."""
    with tempfile.TemporaryDirectory(prefix="mulin-chat-") as name:
        one, two, three = (Path(name) / part for part in ("hand", "nlp", "ours"))
        for folder in (one, two, three):
            folder.mkdir()
            await _prepared(folder)
        async with (
            peer("echo") as echo,
            peer("statements", str(one / "mulin.db")) as hand,
            peer("understanding", str(two / "mulin.db")) as thinking,
            _installation(three) as service,
        ):
            await service.start()
            await asyncio.sleep(SETTLED)
            server = Server(service.url, service.pid)
            rows = await side_by_side({ECHO: echo, BY_HAND: hand, THINKING: thinking, FULL: server}, texts)
            rows += await ours(server, texts)
            await service.stop()
    return rows


async def ours(server: Server, texts: list[str]) -> list[tuple[str, Result]]:
    """The rest of the product: pages, a steady rate, and messages taken in."""
    url, count, rows = server.url, len(texts), []
    alarming = questions(count // ROUNDS, ALARMING)
    sounds = as_fast_as_answered(ask(url, alarming, crowd="alarming"), count=len(alarming), at_once=AT_ONCE)
    rows.append(("Mulin: what only sounds like danger", await measured(sounds, pid=server.pid)))
    pages = as_fast_as_answered(look(url, crowd=f"{FULL} 0"), count=count // ROUNDS, at_once=AT_ONCE)
    rows.append(("Mulin: the page of the conversation", await measured(pages, pid=server.pid)))
    steady = at_a_rate(ask(url, texts, crowd="by the clock"), count=count, per_second=STEADY)
    rows.append((f"Mulin: {STEADY} questions a second, by the clock", await measured(steady, pid=server.pid)))
    taken = as_fast_as_answered(hand_in(url, texts), count=2 * count, at_once=AT_ONCE)
    rows.append(("Mulin: messages taken into the inbox", await measured(taken, pid=server.pid)))
    return rows


def main(given: argparse.Namespace) -> int:
    texts = questions(given.questions)
    rows = asyncio.run(measure(texts))
    print(f"{len(texts)} different questions, {AT_ONCE} at once, {os.cpu_count()} cores shared with the client\n")
    print(table(rows))
    found = dict(rows)
    for name in (BY_HAND, THINKING):
        print(f"\nours to {name[:3]}: {found[FULL].per_second / found[name].per_second:.2f} of the answers a second")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--questions", type=int, default=1000)
    return made


if __name__ == "__main__":
    sys.exit(main(parser().parse_args()))
