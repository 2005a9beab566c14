"""Who lives here with these tags, of this age, in this building: any of it at once, page by page, with sums on top."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.rules import rules
from models.transaction import Row, day, fetch, fetch_one
from people import ages
from people.personal import hidden
from people.records.querying import Query, Wanted
from people.scope import must_see
from people.viewers import Viewer

PAGE, MOST_BUILDINGS, MOST_SUMS = 50, 500, 40


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in a list, the telephone in part; ``residence_id`` is where the next page goes on."""

    id: int
    residence_id: int
    name: str
    home_id: int
    address: str
    age: int | None
    tags: tuple[str, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class TagSum:
    """How many have a tag."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Sums:
    """How many were found, in how many homes, with which tags and of which age tags; ``ageless`` of all who live here
    have no birthday on record."""

    people: int
    homes: int
    ageless: int
    by_tag: tuple[TagSum, ...]
    by_age: tuple[TagSum, ...]


@dataclass(frozen=True, slots=True)
class BuildingChoice:
    """A building to choose."""

    id: int
    name: str


_SHOWN = (
    "SELECT p.id, d.id AS residence_id, p.name, h.id AS home_id, e.name AS estate, b.name AS building, h.label,"
    " n.born, n.phone_sealed "
)
_AFTER = (
    " AND (e.name, b.sort, h.sort, d.id) > (SELECT e2.name, b2.sort, h2.sort, d2.id FROM residence d2"
    " JOIN home h2 ON h2.id=d2.home_id JOIN building b2 ON b2.id=h2.building_id JOIN estate e2 ON e2.id=b2.estate_id"
    " WHERE d2.id={after} AND d2.place_id=$1)"
)
_ORDER = " ORDER BY e.name, b.sort, h.sort, d.id LIMIT "


async def people(
    chosen: Wanted, *, viewer: Viewer, place_id: int, after: int = 0, limit: int = PAGE
) -> list[PersonLine]:
    """A page of a filter's people by address, after a residence that was shown: two statements."""
    must_see(viewer, "person.read", place_id, thing="place")
    query = Query(chosen, place_id=place_id, today=clock.today())
    beyond = _AFTER.format(after=query.mark(after)) if after else ""
    ending = f"{_ORDER}{query.mark(limit)}"
    return await _lines(await fetch(f"{_SHOWN}{query.rows}{beyond}{ending}", *query.values), place_id=place_id)


async def _lines(rows: list[Row], *, place_id: int) -> list[PersonLine]:
    tags, today = await tags_of([row["id"] for row in rows], place_id=place_id), clock.today()
    return [_line(row, tags.get(row["id"], []), today=today) for row in rows]


def _line(row: Row, kept: list[str], *, today: dt.date) -> PersonLine:
    born = day(row["born"])
    computed = ages.tags_for(born, on=today, tags=rules().age_tags)
    return PersonLine(
        id=row["id"],
        residence_id=row["residence_id"],
        name=row["name"],
        home_id=row["home_id"],
        address=f"{row['estate']} {row['building']} {row['label']}",
        age=None if born is None else ages.age_on(today, born=born),
        tags=(*kept, *computed),
        phone=hidden(row["phone_sealed"]),
    )


async def tags_of(ids: list[int], *, place_id: int) -> dict[int, list[str]]:
    """The tags on some people of a place, by person; one statement."""
    marks = ", ".join(f"${at}" for at in range(2, len(ids) + 2)) or "NULL"
    rows = await fetch(
        f"SELECT person_id, name FROM person_tag WHERE place_id+0=$1 AND person_id IN ({marks}) ORDER BY name",
        place_id,
        *ids,
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(row["name"])
    return found


_BY_TAG = (
    "SELECT t.name, count(*) AS people FROM (SELECT d.person_id {rows}) m JOIN person_tag t ON t.person_id=m.person_id"
    f" AND t.place_id+0=$1 GROUP BY t.name ORDER BY count(*) DESC, t.name LIMIT {MOST_SUMS}"
)
_AGELESS = (
    "SELECT count(DISTINCT d.person_id) AS n FROM residence d LEFT JOIN personal n ON n.person_id=d.person_id"
    " WHERE d.place_id=$1 AND d.state='living' AND n.born IS NULL"
)


async def sums(chosen: Wanted, *, viewer: Viewer, place_id: int) -> Sums:
    """How many a filter finds, in three statements."""
    must_see(viewer, "person.read", place_id, thing="place")
    query, by_age = Query(chosen, place_id=place_id, today=clock.today()), rules().age_tags
    spans = [span for tag in by_age if (span := ages.span_of(tag))]
    columns = [f", sum(CASE WHEN {query.born(span)} THEN 1 ELSE 0 END) AS age{at}" for at, span in enumerate(spans)]
    select = f"SELECT count(*) AS people, count(DISTINCT d.open_home_id) AS homes{''.join(columns)} "
    counted = await fetch_one(select + query.rows, *query.values)
    tagged = Query(chosen, place_id=place_id, today=clock.today())
    by_tag = await fetch(_BY_TAG.format(rows=tagged.rows), *tagged.values)
    ageless = await fetch_one(_AGELESS, place_id)
    assert counted is not None
    assert ageless is not None
    return Sums(
        people=counted["people"],
        homes=counted["homes"],
        ageless=ageless["n"],
        by_tag=tuple(TagSum(row["name"], row["people"]) for row in by_tag),
        by_age=tuple(TagSum(tag, int(counted[f"age{at}"] or 0)) for at, tag in enumerate(by_age)),
    )


async def building_choices(*, viewer: Viewer, place_id: int) -> list[BuildingChoice]:
    """Every building of a neighbourhood, for a list to choose from."""
    must_see(viewer, "person.read", place_id, thing="place")
    rows = await fetch(
        "SELECT b.id, e.name AS estate, b.name FROM building b JOIN estate e ON e.id=b.estate_id WHERE b.place_id=$1"
        f" ORDER BY e.name, b.sort, b.id LIMIT {MOST_BUILDINGS}",
        place_id,
    )
    return [BuildingChoice(row["id"], f"{row['estate']} {row['name']}") for row in rows]
