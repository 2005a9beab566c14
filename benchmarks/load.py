"""Sends requests to a server on this machine and notes how long each took: as fast as answered, or at a steady rate."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

Send = Callable[[aiohttp.ClientSession, int], Awaitable[bool]]
"""Sends request number n and says whether it was answered as it should."""


@dataclass(frozen=True, slots=True)
class Result:
    """How long everything took, and each request, in seconds; ``failed`` are those answered wrongly."""

    seconds: float
    each: tuple[float, ...]
    failed: int
    cpu_seconds: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """What the server's process spent for each, in milliseconds; unlike wall time it does not depend on others."""
        return self.cpu_seconds / len(self.each) * 1000

    @property
    def per_second(self) -> float:
        """Right answers a second."""
        return (len(self.each) - self.failed) / self.seconds

    def within_ms(self, share: float) -> float:
        """The time within which this share of the requests was answered, in milliseconds (nearest rank)."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def client(at_once: int) -> aiohttp.ClientSession:
    """Kept-alive connections, no cookies."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=at_once))


async def as_fast_as_answered(send: Send, *, count: int, at_once: int) -> Result:
    """Every client sends its next request as soon as the last is answered."""
    numbers, each, wrong = iter(range(count)), [0.0] * count, 0

    async def one_client(session: aiohttp.ClientSession, todo: Iterator[int]) -> None:
        nonlocal wrong
        for number in todo:
            began = time.perf_counter()
            wrong += not await send(session, number)
            each[number] = time.perf_counter() - began

    async with client(at_once) as session:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_client(session, numbers))
        return Result(time.perf_counter() - started, tuple(each), wrong)


async def at_a_rate(send: Send, *, count: int, per_second: float) -> Result:
    """Requests leave by the clock whether or not earlier ones are answered; each is timed from when it was due."""
    each, wrong = [0.0] * count, 0

    async def one(session: aiohttp.ClientSession, number: int, due: float) -> None:
        nonlocal wrong
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        wrong += not await send(session, number)
        each[number] = time.perf_counter() - due

    async with client(0) as session:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(one(session, number, started + number / per_second))
        return Result(time.perf_counter() - started, tuple(each), wrong)


def cpu_seconds(pid: int) -> float:
    """What a process has spent so far, user and system, as Linux counts it (proc(5): stat, fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(run: Awaitable[Result], *, pid: int) -> Result:
    """A run together with what it cost the server."""
    before = cpu_seconds(pid)
    return replace(await run, cpu_seconds=cpu_seconds(pid) - before)


def together(results: Sequence[Result]) -> Result:
    """Several runs as one."""
    return Result(
        seconds=sum(one.seconds for one in results),
        each=tuple(spent for one in results for spent in one.each),
        failed=sum(one.failed for one in results),
        cpu_seconds=sum(one.cpu_seconds for one in results),
    )


def table(rows: Sequence[tuple[str, Result]]) -> str:
    """Rows as Markdown."""
    lines = ["| | a second | p50 ms | p95 ms | p99 ms | server's CPU ms each | failed |", "|---" * 7 + "|"]
    for name, result in rows:
        times = " | ".join(f"{result.within_ms(share):.1f}" for share in (0.5, 0.95, 0.99))
        lines.append(f"| {name} | {result.per_second:.0f} | {times} | {result.cpu_ms:.1f} | {result.failed} |")
    return "\n".join(lines)
