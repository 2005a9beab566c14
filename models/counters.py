"""Counters: numbers given out one after the other, and rows that two who would change the same take in turn."""

from __future__ import annotations

from models import clock
from models.transaction import fetch_one

_NEXT = (
    "INSERT INTO counter (created_at, name, value) VALUES ($1, $2, 1) ON CONFLICT (name)"
    " DO UPDATE SET value=counter.value+1, created_at=excluded.created_at RETURNING value"
)


async def next_value(name: str) -> int:
    """The next value of a counter, 1 at first; its row is held until the commit, so that nobody comes between."""
    row = await fetch_one(_NEXT, clock.now(), name)
    assert row is not None
    return int(row["value"])
