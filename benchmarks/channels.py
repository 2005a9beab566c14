"""Webhook requests a second with everything stored, on Telegram and on WeChat in safe mode (SQLite, settings of ``make
run``): 1,000 questions by outside writers, each of another resident, beside hand-written handlers that run the same
statements without understanding the question. The platforms' own servers are stand-ins in a process of their own.

Telegram's webhook says 200 once the update is stored and answers later: it is measured to that 200, while the answers
are worked out in the same process, and again to the last stored answer. Both begin to send what they have written, but
the Bot API's stand-in answers no send before the measure is over: the slower would be charged with more of them. All
that was written is sent before the next is measured. WeChat's answer is in the reply.

Where other work shares the cores, the ratio by processor time says more than that by the clock.

Run: ``python -m benchmarks.channels``; ``--profile FILE`` writes where the service spends its time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from benchmarks.chat import AT_ONCE, Server, questions
from benchmarks.load import Result, Send, as_fast_as_answered, cpu_seconds, measured, table, together
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_phones import SECRET_HEADER
from tests.fakes.telegram_updates import message
from tests.fakes.wechat_pushes import push, safe_post
from tests.reliability.platforms import WEBHOOK_SECRET, Platforms
from tests.reliability.process import ROOT, Service

ROUNDS = 4
TELEGRAM, INBOX, WECHAT = "telegram", "telegram-inbox", "wechat"
THINKING = "-thinking"
BY_HAND = {
    INBOX: "Telegram by hand: the update stored",
    TELEGRAM: "Telegram by hand: the same statements, answer included",
    TELEGRAM + THINKING: "Telegram by hand, with the same understanding and search",
    WECHAT: "WeChat by hand: the same statements, encrypted reply",
    WECHAT + THINKING: "WeChat by hand, with the same understanding and search",
}
OURS = {
    INBOX: "Mulin, Telegram: the update stored, answers worked out meanwhile",
    TELEGRAM: "Mulin, Telegram: until every answer is stored",
    WECHAT: "Mulin, WeChat in safe mode: the answer in the reply",
}
_WAITING = "SELECT count(*) FROM outbox WHERE channel='telegram' AND state IN ('new','busy','sending')"
_ANSWERS = "SELECT count(*) FROM outbox WHERE channel='telegram' AND kind LIKE 'bot.%'"


def update(url: str, texts: list[str], *, first: int) -> Send:
    """Each question as an update of another chat."""

    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        body = message(first + number, texts[number], chat=first + number)
        headers = {SECRET_HEADER: WEBHOOK_SECRET}
        async with session.post(f"{url}/channels/telegram", json=body, headers=headers) as response:
            return response.status == 200

    return send


def pushed(url: str, texts: list[str], *, first: int) -> Send:
    """Each question as a push of another follower, sealed beforehand; right is only an answer in the reply."""
    ready = [
        safe_post(push(text, number=first + number, openid=f"follower-{first + number}-openid"))
        for number, text in enumerate(texts)
    ]

    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        one = ready[number]
        async with session.post(f"{url}/channels/wechat", params=one.query, data=one.body) as response:
            return response.status == 200 and "Encrypt" in await response.text()

    return send


@dataclass(frozen=True, slots=True)
class Measured:
    """A server under load, and its database."""

    server: Server
    database: Path

    async def run(self, kind: str, texts: list[str], *, first: int) -> Result:
        """Every question once, as fast as they are answered."""
        send = (pushed if kind.startswith(WECHAT) else update)(self.server.url, texts, first=first)
        return await measured(as_fast_as_answered(send, count=len(texts), at_once=AT_ONCE), pid=self.server.pid)

    async def run_to_the_last_answer(self, texts: list[str], *, first: int) -> tuple[Result, Result]:
        """The same on Telegram, where answers are stored later: to the last acknowledgement, and to the last answer."""
        wanted, spent, began = self._count(_ANSWERS) + len(texts), cpu_seconds(self.server.pid), time.perf_counter()
        stored = await self.run(TELEGRAM, texts, first=first)
        while self._count(_ANSWERS) < wanted:  # noqa: ASYNC110 - they are stored by another process.
            await asyncio.sleep(0.02)
        seconds, spent = time.perf_counter() - began, cpu_seconds(self.server.pid) - spent
        return stored, replace(stored, seconds=seconds, cpu_seconds=spent)

    async def sent(self) -> None:
        """Until nothing of Telegram's waits to be sent: its sending must not cost what is measured next."""
        while self._count(_WAITING):  # noqa: ASYNC110 - they are sent by another process.
            await asyncio.sleep(0.1)

    def _count(self, sql: str) -> int:
        with sqlite3.connect(self.database) as db:
            return db.execute(sql).fetchone()[0]


