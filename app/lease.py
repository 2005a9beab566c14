"""The lead as a lease at the Redis server, with a number in the database by which a leader sees that it lost it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol
from uuid import uuid4

import structlog
from redis.asyncio import Redis

from app.shared_state import AWAY, client, named
from courier import fences, leases

LONGEST_SECONDS = 15.0
"""A lead is leased for as long as messages are, but no longer than this."""
_TAKE_OR_RENEW = """
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""
_GIVE_BACK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
log = structlog.get_logger()


class Leadership(Protocol):
    """A claim to lead; it may be lost at any time, so it is asked again before every piece of work."""

    async def leads(self) -> bool:
        """Whether this process leads now; tries to take the lead when nobody has it."""
        ...

    async def resign(self) -> None:
        """Let another process lead."""
        ...


@asynccontextmanager
async def leased(
    redis_url: str, *, name: str, without: Leadership, seconds: float | None = None
) -> AsyncIterator[Leadership]:
    """Stand for leader at the server, or by the database's lock ``without`` it; renewed for the length of a block."""
    server = client(redis_url)
    length = seconds or min(LONGEST_SECONDS, leases.lease_ms() / 1000)
    lease = Lease(server, name=name, without=without, seconds=length)
    renewing = asyncio.get_running_loop().create_task(lease.keep())
    try:
        yield lease
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        await server.aclose()


class Lease:
    """One process's claim to one lead.

    The server says who holds it. It may forget (flushed, or another one in its place), and then a second process takes
    the lead while the first still believes in it: the second took a higher number from the database, and the first sees
    that before its next piece of work, and rests for the length of a lease. While the server is away the database's
    own lock decides, and the number holds between the two kinds as well.
    """

    def __init__(self, server: Redis, *, name: str, without: Leadership, seconds: float) -> None:
        self._server = server
        self._name, self._key, self._seconds = name, named(f"leader:{name}"), seconds
        self._without = without
        self._mine = uuid4().hex
        self._wants = False
        self._good_until = 0.0
        self._rests_until = 0.0
        self._number: int | None = None

    async def leads(self) -> bool:
        """Whether the lead is held, by the server's word or the database's, and by nobody later."""
        if time.monotonic() < self._rests_until or not await self._holds():
            self._number = None
            return False
        if self._number is None:
            self._number = await fences.take(self._name)
            log.info("lead_taken", lead=self._name, number=self._number)
        if await fences.is_last(self._name, self._number):
            return True
        log.warning("lead_lost", lead=self._name, number=self._number)
        await self.resign()
        self._rests_until = time.monotonic() + self._seconds
        return False

    async def _holds(self) -> bool:
        self._wants = True
        if time.monotonic() < self._good_until:
            return True
        try:
            holds = await self._renew()
        except AWAY:
            return await self._without.leads()
        await self._without.resign()
        return holds

    async def _renew(self) -> bool:
        """Take or keep the lease; it counts from before the question."""
        asked = time.monotonic()
        said = await self._server.eval(_TAKE_OR_RENEW, 1, self._key, self._mine, str(int(self._seconds * 1000)))  # pyright: ignore[reportGeneralTypeIssues]
        self._good_until = asked + self._seconds * 2 / 3 if said else 0.0
        return bool(said)

    async def keep(self) -> None:
        """Renew a lease that is held, three times in its length, whatever its holder is at."""
        while True:
            await asyncio.sleep(self._seconds / 3)
            if self._wants and self._good_until:
                with suppress(*AWAY):
                    await self._renew()

    async def resign(self) -> None:
        """Let another process lead, at once."""
        self._wants, self._number, self._good_until = False, None, 0.0
        with suppress(*AWAY):
            await self._server.eval(_GIVE_BACK, 1, self._key, self._mine)  # pyright: ignore[reportGeneralTypeIssues]
        await self._without.resign()
