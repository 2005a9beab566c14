"""What becomes of messages after they were written: taken back, tried again, dropped, emptied, forgotten.

A letter too long for one message is several, and nobody knows them but by one of them: what is done to one here is done
to the whole letter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from courier.outbox import UNFINISHED
from models import clock
from models.message import OutboxState
from models.transaction import execute, execute_by_key, fetch, fetch_one, listed

SETTLED = "('done','failed','withdrawn')"
HELD_TOO_LONG = "held too long"
"""Why a message is a dead letter whose reader has not written for days."""
WAIT_MS = 30_000
"""How long what was held lets the answer to its reader's next word pass."""
_WHOLE = (
    "SELECT o.id FROM outbox p JOIN outbox o ON o.id=p.id OR (o.lane=p.lane AND o.last_number=p.last_number)"
    " WHERE p.id IN ({ids})"
)
"""The messages of the letters that some of them belong to."""


class TakenBack(StrEnum):
    """What taking a message back came to: it was surely never seen, was perhaps sent once, or is out of our hands."""

    UNSEEN = "unseen"
    DOUBTED = "doubted"
    TOO_LATE = "too_late"


async def whole(outbox_id: int) -> list[int]:
    """The messages of the letter that one belongs to, in order."""
    return [row["id"] for row in await fetch(f"{_WHOLE.format(ids='$1')} ORDER BY o.number", outbox_id)]


async def take_back(outbox_id: int) -> TakenBack:
    """撤回: stop a letter as far as it is not on its way at this moment, held or not, in the transaction of the change
    that wants it.

    A sender that holds it and has not begun finds the row no longer its own, and sends nothing.
    """
    ids = await whole(outbox_id)
    stopped = await fetch(
        "UPDATE outbox SET state='withdrawn', lease_ms=0 WHERE state IN ('new','busy','held','failed')"
        f" AND id IN ({_WHOLE.format(ids='$1')}) RETURNING unknown",
        outbox_id,
    )
    if not ids or len(stopped) < len(ids):
        return TakenBack.TOO_LATE
    return TakenBack.DOUBTED if any(row["unknown"] for row in stopped) else TakenBack.UNSEEN


async def is_held(lane: str, *, error: str) -> bool:
    """Whether something waits for a lane's reader for a given reason."""
    row = await fetch_one("SELECT id FROM outbox WHERE lane=$1 AND state='held' AND error=$2 LIMIT 1", lane, error)
    return row is not None


async def release(lane: str) -> int:
    """What waited for a lane's reader goes out soon: after the answer to what they wrote, which passes it
    (``overtaking``), or when that does not come in time; gives how many."""
    now = clock.now_ms()
    return await execute_by_key(
        "UPDATE outbox SET state='new', due_ms=$1, made_ms=$2 WHERE lane=$3 AND state='held'", now + WAIT_MS, now, lane
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """What was held for a lane's reader until it was given up, a letter each: its kinds and the moment of the first."""

    kinds: tuple[str, ...]
    ids: tuple[int, ...]
    first_ms: int


async def held_long(*, before_ms: int, limit: int) -> list[str]:
    """The lanes whose readers have written nothing since a moment, and for whom something is held since before it."""
    rows = await fetch(
        "SELECT DISTINCT lane FROM outbox WHERE state='held' AND made_ms<$1 ORDER BY lane LIMIT $2", before_ms, limit
    )
    return [row["lane"] for row in rows]


async def end_held(lane: str, *, before_ms: int) -> Ended | None:
    """Give up what a lane holds since before a moment: dead letters from now on, which can be sent again; None where
    somebody was first."""
    rows = await fetch(
        "UPDATE outbox SET state='failed', error=$1 WHERE lane=$2 AND state='held' AND made_ms<$3"
        " RETURNING id, kind, made_ms, number, last_number",
        HELD_TOO_LONG,
        lane,
        before_ms,
    )
    if not rows:
        return None
    letters = [row for row in rows if row["last_number"] in (None, row["number"])]
    first_ms = min(row["made_ms"] for row in rows)
    return Ended(tuple(row["kind"] for row in letters), tuple(row["id"] for row in letters), first_ms)


async def waiting() -> int:
    """How many messages are not yet settled."""
    row = await fetch_one(f"SELECT count(*) AS n FROM outbox WHERE state IN {UNFINISHED}")
    return int(row["n"]) if row else 0


async def dead() -> int:
    """How many messages will not arrive."""
    row = await fetch_one("SELECT count(*) AS n FROM outbox WHERE state='failed'")
    return int(row["n"]) if row else 0


async def replay(outbox_id: int) -> bool:
    """Let a dead letter go out once more, as if it had just been written; of several messages those that did not."""
    changed = await execute(
        "UPDATE outbox SET state='new', tries=0, unknown=0, error='', made_ms=$1, due_ms=$1"
        f" WHERE state='failed' AND body<>'' AND id IN ({_WHOLE.format(ids='$2')})",
        clock.now_ms(),
        outbox_id,
    )
    return changed > 0


async def drop(outbox_id: int) -> bool:
    """Let a dead letter be."""
    which = _WHOLE.format(ids="$1")
    return await execute(f"UPDATE outbox SET state='withdrawn' WHERE state='failed' AND id IN ({which})", outbox_id) > 0


async def clear_bodies(*, before_ms: int, limit: int) -> int:
    """Empty the bodies of delivered messages made before a moment, so many at a time; gives how many."""
    return await execute(
        "UPDATE outbox SET body='' WHERE id IN (SELECT id FROM outbox WHERE state='done' AND made_ms<$1 AND body<>''"
        " ORDER BY id LIMIT $2)",
        before_ms,
        limit,
    )


async def forget(*, before_ms: int, limit: int, states: Collection[OutboxState] = (OutboxState.DONE,)) -> int:
    """Delete settled messages made before a moment, so many at a time; gives how many."""
    which = ", ".join(f"'{state.value}'" for state in states)
    return await execute(
        f"DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state IN ({which}) AND made_ms<$1"
        " ORDER BY id LIMIT $2)",
        before_ms,
        limit,
    )


async def follow(lane: str, new: str) -> int:
    """Put a lane's settled messages under the name of the chat that was closed there, with which they are erased."""
    return await execute(f"UPDATE outbox SET lane=$2 WHERE lane=$1 AND state IN {SETTLED}", lane, new)


async def erase(lane: str) -> int:
    """Empty what a lane's settled messages said; those still on their way go out."""
    return await execute(f"UPDATE outbox SET body='' WHERE lane=$1 AND state IN {SETTLED} AND body<>''", lane)


async def erase_rows(ids: Collection[int]) -> int:
    """Empty what these letters said, as far as they are settled."""
    which = _WHOLE.format(ids=listed(ids))
    return await execute(f"UPDATE outbox SET body='' WHERE state IN {SETTLED} AND id IN ({which})")
