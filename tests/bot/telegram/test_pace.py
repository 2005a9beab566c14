"""The rates of the Bot API, kept before anything is sent."""

from __future__ import annotations

import pytest

from bot.channels.telegram import pace

PER_CHAT = pace.PER_CHAT  # As it is before the other tests here are spared the waiting.


@pytest.fixture(autouse=True)
def in_full(monkeypatch: pytest.MonkeyPatch, unhurried: None) -> None:
    """The rates as they are for everybody."""
    monkeypatch.setattr(pace, "PER_CHAT", PER_CHAT)


async def test_three_at_once_to_one_person_and_eighteen_to_a_group() -> None:
    assert [await pace.turn("7001", seconds=0) for _ in range(4)] == [True, True, True, False]
    assert [await pace.turn("-1001", seconds=0) for _ in range(19)] == [*[True] * 18, False]
    assert await pace.turn("7002", seconds=0)


async def test_who_waits_has_a_turn_when_one_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PER_CHAT", "1/second")
    assert await pace.turn("7003", seconds=0)
    assert not await pace.turn("7003", seconds=0)
    assert await pace.turn("7003", seconds=3)
