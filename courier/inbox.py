"""Inbound messages: each stored once, worked once, in order within its lane.

Messages of one lane are worked in the order of their row numbers. Two inserts of one lane that race each other may be
numbered either way: a sender who waits for the acknowledgement keeps its order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from courier.leases import lease_ms
from models import clock
from models.errors import Invalid
from models.message import InboxState
from models.sealed import seal, unseal
from models.transaction import (
    Row,
    chosen_once,
    execute,
    execute_by_key,
    fetch,
    fetch_by_key,
    fetch_one,
    fetch_one_by_key,
    is_postgres,
)

TRIES_BEFORE_QUARANTINE = 5


@dataclass(frozen=True, slots=True)
class Received:
    """The row that holds a message; ``is_new`` is False when the same key had come before."""

    id: int
    is_new: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message leased to one worker. ``owner`` proves the lease when it is finished."""

    id: int
    channel: str
    lane: str
    payload: str
    tries: int
    owner: str
    arrived_ms: int


class LeaseLost(Exception):
    """Somebody else took the message over; what was done with it must be rolled back."""


async def receive(*, channel: str, key: str, lane: str, payload: str, wait_ms: int = 0) -> Received:
    """Store a message once, to be worked after ``wait_ms``. Safe to repeat: a known key gives the row that is there."""
    now = clock.now_ms()
    row = await fetch_one_by_key(
        "INSERT INTO inbox (channel, key, lane, payload, state, tries, owner, lease_ms, due_ms, arrived_ms, error)"
        " VALUES ($1, $2, $3, $4, 'new', 0, '', 0, $6, $5, '') ON CONFLICT (channel, key) DO NOTHING RETURNING id",
        channel,
        key,
        lane,
        seal(payload),
        now,
        now + wait_ms,
    )
    if row is not None:
        return Received(row["id"], is_new=True, is_done=False)
    known = await fetch("SELECT id, state FROM inbox WHERE channel=$1 AND key=$2", channel, key)
    return Received(known[0]["id"], is_new=False, is_done=known[0]["state"] in ("done", "quarantined"))


async def set_aside(*, channel: str, key: str, payload: str, error: str) -> None:
    """Keep something that nobody can read, once, for whoever looks why; it is never worked."""
    now = clock.now_ms()
    await execute(
        "INSERT INTO inbox (channel, key, lane, payload, state, tries, owner, lease_ms, due_ms, arrived_ms, error)"
        " VALUES ($1, $2, $3, $4, 'quarantined', 0, '', 0, $5, $5, $6) ON CONFLICT (channel, key) DO NOTHING",
        channel,
        key,
        f"{channel}:unreadable",
        seal(payload),
        now,
        error[:200],
    )


def key_of(body: bytes) -> str:
    """The key of something that names none of its own: the same body is the same thing."""
    return f"body:{hashlib.sha256(body).hexdigest()[:40]}"


_CLAIMED = "UPDATE inbox SET state='busy', owner=$1, lease_ms=$2, tries=tries+1 WHERE"
_LEASED = "RETURNING id, channel, lane, payload, tries, arrived_ms"
_CLAIM_OF_LANE = (
    f"{_CLAIMED} id=(SELECT i.id FROM inbox i WHERE i.lane=$4 AND i.state IN ('new','busy') ORDER BY i.id LIMIT 1)"
    f" AND due_ms<=$3 AND (state='new' OR (state='busy' AND lease_ms<$3)) {_LEASED}"
)


def _claim_sql() -> str:
    """Those whose lease ran out before those that wait, each in the order of an index: a rush is not read through."""
    lost, due, (these, end) = _first("i.state='busy' AND i.lease_ms<$3"), _first("i.state='new'"), chosen_once()
    return (
        f"WITH lost AS ({lost}), due AS ({due})"
        f" {_CLAIMED} id {these}SELECT id FROM lost UNION ALL SELECT id FROM due LIMIT $4{end} {_LEASED}"
    )


def _first(which: str) -> str:
    """The first message of each lane that is one of these, those due the longest before others."""
    lock = " FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    return (
        f"SELECT i.id FROM inbox i WHERE {which} AND i.due_ms<=$3 AND NOT EXISTS (SELECT 1 FROM inbox p"
        f" WHERE p.lane=i.lane AND p.id<i.id AND p.state IN ('new','busy')) ORDER BY i.due_ms, i.id LIMIT $4{lock}"
    )


async def claim(*, limit: int = 10, lane: str | None = None) -> list[Inbound]:
    """Lease the next messages, at most one per lane; ``lane`` narrows it to one conversation."""
    owner, now = uuid4().hex, clock.now_ms()
    sql, which = (_claim_sql(), limit) if lane is None else (_CLAIM_OF_LANE, lane)
    rows = await fetch_by_key(sql, owner, now + lease_ms(), now, which)
    rows.sort(key=lambda row: row["id"])
    return [message for row in rows if (message := await _opened(row, owner)) is not None]


def _readable(row: Row, owner: str) -> Inbound | None:
    try:
        payload = unseal(row["payload"])
    except Invalid:
        return None
    return Inbound(row["id"], row["channel"], row["lane"], payload, row["tries"], owner, row["arrived_ms"])


