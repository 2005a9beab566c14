"""The answer to what was just asked passes what waits in its lane, which keeps its own order behind it.

Where a channel takes few messages (WeChat: one reply and five more), what was held for days would use them all up, and
whoever has asked would read the answer only after they had asked again.
"""

from __future__ import annotations

from courier.lanes import take_lane
from courier.outbox import BOT_KINDS
from models import clock
from models.transaction import execute, execute_by_key, fetch_by_key, fetch_one_by_key, listed

_WAITS = "lane=$1 AND state='new' AND error<>''"
"""What was held, or tried and not sent: what was just written has no error yet."""
_PASSED = f"{_WAITS} AND kind NOT LIKE '{BOT_KINDS}%'"
"""Of that what is no answer of ours: those come in the order of asking."""
_FOUND = (
    f"SELECT id, number, last_number FROM outbox WHERE {_PASSED} OR (lane=$1 AND state='new' AND last_number IN"
    f" (SELECT last_number FROM outbox WHERE {_PASSED})) ORDER BY number"
)
"""Those, and the messages that come after one of them in its letter."""


async def let_pass(lane: str) -> None:
    """Put what waits in a lane behind what was last written into it, in the transaction that wrote that. One that
    is on its way at this moment stays where it is."""
    found = await fetch_by_key(_FOUND, lane)
    if not found:
        return
    first, last = found[0]["number"], found[-1]["number"]
    by = await take_lane(lane, count=last - first + 1) - first
    letters = listed({row["last_number"] for row in found if row["last_number"] is not None} or {0})
    await execute(
        "UPDATE outbox SET number=CASE WHEN state='new' THEN number+$2 ELSE number END, last_number=last_number+$2"
        f" WHERE lane=$1 AND (id IN ({listed([row['id'] for row in found])}) AND state='new'"
        f" OR last_number IN ({letters}))",
        lane,
        by,
    )


async def hurry(lane: str) -> None:
    """What waited for the answer to pass is due now."""
    await execute_by_key(f"UPDATE outbox SET due_ms=$2 WHERE {_WAITS} AND due_ms>$2", lane, clock.now_ms())


async def why_waits(lane: str) -> str:
    """Why the first message that waits in a lane was not sent when it was last tried; '' where it never was tried, or
    none waits."""
    row = await fetch_one_by_key("SELECT error FROM outbox WHERE lane=$1 AND state='new' ORDER BY number LIMIT 1", lane)
    return str(row["error"]) if row else ""