@asynccontextmanager
async def by_hand(kind: str, folder: Path, *, bot_api: str) -> AsyncIterator[Measured]:
    """One of the servers beside ours."""
    words = (kind, str(_database(folder)), bot_api)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.channels_peers", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        yield Measured(Server(url, process.pid), _database(folder))
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def ours(folder: Path, *, platforms: Platforms, profile: str | None) -> AsyncIterator[Measured]:
    """The service with both channels, on a demo of its own."""
    settings = {"MULIN_DATABASE_URL": f"sqlite://{_database(folder)}", **platforms.settings()}
    async with Service(settings, folder=folder, profile=profile) as service:
        await service.start()
        yield Measured(Server(service.url, service.pid), _database(folder))
        await service.stop()


def _database(folder: Path) -> Path:
    return folder / "mulin.db"


async def _demo(folder: Path, *others: Path) -> None:
    """The database of a demo, and the same for the others."""
    service = Service({"MULIN_DATABASE_URL": f"sqlite://{_database(folder)}"}, folder=folder)
    await service.run("migrate")
    await service.run("demo")
    for other in others:
        shutil.copy(_database(folder), _database(other))


async def measure(texts: list[str], *, profile: str | None) -> dict[str, Result]:
    """Every row of the table, in one run, in turns; a hundred questions before do not count."""
    platforms = _Patient(secret="", chance=random.Random(1))
    platforms.names = _Anybody()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(platforms.listening())
        folders = {kind: _folder(stack) for kind in ("", *BY_HAND)}
        await _demo(*folders.values())
        server = await stack.enter_async_context(ours(folders[""], platforms=platforms, profile=profile))
        api = f"{platforms.base}/bot{TOKEN}"
        hand = {k: await stack.enter_async_context(by_hand(k, folders[k], bot_api=api)) for k in BY_HAND}
        found: dict[str, list[Result]] = {name: [] for name in (*BY_HAND.values(), *OURS.values())}
        first = 1
        for part in (texts[:100], *(texts[start::ROUNDS] for start in range(ROUNDS))):
            for name, result in (await _round(part, server, hand, platforms=platforms, first=first)).items():
                found[name].append(result)
            first += len(part)
    return {name: together(results[1:]) for name, results in found.items()}


class _Patient(Platforms):
    """Stand-ins that answer no send while something is measured."""

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """No send is answered for the length of a block."""
        self._over = asyncio.Event()
        yield
        self._over.set()

    async def pause(self) -> None:
        """Until nothing is measured."""
        await self._over.wait()


async def _round(
    part: list[str], server: Measured, hand: Mapping[str, Measured], *, platforms: _Patient, first: int
) -> dict[str, Result]:
    """Every server once, nothing of one under way when the next begins."""
    found: dict[str, Result] = {}
    for kind, peer in hand.items():
        with platforms.measuring():
            found[BY_HAND[kind]] = await peer.run(kind, part, first=first)
        await peer.sent()
    with platforms.measuring():
        found[OURS[INBOX]], found[OURS[TELEGRAM]] = await server.run_to_the_last_answer(part, first=first)
    await server.sent()
    found[OURS[WECHAT]] = await server.run(WECHAT, part, first=first)
    return found


def _folder(stack: AsyncExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mulin-channels-")))


class _Anybody(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key


def ratios(found: Mapping[str, Result], kind: str) -> str:
    """How many of the hand-written handler's requests ours answers, by the clock and by processor time."""
    own, hand = found[OURS[kind]], found[BY_HAND[kind]]
    by_clock, by_cpu = own.per_second / hand.per_second, hand.cpu_ms / own.cpu_ms
    return f"{OURS[kind]}: {by_clock:.2f} of {BY_HAND[kind]} ({by_cpu:.2f} by processor time)"


def limit(found: Mapping[str, Result], kind: str) -> str:
    """What the processor time of one request goes to."""
    own, hand, thinking = found[OURS[kind]], found[BY_HAND[kind]], found[BY_HAND[kind + THINKING]]
    think, rest = thinking.cpu_ms - hand.cpu_ms, own.cpu_ms - thinking.cpu_ms
    return (
        f"what limits {kind}: of {own.cpu_ms:.1f} ms each, {hand.cpu_ms:.1f} are a handler written by hand,"
        f" {think:.1f} understanding and search, {rest:.1f} everything else (limits, memory, turns, words, checks, log)"
    )


def main(given: argparse.Namespace) -> int:
    texts = questions(given.questions)
    found = asyncio.run(measure(texts, profile=given.profile))
    print(f"{len(texts)} different questions, {AT_ONCE} at once, {os.cpu_count()} cores shared with the client, load")
    print(f"{os.getloadavg()[0]:.1f} at the end\n")
    print(table(list(found.items())))
    print("", *(ratios(found, kind) for kind in OURS), *(limit(found, kind) for kind in (TELEGRAM, WECHAT)), sep="\n")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--questions", type=int, default=1000)
    made.add_argument("--profile", metavar="FILE", help="where cProfile's figures of the service go")
    return made


if __name__ == "__main__":
    sys.exit(main(parser().parse_args()))
