"""Homes as staff of the neighbourhood see them, by building and one by one; and sums for whoever stands above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.errors import NotFound
from models.household import Relation, ResidenceState
from models.transaction import Row, day, fetch, fetch_one
from people.areas import square_metres
from people.permissions import allow
from people.personal import hidden, people_with
from people.scope import must_see, neighbourhoods_for
from people.viewers import Viewer

PAGE = 60


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building with how many homes it has and how many people live there."""

    id: int
    estate: str
    name: str
    grid: str
    homes: int
    people: int


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home in a list; ``people`` live there now, ``pending`` wait to be let in."""

    id: int
    label: str
    sort: str
    people: int
    pending: int


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of a home; telephone and identity number in part only. ``is_leaving``: said to have moved out."""

    residence_id: int
    person_id: int
    name: str
    household: str
    relation: Relation
    state: ResidenceState
    since: dt.date | None
    until: dt.date | None
    phone: str
    id_number: str
    tags: tuple[str, ...]
    is_leaving: bool = False


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A home and everybody who lives, waits or lived there; ``area`` in hundredths of a square metre."""

    id: int
    building_id: int
    estate: str
    building: str
    grid: str
    label: str
    place_id: int
    living: tuple[Resident, ...]
    pending: tuple[Resident, ...]
    past: tuple[Resident, ...]
    area: int | None = None

    @property
    def square_metres(self) -> str:
        """Its exclusive area in square metres; '' where that is not known."""
        return square_metres(self.area) if self.area else ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many there are in a neighbourhood, and nothing about anybody."""

    place_id: int
    name: str
    buildings: int
    homes: int
    people: int


_BUILDINGS = """
SELECT b.id, e.name AS estate, b.name, COALESCE(g.name, '') AS grid,
  (SELECT count(*) FROM home h WHERE h.building_id=b.id) AS homes,
  (SELECT count(*) FROM home h JOIN residence d ON d.open_home_id=h.id AND d.state='living'
   WHERE h.building_id=b.id) AS people
FROM building b JOIN estate e ON e.id=b.estate_id LEFT JOIN grid g ON g.id=b.grid_id
"""


def _building(row: Row) -> BuildingLine:
    return BuildingLine(row["id"], row["estate"], row["name"], row["grid"], row["homes"], row["people"])


async def buildings(*, viewer: Viewer, place_id: int, after: int = 0, limit: int = PAGE) -> list[BuildingLine]:
    """Buildings of a neighbourhood by estate and number, after one that was shown."""
    must_see(viewer, "home.read", place_id, thing="place")
    rows = await fetch(
        f"{_BUILDINGS} WHERE b.place_id=$1 AND ($2=0 OR (e.name, b.sort, b.id) > (SELECT e2.name, b2.sort, b2.id"
        " FROM building b2 JOIN estate e2 ON e2.id=b2.estate_id WHERE b2.id=$2 AND b2.place_id=$1))"
        " ORDER BY e.name, b.sort, b.id LIMIT $3",
        place_id,
        after,
        limit,
    )
    return [_building(row) for row in rows]


async def building(building_id: int, *, viewer: Viewer) -> BuildingLine:
    """One building."""
    row = await fetch_one(f"{_BUILDINGS} WHERE b.id=$1", building_id)
    place = await fetch_one("SELECT place_id FROM building WHERE id=$1", building_id)
    if row is None or place is None:
        raise NotFound("building.not_found")
    must_see(viewer, "home.read", place["place_id"], thing="building")
    return _building(row)


async def homes(building_id: int, *, viewer: Viewer, after: int = 0, limit: int = PAGE) -> list[HomeLine]:
    """Homes of a building by number, after one that was shown."""
    await building(building_id, viewer=viewer)
    rows = await fetch(
        "SELECT h.id, h.label, h.sort, count(CASE WHEN d.state='living' THEN 1 END) AS people,"
        " count(CASE WHEN d.state='pending' THEN 1 END) AS pending"
        " FROM home h LEFT JOIN residence d ON d.open_home_id=h.id WHERE h.building_id=$1"
        " AND ($2=0 OR (h.sort, h.id) > (SELECT sort, id FROM home WHERE id=$2 AND building_id=$1))"
        " GROUP BY h.id, h.label, h.sort ORDER BY h.sort, h.id LIMIT $3",
        building_id,
        after,
        limit,
    )
    return [HomeLine(row["id"], row["label"], row["sort"], row["people"], row["pending"]) for row in rows]


