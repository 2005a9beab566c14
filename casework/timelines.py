"""One line of time for a person or a home: what they asked, alarms, what was done for them, moving in and out.

A table of sources, each one statement: whoever adds a source (cases, bookings) adds a row to ``SOURCES``. Lines stand
by day, the newest first; within a day by source, then the newest first. A page goes on after the last line shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.asker import since_bound
from models import clock
from models.errors import Invalid, NotFound
from models.sealed import unseal
from models.transaction import Row, day, fetch, fetch_one, moment
from people.permissions import may
from people.scope import must_see
from people.viewers import Viewer

PAGE = 40
_ALL = 2**62
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(9000, 1, 1)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing on the line. ``what`` is the source, ``kind`` tells more; ``who`` it is about where a home is shown."""

    what: str
    id: int
    day: dt.date
    at: dt.datetime | None
    kind: str
    text: str
    person_id: int | None
    who: str
    by: str
    is_struck: bool = False
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line that was shown, written ``2026-03-02.1.17`` in an address."""

    day: dt.date
    source: int
    id: int

    def __str__(self) -> str:
        return f"{self.day}.{self.source}.{self.id}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page; ``following``: after what the next one begins, '' at the end."""

    lines: tuple[Happening, ...]
    following: str


@dataclass(frozen=True, slots=True)
class Source:
    """``verb``: the right it takes. ``select`` gives id, at, kind, text, person_id, who, by, by_id and is_struck;
    ``at`` is the column that orders it, ``is_day`` whether that is a day. ``of_person`` and ``of_home`` say whose it is
    ($1)."""

    name: str
    verb: str
    select: str
    at: str
    id: str
    of_person: str
    of_home: str
    is_day: bool = False
    is_sealed: bool = False


def _while_here(person: str, at: str) -> str:
    """Somebody of the home, while they lived there."""
    return (
        f"{person} IN (SELECT b.person_id FROM residence b WHERE b.home_id=$1) AND EXISTS (SELECT 1 FROM residence d"
        f" WHERE d.home_id=$1 AND d.person_id={person} AND d.state IN ('living','moved_out')"
        f" AND (d.since IS NULL OR {at}>=d.since) AND (d.until IS NULL OR {at}<d.until))"
    )


_CHAT = (
    " JOIN conversation v ON v.id={0}.conversation_id JOIN contact c ON c.id=v.contact_id"
    " JOIN person p ON p.id=c.person_id"
)
_MOVE = (
    "SELECT d.id, d.{at} AS at, d.relation AS kind, e.name || ' ' || b.name || ' ' || h.label AS text,"
    " p.id AS person_id, p.name AS who, '' AS by, NULL AS by_id, NULL AS struck_at FROM residence d"
    " JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " JOIN estate e ON e.id=b.estate_id"
)
SOURCES: tuple[Source, ...] = (
    Source(
        name="question",
        verb="question.read",
        select="SELECT q.id, q.created_at AS at, q.state AS kind, q.number || ' ' || q.text AS text, p.id AS person_id,"
        " p.name AS who, COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM question q"
        + _CHAT.format("q")
        + " LEFT JOIN person o ON o.id=q.owner_id",
        at="q.created_at",
        id="q.id",
        of_person=f"c.person_id=$1 AND {since_bound('q')}",
        of_home=f"{_while_here('c.person_id', 'q.created_at')} AND {since_bound('q')}",
    ),
    Source(
        name="alarm",
        verb="alarm.read",
        select="SELECT a.id, a.created_at AS at, a.kind, a.text, p.id AS person_id, p.name AS who,"
        " COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM alarm a"
        + _CHAT.format("a")
        + " LEFT JOIN person o ON o.id=a.acknowledged_by_id",
        at="a.created_at",
        id="a.id",
        of_person=f"c.person_id=$1 AND {since_bound('a')}",
        of_home=f"{_while_here('c.person_id', 'a.created_at')} AND {since_bound('a')}",
    ),
    Source(
        name="service",
        verb="person.read",
        select="SELECT s.id, s.day AS at, s.kind, s.note_sealed AS text, s.person_id, COALESCE(p.name, '') AS who,"
        " COALESCE(o.shown_name, '') AS by, s.by_id, s.struck_at FROM service s LEFT JOIN person p ON p.id=s.person_id"
        " LEFT JOIN person o ON o.id=s.by_id",
        at="s.day",
        id="s.id",
        of_person="s.person_id=$1",
        of_home="s.home_id=$1",
        is_day=True,
        is_sealed=True,
    ),
    *(
        Source(
            name=name,
            verb="person.read",
            select=_MOVE.format(at=at),
            at=f"d.{at}",
            id="d.id",
            of_person=f"d.person_id=$1 AND d.state IN ('living','moved_out') AND d.{at} IS NOT NULL",
            of_home=f"d.home_id=$1 AND d.state IN ('living','moved_out') AND d.{at} IS NOT NULL",
            is_day=True,
        )
        for name, at in (("move_in", "since"), ("move_out", "until"))
    ),
)
"""Everything that has a place on the line."""


