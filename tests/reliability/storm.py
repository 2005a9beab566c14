"""Kills a service again and again under traffic, at moments drawn from a seed, and waits until all has come through."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from tests.reliability.ledger import Ledger
from tests.reliability.process import Service
from tests.reliability.traffic import Door, Script, Traffic


class Moment(StrEnum):
    """When a kill falls."""

    ANY = "at any moment"
    SENDING = "between send and mark"
    STARTING = "just after the start"


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: at what moment, and how long after it."""

    moment: Moment
    wait_seconds: float


def plan(count: int, *, chance: random.Random) -> list[Kill]:
    """Kills of every kind, half of them while a message is under way to the receiver."""
    kinds = (Moment.SENDING, Moment.ANY, Moment.STARTING, Moment.SENDING)
    longest = {Moment.ANY: 1.0, Moment.SENDING: 0.03, Moment.STARTING: 0.15}
    moments = [kinds[number % len(kinds)] for number in range(count)]
    return [Kill(moment, chance.uniform(0, longest[moment])) for moment in moments]


@dataclass(frozen=True, slots=True)
class Storm:
    """A service under traffic, and the ledger its answers go to."""

    service: Service
    traffic: Traffic
    ledger: Ledger

    async def rage(self, scripts: Mapping[Door, Sequence[Script]], *, kills: Sequence[Kill]) -> None:
        """Let residents write while the service dies ``len(kills)`` times; ends when every message is accepted."""
        writers = [(door, script) for door, written in scripts.items() for script in written]
        shares = _shares(sum(len(script.questions) for _, script in writers), len(kills) + 1)
        async with asyncio.TaskGroup() as group:
            for door, script in writers:
                group.create_task(self.traffic.write(script, door=door))
            for kill, share in zip(kills, shares, strict=False):
                self.traffic.gate.open(share)
                await self._strike(kill)
                await self.service.start()
            self.traffic.gate.open(shares[-1])

    async def _strike(self, kill: Kill) -> None:
        if kill.moment is Moment.SENDING:
            with suppress(TimeoutError):  # No message may be on its way while all wait for leases to run out.
                await asyncio.wait_for(self.ledger.more(), 5)
        elif kill.moment is Moment.ANY:
            await self._some_accepted()
        await asyncio.sleep(kill.wait_seconds)
        await self.service.kill()

    async def _some_accepted(self) -> None:
        """So that it is killed at work, not while its clients still look for it."""
        before = self.traffic.accepted
        with suppress(TimeoutError):
            await until(lambda: _now(self.traffic.accepted > before), seconds=5)


def _shares(total: int, parts: int) -> list[int]:
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]


async def _now(value: bool) -> bool:
    return value


async def until(asks: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Ask until it is so; TimeoutError when it takes too long."""
    async with asyncio.timeout(seconds):
        while not await asks():  # noqa: ASYNC110 - what is waited for happens in another process.
            await asyncio.sleep(0.1)
