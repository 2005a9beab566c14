"""Outbound messages: written with the change they tell of, sent in order within a lane, each outcome settled once.

A row is ``busy`` while leased and ``sending`` from just before the request goes out. A worker that dies while ``busy``
has sent nothing, and the row is simply taken again; one that dies while ``sending`` may have sent, and the row is sent
at most once more, marked as perhaps repeated.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from courier import signals
from courier.lanes import Turn, take_lane, turns
from courier.leases import lease_ms
from courier.letters import Letter
from courier.parts import parts
from models import clock
from models.errors import Invalid
from models.sealed import seal, unseal
from models.transaction import (
    Row,
    chosen_once,
    execute,
    execute_by_key,
    fetch_by_key,
    fetch_one_by_key,
    is_postgres,
    listed,
    transaction,
)

UNFINISHED = "('new','busy','sending')"
DIRECT_MS = {"wechat": 5_000}
"""Channels that take the bot's answer as the reply to the request it came with, and how long a row waits for that."""
BOT_KINDS = "bot."
"""How the kinds of the bot's own answers begin."""
PULLED_CHANNELS = frozenset({"web", "console"})
"""Channels whose reader fetches: a row is delivered by being there, so it is written as done."""
SENDER_DIED = "sender died"
_LISTED = "o.id IN (SELECT value FROM json_each($5))"
_RETURNED = "id, lane, channel, address, kind, body, tries, unknown, made_ms, error, for_person_id, needs, last_number"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a private message is for: the chat must still be theirs when it is sent, and they must still be allowed the
    verb and place in ``needs`` ('question.read@3'; without a place: anywhere)."""

    person_id: int | None = None
    needs: str = ""


ANYBODY = Reader()


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message leased to one sender. ``unknown`` is how many earlier sends ended without a known outcome, and
    ``is_orphan`` that the last of them was just found so: its sender died while sending. ``is_begun``: it counts as
    being sent once it was leased. ``error``: why it was not sent before. ``last_number``: the turn of its letter's last
    message."""

    id: int
    lane: str
    channel: str
    address: str
    kind: str
    letter: Letter
    tries: int
    unknown: int
    owner: str
    made_ms: int
    is_orphan: bool = False
    is_begun: bool = False
    error: str = ""
    reader: Reader = ANYBODY
    last_number: int | None = None


async def put(
    letter: Letter,
    *,
    channel: str,
    address: str,
    kind: str,
    number: int | None = None,
    due_ms: int | None = None,
    reader: Reader = ANYBODY,
) -> int:
    """Write one row, in the transaction of the change it tells of, or several where the letter is too long for one
    message of its channel; gives the id of the last."""
    is_whole = number is not None or (channel in DIRECT_MS and kind.startswith(BOT_KINDS))
    messages = [letter] if is_whole else parts(letter, channel=channel)
    first = number if number is not None else await take_lane(f"{channel}:{address}", count=len(messages))
    ids = [
        await _write(one, channel=channel, address=address, kind=kind, turn=turn, due_ms=due_ms, reader=reader)
        for one, turn in zip(messages, turns(first, len(messages)), strict=True)
    ]
    return ids[-1]


async def _write(
    letter: Letter, *, channel: str, address: str, kind: str, turn: Turn, due_ms: int | None, reader: Reader
) -> int:
    lane, now = f"{channel}:{address}", clock.now_ms()
    due = due_ms or now + (DIRECT_MS.get(channel, 0) if kind.startswith(BOT_KINDS) else 0)
    pulled = channel in PULLED_CHANNELS and due <= now
    row = await fetch_one_by_key(
        "INSERT INTO outbox (lane, number, channel, address, kind, body, state, tries, unknown, owner,"
        " lease_ms, due_ms, made_ms, done_ms, receipt, error, for_person_id, needs, last_number)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,0,0,'',0,$8,$9,$10,'','',$11,$12,$13) RETURNING id",
        lane,
        turn.number,
        channel,
        address,
        kind,
        seal(letter.to_json()),
        "done" if pulled else "new",
        due,
        now,
        now if pulled else None,
        reader.person_id,
        reader.needs,
        turn.last,
    )
    assert row is not None
    if due <= now and not pulled:
        signals.publish(signals.OUTBOX)
    return row["id"]


