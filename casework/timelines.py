"""One line of time for a person or a home: what they asked, alarms, what was done for them, moving in and out.

Whoever adds a source (cases, bookings) adds a row to ``timeline_sources.SOURCES``. Lines stand by day, the newest
first; within a day by source, then the newest first. A page goes on after the last line shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.timeline_sources import SOURCES, Source
from models import clock
from models.errors import Invalid, NotFound
from models.sealed import unseal
from models.transaction import Row, day, fetch, fetch_one, moment
from people.keeping import seen_in
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


async def of_person(person_id: int, *, viewer: Viewer, after: str = "") -> Timeline:
    """一个人的时间线."""
    return await _timeline("person", person_id, viewer=viewer, after=after)


async def of_home(home_id: int, *, viewer: Viewer, after: str = "") -> Timeline:
    """一户的时间线: what was done for the home, and what those who lived there asked meanwhile."""
    return await _timeline("home", home_id, viewer=viewer, after=after)


async def _timeline(thing: str, subject_id: int, *, viewer: Viewer, after: str) -> Timeline:
    place_id = await (seen_in if thing == "person" else _home_in)(subject_id, viewer=viewer)
    cursor, found = cursor_from(after), list[tuple[Cursor, Happening]]()
    for number, source in enumerate(SOURCES):
        if may(viewer, source.verb, place_id):
            which = source.of_person if thing == "person" else source.of_home
            which = f"{which} AND {source.place}={place_id}{_not_hidden(source, viewer)}"
            found += await _lines(source, number, which=which, subject_id=subject_id, cursor=cursor)
    found.sort(key=lambda one: (-one[0].day.toordinal(), one[0].source, -one[0].id))
    page = found[:PAGE]
    following = str(page[-1][0]) if len(found) > PAGE else ""
    return Timeline(tuple(line for _, line in page), following)


def _not_hidden(source: Source, viewer: Viewer) -> str:
    """What is left out for this viewer: a mediation is none of staff's who are a side of it or live with one."""
    is_open = not source.hidden or viewer.person_id is None
    return "" if is_open else f" AND NOT ({source.hidden.format(me=int(viewer.person_id or 0))})"


async def _home_in(home_id: int, *, viewer: Viewer) -> int:
    row = await fetch_one("SELECT place_id FROM home WHERE id=$1", home_id)
    if row is None:
        raise NotFound("home.not_found")
    must_see(viewer, "person.read", row["place_id"], thing="home")
    return int(row["place_id"])


async def _lines(
    source: Source, number: int, *, which: str, subject_id: int, cursor: Cursor
) -> list[tuple[Cursor, Happening]]:
    """One more than a page, so that the last page is known."""
    below = cursor.id if number == cursor.source else _ALL if number > cursor.source else 0
    rows = await fetch(
        f"{source.select} WHERE {which} AND ({source.at}<$2 OR ({source.at}<$3 AND {source.id}<$4))"
        f" ORDER BY {source.at} DESC, {source.id} DESC LIMIT {PAGE + 1}",
        subject_id,
        _begin(cursor.day, is_day=source.is_day),
        _begin(cursor.day + _ONE_DAY, is_day=source.is_day),
        below,
    )
    return [_happening(source, number, row) for row in rows]


def _begin(date: dt.date, *, is_day: bool) -> dt.date | dt.datetime:
    """The day itself, or the moment at which it begins here."""
    return date if is_day else clock.midnight(date)


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
