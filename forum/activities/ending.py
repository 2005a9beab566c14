"""That an activity does not take place: said once, by who runs it or by the clock."""

from __future__ import annotations

from models.transaction import execute


async def end(activity_id: int, *, reason: str) -> bool:
    """It does not take place, in the caller's transaction; False where somebody said so before."""
    changed = await execute(
        "UPDATE activity SET state='called_off', reason=$1, code='' WHERE id=$2 AND state='on'", reason, activity_id
    )
    return changed == 1
