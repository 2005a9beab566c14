"""The public link of an estate: made for its printed code, replaced where it got around, and followed by residents."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from courier import limits
from models import clock
from models.errors import NotFound, TooMany, WrongState
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from people import written
from people.audit import record
from people.loading.cells import clean
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
DIGITS = 8
TRIES = "10/hour"
PAGE = 8


@dataclass(frozen=True, slots=True)
class Door:
    """An estate whose link was followed."""

    estate_id: int
    place_id: int
    estate: str
    place: str
    token: str


@dataclass(frozen=True, slots=True)
class EstateLine:
    """An estate with its link, if it has one by now."""

    id: int
    name: str
    place_id: int
    buildings: int
    token: str
    digits: str
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class BuildingChoice:
    """A building to choose."""

    id: int
    name: str


_ESTATES = (
    "SELECT e.id, e.name, e.place_id, l.token, l.digits, l.created_at,"
    " (SELECT count(*) FROM building b WHERE b.estate_id=e.id) AS buildings"
    " FROM estate e LEFT JOIN estate_link l ON l.open_estate_id=e.id"
)


def _line(row: Row) -> EstateLine:
    since = moment(row["created_at"]) if row["created_at"] else None
    return EstateLine(
        row["id"], row["name"], row["place_id"], row["buildings"], row["token"] or "", row["digits"] or "", since
    )


async def estates(*, viewer: Viewer, place_id: int) -> list[EstateLine]:
    """小区: every estate of the neighbourhood with its link."""
    must_see(viewer, "join.read_links", place_id, thing="place")
    return [_line(row) for row in await fetch(f"{_ESTATES} WHERE e.place_id=$1 ORDER BY e.name, e.id", place_id)]


async def estate(estate_id: int, *, viewer: Viewer) -> EstateLine:
    """One estate."""
    row = await fetch_one(f"{_ESTATES} WHERE e.id=$1", estate_id)
    if row is None:
        raise NotFound("estate.not_found")
    must_see(viewer, "join.read_links", row["place_id"], thing="estate")
    return _line(row)


async def make_link(estate_id: int, *, by: Viewer) -> EstateLine:
    """换码: a new link for an estate; the one before it no longer lets anybody in."""
    found = await fetch_one("SELECT place_id FROM estate WHERE id=$1", estate_id)
    if found is None:
        raise NotFound("estate.not_found")
    must_see(by, "join.make_link", found["place_id"], thing="estate")
    async with transaction():
        await execute("UPDATE estate SET name=name WHERE id=$1", estate_id)
        await execute(
            "UPDATE estate_link SET open_estate_id=NULL, ended_at=$1 WHERE open_estate_id=$2", clock.now(), estate_id
        )
        await execute(
            "INSERT INTO estate_link (created_at, place_id, estate_id, open_estate_id, token, digits)"
            " VALUES ($1,$2,$3,$3,$4,$5)",
            clock.now(),
            found["place_id"],
            estate_id,
            secrets.token_urlsafe(16),
            await _unused(),
        )
        await record(by, "join.make_link", subject="estate", subject_id=estate_id, place_id=found["place_id"])
    row = await fetch_one(f"{_ESTATES} WHERE e.id=$1", estate_id)
    assert row is not None
    return _line(row)


async def _unused() -> str:
    while True:
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if await fetch_one("SELECT id FROM estate_link WHERE digits=$1", digits) is None:
            return digits


_DOOR = (
    "SELECT l.token, l.open_estate_id, e.id, e.place_id, e.name AS estate, p.name AS place FROM estate_link l"
    " JOIN estate e ON e.id=l.estate_id JOIN place p ON p.id=e.place_id"
)


def _door(row: Row | None) -> Door:
    if row is None:
        raise NotFound("join.no_such_link")
    if row["open_estate_id"] is None:
        raise WrongState("join.link_replaced")
    return Door(row["id"], row["place_id"], row["estate"], row["place"], row["token"])


async def door(token: str, *, viewer: Viewer) -> Door:
    """The estate behind a link; one that was replaced says so."""
    allow(viewer, "join.ask", None)
    is_one = TOKEN.fullmatch(token) is not None
    return _door(await fetch_one(f"{_DOOR} WHERE l.token=$1", token) if is_one else None)


async def door_of_digits(digits: str, *, viewer: Viewer, contact_id: int) -> Door:
    """The estate behind the number on its poster; a contact may try a few numbers an hour."""
    allow(viewer, "join.ask", None)
    if not await limits.hit("join_digits", str(contact_id), rate=TRIES):
        raise TooMany("join.tries")
    return _door(await fetch_one(f"{_DOOR} WHERE l.digits=$1", digits))


async def buildings(door: Door, *, viewer: Viewer) -> list[BuildingChoice]:
    """The real buildings of an estate by number: what everybody who walks past can read."""
    allow(viewer, "join.ask", None)
    rows = await fetch("SELECT id, name FROM building WHERE estate_id=$1 ORDER BY sort, id", door.estate_id)
    return [BuildingChoice(row["id"], row["name"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Meant:
    """A home as it was typed, and the one that is meant by it; None where the building has no such home."""

    building: str
    label: str
    home_id: int | None


def labels(typed: str) -> tuple[str, ...]:
    """What a typed home may be called in the list: 3号楼501室, 3-501 and ５０１ are all 501."""
    return written.labels(clean(typed).replace(" ", ""))


async def meant(door: Door, *, viewer: Viewer, building_id: int, typed: str) -> Meant:
    """Which home of a building was typed. Says nothing about who lives there."""
    allow(viewer, "join.ask", None)
    building = await fetch_one("SELECT name FROM building WHERE id=$1 AND estate_id=$2", building_id, door.estate_id)
    if building is None:
        raise NotFound("building.not_found")
    wanted = labels(typed)
    for label in wanted:
        row = await fetch_one("SELECT id FROM home WHERE building_id=$1 AND label=$2", building_id, label)
        if row is not None:
            return Meant(building["name"], label, row["id"])
    return Meant(building["name"], wanted[-1][:30] if wanted else "", None)
