"""居民名册: who lives in a neighbourhood and whether they have joined, for staff, filtered and a page at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.household import Relation
from models.transaction import Row, day, fetch, fetch_one
from people.scope import must_see
from people.viewers import Viewer

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which residents: of a building (0: of all), with a relation, joined or not ('' for either)."""

    building_id: int = 0
    relation: str = ""
    joined: str = ""


@dataclass(frozen=True, slots=True)
class RollLine:
    """Somebody who lives in a home: real name and the one neighbours see."""

    residence_id: int
    person_id: int
    name: str
    shown_name: str
    home_id: int
    address: str
    relation: Relation
    since: dt.date | None
    has_joined: bool
    is_leaving: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many live here, and how many of them have joined."""

    people: int
    joined: int


_JOINED = "EXISTS (SELECT 1 FROM contact c WHERE c.person_id=d.person_id)"
_ROLL = f"""
SELECT d.id, d.person_id, p.name, p.shown_name, h.id AS home_id, e.name AS estate, b.name AS building, h.label,
  d.relation, d.since, d.leaving_at, {_JOINED} AS has_joined
FROM residence d JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.open_home_id
JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id
WHERE d.place_id=$1 AND d.state='living' AND d.id>$2
"""


def _line(row: Row) -> RollLine:
    return RollLine(
        residence_id=row["id"],
        person_id=row["person_id"],
        name=row["name"],
        shown_name=row["shown_name"],
        home_id=row["home_id"],
        address=f"{row['estate']} {row['building']} {row['label']}",
        relation=Relation(row["relation"]),
        since=day(row["since"]),
        has_joined=bool(row["has_joined"]),
        is_leaving=row["leaving_at"] is not None,
    )


async def roll(*, viewer: Viewer, place_id: int, sieve: Sieve, after: int = 0) -> list[RollLine]:
    """居民: so many at a time, in the order in which they came."""
    must_see(viewer, "home.read", place_id, thing="place")
    sql = _ROLL
    values: list[int | str] = [place_id, after]
    for column, wanted in (("b.id", sieve.building_id), ("d.relation", sieve.relation)):
        if wanted:
            values.append(wanted)
            sql += f" AND {column}=${len(values)}"
    if sieve.joined:
        sql += f" AND {'' if sieve.joined == 'yes' else 'NOT '}{_JOINED}"
    return [_line(row) for row in await fetch(f"{sql} ORDER BY d.id LIMIT {PAGE}", *values)]


async def count(*, viewer: Viewer, place_id: int) -> Count:
    """How many people live here and how many of them have joined."""
    must_see(viewer, "home.read", place_id, thing="place")
    row = await fetch_one(
        f"SELECT count(DISTINCT d.person_id) AS people, count(DISTINCT CASE WHEN {_JOINED} THEN d.person_id END)"
        " AS joined FROM residence d WHERE d.place_id=$1 AND d.state='living'",
        place_id,
    )
    assert row is not None
    return Count(int(row["people"]), int(row["joined"]))


@dataclass(frozen=True, slots=True)
class BuildingName:
    """A building to filter by."""

    id: int
    name: str


async def building_names(*, viewer: Viewer, place_id: int) -> list[BuildingName]:
    """Every building of the neighbourhood, estate first."""
    must_see(viewer, "home.read", place_id, thing="place")
    rows = await fetch(
        "SELECT b.id, e.name AS estate, b.name FROM building b JOIN estate e ON e.id=b.estate_id"
        " WHERE b.place_id=$1 ORDER BY e.name, b.sort, b.id",
        place_id,
    )
    return [BuildingName(row["id"], f"{row['estate']} {row['name']}") for row in rows]