async def of_person(person_id: int, *, viewer: Viewer, after: str = "") -> Timeline:
    """一个人的时间线."""
    return await _timeline("person", person_id, viewer=viewer, after=after)


async def of_home(home_id: int, *, viewer: Viewer, after: str = "") -> Timeline:
    """一户的时间线: what was done for the home, and what those who lived there asked meanwhile."""
    return await _timeline("home", home_id, viewer=viewer, after=after)


async def _timeline(thing: str, subject_id: int, *, viewer: Viewer, after: str) -> Timeline:
    row = await fetch_one(f"SELECT place_id FROM {thing} WHERE id=$1", subject_id)
    if row is None:
        raise NotFound(f"{thing}.not_found")
    must_see(viewer, "person.read", row["place_id"], thing=thing)
    cursor, found = cursor_from(after), list[tuple[Cursor, Happening]]()
    for number, source in enumerate(SOURCES):
        if may(viewer, source.verb, row["place_id"]):
            which = source.of_person if thing == "person" else source.of_home
            found += await _lines(source, number, which=which, subject_id=subject_id, cursor=cursor)
    found.sort(key=lambda one: (-one[0].day.toordinal(), one[0].source, -one[0].id))
    page = found[:PAGE]
    following = str(page[-1][0]) if len(found) > PAGE else ""
    return Timeline(tuple(line for _, line in page), following)


async def _lines(
    source: Source, number: int, *, which: str, subject_id: int, cursor: Cursor
) -> list[tuple[Cursor, Happening]]:
    """One more than a page, so that the last page is known."""
    below = cursor.id if number == cursor.source else _ALL if number > cursor.source else 0
    order = f"{source.at} DESC, {source.id} DESC" if source.is_day else f"{source.id} DESC"
    rows = await fetch(
        f"{source.select} WHERE {which} AND ({source.at}<$2 OR ({source.at}<$3 AND {source.id}<$4))"
        f" ORDER BY {order} LIMIT {PAGE + 1}",
        subject_id,
        _begin(cursor.day, is_day=source.is_day),
        _begin(cursor.day + _ONE_DAY, is_day=source.is_day),
        below,
    )
    return [_happening(source, number, row) for row in rows]


def _begin(date: dt.date, *, is_day: bool) -> dt.date | dt.datetime:
    """The day itself, or the moment at which it begins here."""
    return date if is_day else dt.datetime.combine(date, dt.time(), clock.SHANGHAI).astimezone(dt.UTC)


def _happening(source: Source, number: int, row: Row) -> tuple[Cursor, Happening]:
    at = None if source.is_day else moment(row["at"])
    date = day(row["at"]) if at is None else clock.local(at).date()
    assert date is not None
    text = row["text"] or ""
    line = Happening(
        what=source.name,
        id=row["id"],
        day=date,
        at=at,
        kind=row["kind"],
        text=unseal(text) if source.is_sealed and text else text,
        person_id=row["person_id"],
        who=row["who"],
        by=row["by"],
        is_struck=row["struck_at"] is not None,
        by_id=row["by_id"],
    )
    return Cursor(date, number, row["id"]), line


def cursor_from(text: str) -> Cursor:
    """As ``str(cursor)`` wrote it; '' is before everything."""
    if not text:
        return Cursor(_LAST_DAY, -1, 0)
    try:
        date, source, id_ = text.split(".")
        cursor = Cursor(dt.date.fromisoformat(date), int(source), int(id_))
    except ValueError as error:
        raise Invalid("form.unreadable") from error
    if not _FIRST_DAY <= cursor.day <= _LAST_DAY or not -1 <= cursor.source < 1_000 or not 0 <= cursor.id <= _ALL:
        raise Invalid("form.unreadable")
    return cursor