async def _opened(row: Row, owner: str) -> Inbound | None:
    """The message of a row; one that no key of ours opens is set aside, and its lane goes on."""
    message = _readable(row, owner)
    if message is None:
        await execute(
            "UPDATE inbox SET state='quarantined', error='unreadable', lease_ms=0 WHERE id=$1 AND owner=$2",
            row["id"],
            owner,
        )
    return message


async def finish(message: Inbound) -> None:
    """Mark as done, in the same transaction as the message's effects; raises LeaseLost to undo them."""
    changed = await execute_by_key(
        "UPDATE inbox SET state='done', lease_ms=0 WHERE id=$1 AND owner=$2 AND state='busy'", message.id, message.owner
    )
    if changed != 1:
        raise LeaseLost(str(message.id))


async def forget_words(message: Inbound) -> None:
    """Empty a message that was just finished: its words are needed no more, and its key stays."""
    await execute_by_key("UPDATE inbox SET payload='' WHERE id=$1", message.id)


async def behind(message: Inbound) -> list[Inbound]:
    """What waits in the lane behind a leased message, in order; nobody else takes it up before that one is done."""
    rows = await fetch(
        "SELECT id, channel, lane, payload, tries, arrived_ms FROM inbox WHERE lane=$1 AND id>$2 AND state='new'"
        " ORDER BY id LIMIT 50",
        message.lane,
        message.id,
    )
    return [one for row in rows if (one := _readable(row, message.owner)) is not None]


async def finish_along(message: Inbound, others: Sequence[Inbound]) -> None:
    """Mark others of the lane as done along with a leased message, in the transaction of their effects."""
    for other in others:
        changed = await execute(
            "UPDATE inbox SET state='done' WHERE id=$1 AND lane=$2 AND state='new'", other.id, message.lane
        )
        if changed != 1:
            raise LeaseLost(str(other.id))
    await finish(message)


async def put_back(message: Inbound, *, error: str, wait_ms: int = 1_000) -> bool:
    """After a failure: try again later, or quarantine after too many tries. True when quarantined."""
    poisoned = message.tries >= TRIES_BEFORE_QUARANTINE
    state = "quarantined" if poisoned else "new"
    await execute(
        "UPDATE inbox SET state=$1, error=$2, due_ms=$3, lease_ms=0 WHERE id=$4 AND owner=$5 AND state='busy'",
        state,
        error[:200],
        clock.now_ms() + wait_ms * message.tries,
        message.id,
        message.owner,
    )
    return poisoned


async def replay(inbox_id: int) -> bool:
    """Let a message that was set aside be worked once more."""
    changed = await execute(
        "UPDATE inbox SET state='new', tries=0, error='', due_ms=$1, lease_ms=0"
        " WHERE id=$2 AND state='quarantined' AND payload<>'' AND error NOT LIKE 'unreadable%'",
        clock.now_ms(),
        inbox_id,
    )
    return changed == 1


async def drop(inbox_id: int) -> bool:
    """Let a message that was set aside be: only its key is kept."""
    return await execute("UPDATE inbox SET state='done', payload='' WHERE id=$1 AND state='quarantined'", inbox_id) == 1


async def release(message: Inbound) -> None:
    """Give a lease back unused, at shutdown."""
    await execute(
        "UPDATE inbox SET state='new', tries=tries-1, lease_ms=0 WHERE id=$1 AND owner=$2 AND state='busy'",
        message.id,
        message.owner,
    )


async def is_done(message_id: int) -> bool:
    """Whether nothing more will happen with a message."""
    row = await fetch_one("SELECT state FROM inbox WHERE id=$1", message_id)
    return row is not None and row["state"] in ("done", "quarantined")


async def oldest_age_ms() -> int:
    """How long the oldest waiting message has waited, in milliseconds; 0 when none waits."""
    row = await fetch_one("SELECT min(arrived_ms) AS arrived FROM inbox WHERE state IN ('new','busy')")
    return max(0, clock.now_ms() - row["arrived"]) if row and row["arrived"] is not None else 0


async def clear_payloads(*, before_ms: int, limit: int) -> int:
    """Empty the payloads of done messages that arrived before a moment, so many at a time; gives how many."""
    return await execute(
        "UPDATE inbox SET payload='' WHERE id IN (SELECT id FROM inbox WHERE state='done' AND arrived_ms<$1"
        " AND payload<>'' ORDER BY id LIMIT $2)",
        before_ms,
        limit,
    )


async def forget(*, before_ms: int, limit: int, state: InboxState = InboxState.DONE) -> int:
    """Delete finished messages that arrived before a moment, and with them the keys by which a repeated delivery is
    known; so many at a time, gives how many."""
    return await execute(
        "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state=$1 AND arrived_ms<$2 ORDER BY id LIMIT $3)",
        state.value,
        before_ms,
        limit,
    )


async def follow(lane: str, new: str) -> int:
    """Put a lane's finished messages under the name of the chat that was closed there, with which they are erased."""
    return await execute("UPDATE inbox SET lane=$2 WHERE lane=$1 AND state IN ('done','quarantined')", lane, new)


async def erase(lane: str) -> int:
    """Empty what a lane's finished messages said; their keys stay."""
    return await execute(
        "UPDATE inbox SET payload='' WHERE lane=$1 AND state IN ('done','quarantined') AND payload<>''", lane
    )
