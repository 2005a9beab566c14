"""How many people of each neighbourhood have which tag and age: whole for its own staff, no small group for who stands
above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.rules import rules
from models.transaction import Row, fetch
from people import ages
from people.ages import OLDEST, Span
from people.permissions import allow
from people.records.small_groups import nested, published
from people.scope import neighbourhoods_for, sees
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class TagCount:
    """How many have a tag; None: a group too small to be told of."""

    name: str
    people: int | None


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """The counts of one neighbourhood."""

    place_id: int
    people: int | None
    tags: tuple[TagCount, ...]
    by_age: tuple[TagCount, ...]


_HERE = (
    "FROM (SELECT DISTINCT d.place_id, d.person_id FROM residence d"
    " WHERE d.state='living' AND d.place_id IN ({here})) m"
)
_TAGS = (
    "SELECT m.place_id, t.name, count(*) AS n " + _HERE + " JOIN person_tag t ON t.person_id=m.person_id"
    " AND t.place_id+0=m.place_id GROUP BY m.place_id, t.name"
)
_AGES = (
    "SELECT m.place_id, count(*) AS n{columns} " + _HERE + " LEFT JOIN personal n ON n.person_id=m.person_id"
    " GROUP BY m.place_id"
)


async def counts(*, viewer: Viewer) -> dict[int, PlaceCounts]:
    """By neighbourhood: those the viewer works in, and those below their place. Three statements."""
    allow(viewer, "person.count", None)
    places = sorted(await neighbourhoods_for(viewer, "person.count"))
    here = ", ".join(map(str, places)) or "0"
    tagged: dict[int, dict[str, int]] = {}
    for row in await fetch(_TAGS.format(here=here)):
        tagged.setdefault(row["place_id"], {})[row["name"]] = row["n"]
    spans = _spans()
    aged = {row["place_id"]: row for row in await _ages(here, spans)}
    return {place: _counts(place, tagged.get(place, {}), aged.get(place, {}), viewer=viewer) for place in places}


def _spans() -> dict[str, Span]:
    return {tag: span for tag in rules().age_tags if (span := ages.span_of(tag))}


async def _ages(here: str, spans: dict[str, Span]) -> list[Row]:
    values: list[dt.date] = []
    columns = ""
    for at, span in enumerate(spans.values()):
        between = ages.birthdays(span, on=clock.today())
        values += [between.first, between.last]
        columns += f", sum(CASE WHEN n.born BETWEEN ${2 * at + 1} AND ${2 * at + 2} THEN 1 ELSE 0 END) AS age{at}"
    return await fetch(_AGES.format(here=here, columns=columns), *values)


def _counts(place: int, tagged: dict[str, int], aged: Row, *, viewer: Viewer) -> PlaceCounts:
    people, spans = int(aged.get("n", 0)), _spans()
    by_age = {tag: int(aged.get(f"age{at}") or 0) for at, tag in enumerate(spans)}
    if sees(viewer, "person.read", place):
        names = dict.fromkeys((*rules().tags, *sorted(tagged)))
        whole = tuple(TagCount(name, tagged.get(name, 0)) for name in names)
        return PlaceCounts(place, people, whole, tuple(TagCount(tag, count) for tag, count in by_age.items()))
    return PlaceCounts(
        place,
        published(people, of=people),
        tuple(TagCount(name, published(tagged.get(name, 0), of=people)) for name in rules().tags),
        _aged(by_age, spans, of=people),
    )


def _aged(by_age: dict[str, int], spans: dict[str, Span], *, of: int) -> tuple[TagCount, ...]:
    """Ages that lie within each other are said as such."""
    open_ended = sorted((tag for tag in by_age if spans[tag].most == OLDEST), key=lambda tag: -spans[tag].least)
    said = dict(zip(open_ended, nested([by_age[tag] for tag in open_ended], of=of), strict=True))
    return tuple(TagCount(tag, said[tag] if tag in said else published(count, of=of)) for tag, count in by_age.items())
