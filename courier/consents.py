"""One-time consents: somebody agreed to be sent one notice outside their window, for each time they agreed."""

from __future__ import annotations

from models import clock
from models.transaction import execute, fetch_one


async def agree(lane: str) -> None:
    """Note that somebody agreed. Whoever agrees twice before it was used is counted once: a repeated word of the
    platform changes nothing, and nobody is sent a row of notices."""
    await execute(
        "INSERT INTO reach_consent (lane, remaining, changed_ms) VALUES ($1,1,$2) ON CONFLICT (lane) DO UPDATE SET"
        " remaining=1, changed_ms=excluded.changed_ms",
        lane,
        clock.now_ms(),
    )


async def is_given(lane: str) -> bool:
    """Whether a notice may be sent to somebody."""
    return await fetch_one("SELECT lane FROM reach_consent WHERE lane=$1 AND remaining>0", lane) is not None


async def spend(lane: str) -> bool:
    """Use it up; False when there is none. Of several at once, one has it."""
    changed = await execute(
        "UPDATE reach_consent SET remaining=remaining-1, changed_ms=$2 WHERE lane=$1 AND remaining>0",
        lane,
        clock.now_ms(),
    )
    return changed == 1


async def give_back(lane: str) -> None:
    """A notice that surely was not taken uses nothing up."""
    await execute("UPDATE reach_consent SET remaining=1 WHERE lane=$1", lane)


async def drop(lane: str) -> None:
    """They want none any more, or the other side says so."""
    await execute("DELETE FROM reach_consent WHERE lane=$1", lane)


async def forget(*, before_ms: int, limit: int) -> int:
    """Delete consents that have not changed since a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM reach_consent WHERE lane IN"
        " (SELECT lane FROM reach_consent WHERE changed_ms<$1 ORDER BY lane LIMIT $2)",
        before_ms,
        limit,
    )