_HOME = """
SELECT h.id, h.label, h.place_id, h.area, b.id AS building_id, b.name AS building, e.name AS estate,
  COALESCE(g.name, '') AS grid
FROM home h JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id
LEFT JOIN grid g ON g.id=b.grid_id WHERE h.id=$1
"""
_AT = (
    "SELECT h.id FROM estate e JOIN building b ON b.estate_id=e.id JOIN home h ON h.building_id=b.id"
    " WHERE e.place_id=$1 AND e.name=$2 AND b.name=$3 AND h.label=$4"
)
_RESIDENTS = """
SELECT d.id, d.person_id, p.name, COALESCE(k.label, '') AS household, d.relation, d.state, d.since, d.until,
  d.leaving_at, CASE WHEN p.place_id=d.place_id THEN n.phone_sealed END AS phone_sealed,
  CASE WHEN p.place_id=d.place_id THEN n.id_number_sealed END AS id_number_sealed
FROM residence d JOIN person p ON p.id=d.person_id LEFT JOIN household k ON k.id=d.household_id
LEFT JOIN personal n ON n.person_id=d.person_id
WHERE d.home_id=$1 AND d.state<>'refused' ORDER BY k.label, d.relation, d.id
"""
_TAGS = (
    "SELECT t.person_id, t.name FROM person_tag t"
    " WHERE t.person_id IN (SELECT person_id FROM residence WHERE home_id=$1) AND t.place_id=$2 ORDER BY t.name"
)


async def home_at(*address: str, viewer: Viewer, place_id: int) -> int:
    """The home at an address: estate, building and label, each exactly as it is called."""
    must_see(viewer, "home.read", place_id, thing="home")
    row = await fetch_one(_AT, place_id, *address)
    if row is None:
        raise NotFound("home.not_found")
    return int(row["id"])


async def home(home_id: int, *, viewer: Viewer) -> HomeCard:
    """房屋卡片: who lives in a home, who waits, who lived there."""
    row = await fetch_one(_HOME, home_id)
    if row is None:
        raise NotFound("home.not_found")
    must_see(viewer, "home.read", row["place_id"], thing="home")
    people = await _residents(home_id, place_id=row["place_id"])
    return HomeCard(
        id=row["id"],
        building_id=row["building_id"],
        estate=row["estate"],
        building=row["building"],
        grid=row["grid"],
        label=row["label"],
        place_id=row["place_id"],
        living=_in(people, ResidenceState.LIVING),
        pending=_in(people, ResidenceState.PENDING),
        past=_in(people, ResidenceState.MOVED_OUT),
        area=row["area"],
    )


def _in(people: list[Resident], state: ResidenceState) -> tuple[Resident, ...]:
    return tuple(one for one in people if one.state is state)


async def _residents(home_id: int, *, place_id: int) -> list[Resident]:
    """Who lives, waits or lived in a home, with the tags of its own neighbourhood and of no other, and numbers only of
    those whom it keeps."""
    tags: dict[int, list[str]] = {}
    for row in await fetch(_TAGS, home_id, place_id):
        tags.setdefault(row["person_id"], []).append(row["name"])
    return [
        Resident(
            residence_id=row["id"],
            person_id=row["person_id"],
            name=row["name"],
            household=row["household"],
            relation=Relation(row["relation"]),
            state=ResidenceState(row["state"]),
            since=day(row["since"]),
            until=day(row["until"]),
            phone=hidden(row["phone_sealed"]),
            id_number=hidden(row["id_number_sealed"]),
            tags=tuple(tags.get(row["person_id"], ())),
            is_leaving=row["leaving_at"] is not None,
        )
        for row in await fetch(_RESIDENTS, home_id)
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found by name or number, and where they live."""

    person_id: int
    name: str
    home_id: int
    address: str


_FOUND = """
SELECT p.id, p.name, h.id AS home_id, e.name AS estate, b.name AS building, h.label
FROM residence d JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.open_home_id
JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id
WHERE d.place_id=$1 AND d.state='living' AND {which} ORDER BY e.name, b.sort, h.sort, p.id LIMIT 50
"""


async def search(text: str, *, viewer: Viewer, place_id: int) -> list[Found]:
    """Who lives here by this name, or has exactly this telephone or identity number; at most fifty."""
    must_see(viewer, "home.read", place_id, thing="place")
    wanted = text.strip()
    if not wanted:
        return []
    ids = await people_with(wanted, viewer=viewer, place_id=place_id)
    marks = ", ".join(f"${at}" for at in range(2, len(ids) + 2))
    which, values = (f"p.id IN ({marks})", tuple(ids)) if ids else ("p.name=$2", (wanted,))
    rows = await fetch(_FOUND.format(which=which), place_id, *values)
    return [
        Found(row["id"], row["name"], row["home_id"], f"{row['estate']} {row['building']} {row['label']}")
        for row in rows
    ]


_SUMS = """
SELECT p.id, p.name, (SELECT count(*) FROM building b WHERE b.place_id=p.id) AS buildings,
  (SELECT count(*) FROM home h WHERE h.place_id=p.id) AS homes,
  (SELECT count(DISTINCT d.person_id) FROM residence d WHERE d.place_id=p.id AND d.state='living') AS people
FROM place p WHERE p.level='neighbourhood' ORDER BY p.name, p.id
"""


async def sums(*, viewer: Viewer) -> list[Sums]:
    """How many homes and people each neighbourhood has that the viewer works in or that lies below their place."""
    allow(viewer, "home.count", None)
    seen = await neighbourhoods_for(viewer, "home.count")
    return [
        Sums(row["id"], row["name"], row["buildings"], row["homes"], row["people"])
        for row in await fetch(_SUMS)
        if row["id"] in seen
    ]