def _claim_sql() -> str:
    """Those whose lease ran out before those that wait, each in the order of an index: a rush is not read through."""
    lost, (these, end) = _first("o.state IN ('busy','sending') AND o.lease_ms<$3"), chosen_once()
    due = _first("o.state='new'")
    return (
        f"WITH lost AS ({lost}), due AS ({due}) UPDATE outbox SET owner=$1, lease_ms=$2, tries=tries+1,"
        " unknown=unknown+CASE WHEN state='sending' THEN 1 ELSE 0 END,"
        f" error=CASE WHEN state='sending' THEN '{SENDER_DIED}' ELSE '' END, state='busy' WHERE id {these}"
        f"SELECT id FROM lost UNION ALL SELECT id FROM due LIMIT $4{end} RETURNING {_RETURNED}"
    )


def _first(which: str) -> str:
    """The first message of each lane that is one of these, those due the longest before others."""
    ours, lock = ("o.id=ANY($5::bigint[])", " FOR UPDATE SKIP LOCKED") if is_postgres() else (_LISTED, "")
    return (
        f"SELECT o.id FROM outbox o WHERE {which} AND o.due_ms<=$3 AND NOT EXISTS (SELECT 1 FROM outbox p"
        f" WHERE p.lane=o.lane AND p.number<o.number AND p.state IN {UNFINISHED}) AND NOT ({ours})"
        f" ORDER BY o.due_ms, o.id LIMIT $4{lock}"
    )


async def claim(*, limit: int = 20, held: Collection[int] = ()) -> list[Outbound]:
    """Lease the next messages that are due, at most one per lane.

    ``held`` are the ids this process is still sending: a lease that ran out says that others may take them over, never
    that their own sender, who is about to know what came of them, should begin again.
    """
    owner, now = uuid4().hex, clock.now_ms()
    ours = list(held) if is_postgres() else json.dumps(list(held))
    rows = await fetch_by_key(_claim_sql(), owner, now + lease_ms(), now, limit, ours)
    rows.sort(key=lambda row: row["id"])
    return [message for row in rows if (message := await _opened(row, owner)) is not None]


async def _opened(row: Row, owner: str) -> Outbound | None:
    """The message of a row; one that no key of ours opens is a dead letter, and its lane goes on."""
    try:
        return _outbound(row, owner, letter=Letter.from_json(unseal(row["body"])))
    except Invalid:
        await execute(
            "UPDATE outbox SET state='failed', error='unreadable', lease_ms=0 WHERE id=$1 AND owner=$2",
            row["id"],
            owner,
        )
        return None


def _outbound(row: Row, owner: str, *, letter: Letter) -> Outbound:
    return Outbound(
        id=int(str(row["id"])),
        lane=str(row["lane"]),
        channel=str(row["channel"]),
        address=str(row["address"]),
        kind=str(row["kind"]),
        letter=letter,
        tries=int(str(row["tries"])),
        unknown=int(str(row["unknown"])),
        owner=owner,
        made_ms=int(str(row["made_ms"])),
        is_orphan=row["error"] == SENDER_DIED,
        error=str(row["error"]),
        reader=Reader(row["for_person_id"], str(row["needs"])),
        last_number=row["last_number"],
    )


async def begin_sending(message: Outbound) -> bool:
    """Write down that the request is about to go out; False when the lease was lost and nothing may be sent."""
    changed = await execute_by_key(
        "UPDATE outbox SET state='sending', lease_ms=$1 WHERE id=$2 AND owner=$3 AND state='busy'",
        clock.now_ms() + lease_ms(),
        message.id,
        message.owner,
    )
    return changed == 1


async def delivered(message: Outbound, *, receipt: str = "") -> bool:
    """The other side has it."""
    return await _settle(message, state="done", receipt=receipt, done_ms=clock.now_ms())


