"""What is told only once, however late or often a job comes to it: the first who writes its mark tells it."""

from __future__ import annotations

from models import clock
from models.transaction import fetch_one


async def is_first(mark: str) -> bool:
    """Write a mark, in the transaction of what is told: it commits with it, so that a killed job tells it later."""
    row = await fetch_one(
        "INSERT INTO counter (created_at, name, value) VALUES ($1,$2,1) ON CONFLICT (name) DO NOTHING RETURNING id",
        clock.now(),
        mark,
    )
    return row is not None
