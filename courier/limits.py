"""How much of something may be done in a stretch of time, per key; counted by the limits library."""

from __future__ import annotations

import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.storage.memory import Entry
from limits.aio.strategies import MovingWindowRateLimiter

from models.errors import TooMany

SWEEP_SECONDS = 60.0


class InProcessStorage(MemoryStorage):
    """The library's memory, swept once a minute: left to itself it starts a thread for every key after every hit, which
    cost more than answering when a thousand residents had written."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        super().__init__()
        self._sweep_seconds = sweep_seconds
        self._swept = time.monotonic()

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:  # noqa: PLR0917
        """Take ``amount`` places of a key's moving window of ``expiry`` seconds; False when fewer are free."""
        now = Entry(expiry)
        self._sweep(now)
        taken, last = self.events.get(key, []), limit - amount
        if last < 0 or (len(taken) > last and taken[last].atime >= now.atime - expiry):
            return False
        self.events[key] = [*[now] * amount, *taken][:limit]
        return True

    def _sweep(self, now: Entry) -> None:
        """Forget keys whose newest place is past."""
        if time.monotonic() - self._swept < self._sweep_seconds:
            return
        self._swept = time.monotonic()
        for key in [key for key, taken in self.events.items() if taken[0].expiry < now.atime]:
            del self.events[key]


_limiter = MovingWindowRateLimiter(InProcessStorage())
_parsed: dict[str, RateLimitItem] = {}


def install(limiter: MovingWindowRateLimiter) -> None:
    """Choose where hits are counted, once at start; a Redis storage shares them between processes."""
    global _limiter
    _limiter = limiter


def _rate(text: str) -> RateLimitItem:
    if text not in _parsed:
        _parsed[text] = parse(text)
    return _parsed[text]


async def hit(name: str, key: str, *, rate: str) -> bool:
    """Count one; False when ``rate`` (such as ``10/minute``) is used up."""
    return await _limiter.hit(_rate(rate), name, key)


async def spend(name: str, key: str, *, rate: str) -> None:
    """Count one or refuse with TooMany."""
    if not await hit(name, key, rate=rate):
        raise TooMany(f"limits.{name}", rate=rate)
