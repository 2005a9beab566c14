"""Limits count in a moving window per key, and forget keys that nobody uses any more."""

from __future__ import annotations

import asyncio

import pytest
from limits import parse
from limits.aio.strategies import MovingWindowRateLimiter

from courier.limits import InProcessStorage, hit, spend
from models.errors import TooMany


async def test_each_key_has_its_own_window() -> None:
    used = [await hit("window", key, rate="2/minute") for key in ("a", "a", "a", "b")]
    assert used == [True, True, False, True]


async def test_too_much_is_refused_by_name() -> None:
    await spend("once", "a", rate="1/minute")
    with pytest.raises(TooMany) as refusal:
        await spend("once", "a", rate="1/minute")
    assert refusal.value.key == "limits.once"


async def test_a_place_is_free_again_when_its_time_is_over() -> None:
    limiter, rate = MovingWindowRateLimiter(InProcessStorage()), parse("2/second")
    assert [await limiter.hit(rate, "a") for _ in range(3)] == [True, True, False]
    await asyncio.sleep(1.05)
    assert await limiter.hit(rate, "a")


async def test_more_than_the_whole_window_is_refused_at_once() -> None:
    limiter = MovingWindowRateLimiter(InProcessStorage())
    assert not await limiter.hit(parse("2/minute"), "a", cost=3)


async def test_keys_are_forgotten_when_their_time_is_over() -> None:
    storage = InProcessStorage(sweep_seconds=0)
    limiter = MovingWindowRateLimiter(storage)
    await limiter.hit(parse("1/second"), "gone")
    await asyncio.sleep(1.05)
    await limiter.hit(parse("1/minute"), "there")
    assert len(storage.events) == 1