async def not_sent(message: Outbound, *, error: str, wait_ms: int) -> bool:
    """It surely did not arrive; try again after a while."""
    return await _settle(message, state="new", error=error, due_ms=clock.now_ms() + wait_ms)


async def wait_turn(message: Outbound, *, error: str, wait_ms: int) -> bool:
    """It was not tried: others go first, and this one after a while."""
    due_ms = clock.now_ms() + wait_ms
    return await _settle(message, state="new", error=error, due_ms=due_ms, tries=message.tries - 1)


async def outcome_unknown(message: Outbound, *, error: str, wait_ms: int = 30_000) -> bool:
    """It may have arrived: count it, and send at most once more."""
    due_ms = clock.now_ms() + wait_ms
    return await _settle(message, state="new", unknown=message.unknown + 1, error=error, due_ms=due_ms)


async def failed(message: Outbound, *, error: str) -> bool:
    """It will not arrive; it waits in the list of dead letters, with whatever of its letter was still to come, and its
    lane goes on: half an answer would be shown as a whole one."""
    if message.last_number is None:
        return await _settle(message, state="failed", error=error)
    async with transaction():
        is_ours = await _settle(message, state="failed", error=error)
        if is_ours:
            await execute(
                "UPDATE outbox SET state='failed', lease_ms=0, error=$1, unknown=$2"
                " WHERE lane=$3 AND last_number=$4 AND id<>$5 AND state IN ('new','busy','held')",
                error[:200],
                message.unknown,
                message.lane,
                message.last_number,
                message.id,
            )
    return is_ours


async def hold(message: Outbound, *, error: str) -> bool:
    """It waits until its reader is heard from; what comes behind it in its lane is not held up, and will wait too."""
    return await _settle(message, state="held", error=error, tries=0)


async def take_next(lane: str, *, looked_at: Collection[str], but: Collection[int] = ()) -> Outbound | None:
    """Lease the first message of a lane ``but`` those that the reply has already, due or not, for a direct reply that
    is about to be written; None when there is none or it is on its way. It is begun with that, unless it is for
    somebody or of the kinds ``looked_at``: whoever looks at it first begins it then (``begin_sending``), so that a
    process that dies before has surely sent nothing."""
    owner, now = uuid4().hex, clock.now_ms()
    kinds = ", ".join(f"'{kind}'" for kind in looked_at) or "''"
    rows = await fetch_by_key(
        "UPDATE outbox SET owner=$1, lease_ms=$2, tries=tries+1, state=CASE WHEN for_person_id IS NULL"
        f" AND kind NOT IN ({kinds}) THEN 'sending' ELSE 'busy' END WHERE state='new' AND id=(SELECT id"
        f" FROM outbox WHERE lane=$3 AND state IN {UNFINISHED} AND id NOT IN ({listed(but or (0,))})"
        " ORDER BY number LIMIT 1)"
        f" RETURNING {_RETURNED}, state",
        owner,
        now + lease_ms(),
        lane,
    )
    message = await _opened(rows[0], owner) if rows else None
    return replace(message, is_begun=rows[0]["state"] == "sending") if message is not None else None


async def withhold(message: Outbound, *, error: str) -> bool:
    """It must not be said to whoever would read it now."""
    return await _settle(message, state="withdrawn", error=error)


async def put_back(message: Outbound) -> bool:
    """Give an unused lease back, at shutdown or for a limiter."""
    return await _settle(message, state="new", tries=message.tries - 1)


async def _settle(message: Outbound, **changes: object) -> bool:
    names = list(changes)
    assignments = ", ".join(f"{name}=${place}" for place, name in enumerate(names, start=3))
    changed = await execute_by_key(
        f"UPDATE outbox SET lease_ms=0, {assignments} WHERE id=$1 AND owner=$2 AND state IN ('busy','sending')",
        message.id,
        message.owner,
        *(str(value)[:200] if name == "error" else value for name, value in changes.items()),
    )
    return changed == 1
