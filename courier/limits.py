"""How much of something may be done in a stretch of time, per key; counted by the limits library."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from models.errors import TooMany

_limiter = MovingWindowRateLimiter(MemoryStorage())
_parsed: dict[str, RateLimitItem] = {}


def install(limiter: MovingWindowRateLimiter) -> None:
    """Choose where hits are counted, once at start; a Redis storage shares them between processes."""
    global _limiter
    _limiter = limiter


def _rate(text: str) -> RateLimitItem:
    return _parsed.setdefault(text, parse(text))


async def hit(name: str, key: str, *, rate: str) -> bool:
    """Count one; False when ``rate`` (such as ``10/minute``) is used up."""
    return await _limiter.hit(_rate(rate), name, key)


async def spend(name: str, key: str, *, rate: str) -> None:
    """Count one or refuse with TooMany."""
    if not await hit(name, key, rate=rate):
        raise TooMany(f"limits.{name}", rate=rate)
