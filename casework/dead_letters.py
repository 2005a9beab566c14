"""Messages that did not arrive, and messages that could not be worked: listed, tried again, or dropped, by admins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from courier import afterwards, inbox, signals
from models import clock
from models.errors import NotFound, Taken
from models.transaction import Row, execute, fetch, fetch_one, listed, transaction
from people.audit import record
from people.permissions import allow_somewhere
from people.scope import places_for
from people.viewers import Viewer

MOST = 200


class Way(StrEnum):
    """In, or out."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them, without its words: ``name`` is what it is called by, ``ending`` the end of the address."""

    name: str
    way: Way
    channel: str
    ending: str
    kind: str
    error: str
    tries: int
    may_have_come: bool
    has_words: bool
    at: dt.datetime


_OUT = (
    "SELECT o.id, 'out' AS way, o.channel, o.address, o.kind, o.error, o.tries, o.unknown, o.made_ms AS ms,"
    " CASE WHEN o.body='' THEN 0 ELSE 1 END AS has_words FROM outbox o"
    " LEFT JOIN contact c ON c.channel=o.channel AND c.address=o.address WHERE o.state='failed' AND {seen}"
    " AND (o.last_number IS NULL OR o.number=o.last_number)"
)
"""A letter that is several messages is called by the last, which fails with each of the others."""
_IN = (
    "SELECT i.id, 'in' AS way, i.channel, i.lane AS address, '' AS kind, i.error, i.tries, 0 AS unknown,"
    " i.arrived_ms AS ms, CASE WHEN i.payload='' THEN 0 ELSE 1 END AS has_words FROM inbox i"
    " LEFT JOIN contact c ON i.lane=c.channel || ':' || c.address WHERE i.state='quarantined' AND {seen}"
)
UNREADABLE = "unreadable"
"""How the errors of messages begin that nobody can read; trying again helps nobody."""


def _seen(viewer: Viewer, verb: str) -> str:
    """SQL over contact ``c``: the places whose letters the viewer sees; what is nobody's, the system only."""
    places = places_for(viewer, verb)
    if places is None:
        return "1=1"
    return f"c.place_id IN ({listed(sorted(places))})"


async def dead_letters(*, viewer: Viewer) -> list[DeadLetter]:
    """没送到的消息: the newest of both ways, without their words."""
    allow_somewhere(viewer, "letter.read")
    seen = _seen(viewer, "letter.read")
    rows = [row for sql in (_OUT, _IN) for row in await fetch(f"{sql.format(seen=seen)} ORDER BY 1 DESC LIMIT {MOST}")]
    return [_line(row) for row in sorted(rows, key=lambda row: row["ms"], reverse=True)]


def _line(row: Row) -> DeadLetter:
    return DeadLetter(
        name=f"{row['way']}-{row['id']}",
        way=Way(row["way"]),
        channel=row["channel"],
        ending=row["address"][-4:],
        kind=row["kind"],
        error=row["error"],
        tries=row["tries"],
        may_have_come=bool(row["unknown"]),
        has_words=bool(row["has_words"]) and not row["error"].startswith(UNREADABLE),
        at=dt.datetime.fromtimestamp(row["ms"] / 1000, dt.UTC),
    )


async def replay(name: str, *, by: Viewer) -> None:
    """再试: it is due now, as if it had just been written. Taken where somebody was first, or nothing is left of it."""
    way, number = await _found(name, by=by, verb="letter.replay")
    async with transaction():
        done = await (afterwards.replay(number) if way is Way.OUT else inbox.replay(number))
        if not done:
            raise Taken("letter.changed")
        if way is Way.OUT:
            await execute(f"UPDATE staff_reply SET failed_at=NULL WHERE outbox_id IN ({await _whole(number)})")
        await _record(by, "letter.replay", way, number=number)
    signals.publish(signals.OUTBOX if way is Way.OUT else signals.INBOX)


async def drop(name: str, *, by: Viewer) -> None:
    """丢掉: it is tried no more and stands in the list no more; a reply stays among those to be told by telephone."""
    way, number = await _found(name, by=by, verb="letter.drop")
    async with transaction():
        done = await (afterwards.drop(number) if way is Way.OUT else inbox.drop(number))
        if not done:
            raise Taken("letter.changed")
        if way is Way.OUT:
            which = f"outbox_id IN ({await _whole(number)}) AND failed_at IS NULL"
            await execute(f"UPDATE staff_reply SET failed_at=$1 WHERE {which}", clock.now())
        await _record(by, "letter.drop", way, number=number)


async def _whole(number: int) -> str:
    """SQL: the messages of the letter that one belongs to."""
    return listed(await afterwards.whole(number))


async def _found(name: str, *, by: Viewer, verb: str) -> tuple[Way, int]:
    """Which one is meant; NotFound unless they may see it."""
    allow_somewhere(by, verb)
    way, _, number = name.partition("-")
    if way not in ("in", "out") or not number.isdecimal() or len(number) > 18:
        raise NotFound("letter.not_found")
    table, sql = ("o", _OUT) if way == "out" else ("i", _IN)
    row = await fetch_one(f"{sql.format(seen=_seen(by, verb))} AND {table}.id=$1", int(number))
    if row is None:
        raise NotFound("letter.not_found")
    return Way(way), int(number)


async def _record(by: Viewer, verb: str, way: Way, *, number: int) -> None:
    await record(by, verb, subject=f"{way.value}box", subject_id=number, place_id=by.place_id)
