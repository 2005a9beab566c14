"""My household: who lives in my homes by their shown names, moving out myself, and saying that somebody did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.errors import NotFound, Taken
from models.household import Relation
from models.transaction import Row, day, execute, fetch, fetch_one, moment, transaction
from people import residences
from people.audit import record
from people.joining import telling
from people.joining.asking import default_shown_name
from people.permissions import allow
from people.scope import must_see
from people.viewers import SYSTEM, Viewer


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of one's own home as those who live there see them."""

    residence_id: int
    person_id: int
    shown_name: str
    relation: Relation
    is_self: bool
    has_joined: bool
    is_leaving: bool


@dataclass(frozen=True, slots=True)
class MyHome:
    """A home the viewer lives in."""

    home_id: int
    place_id: int
    place: str
    address: str
    since: dt.date | None
    members: tuple[Member, ...]


_HOMES = """
SELECT o.open_home_id AS home_id, o.place_id, q.name AS place, e.name AS estate, b.name AS building, h.label, o.since,
  d.id AS residence_id, d.person_id, p.name, p.shown_name, p.username, d.relation, d.leaving_at,
  EXISTS (SELECT 1 FROM contact c WHERE c.person_id=p.id) AS has_joined
FROM residence o JOIN home h ON h.id=o.open_home_id JOIN building b ON b.id=h.building_id
JOIN estate e ON e.id=b.estate_id JOIN place q ON q.id=o.place_id
JOIN residence d ON d.open_home_id=o.open_home_id AND d.state='living' JOIN person p ON p.id=d.person_id
WHERE o.person_id=$1 AND o.state='living' ORDER BY o.id, d.id
"""


async def my_homes(*, viewer: Viewer) -> list[MyHome]:
    """我家: every home one lives in, with who else does."""
    allow(viewer, "household.read", None)
    homes: dict[int, list[Row]] = {}
    for row in await fetch(_HOMES, viewer.person_id):
        homes.setdefault(row["home_id"], []).append(row)
    return [_home(rows, viewer) for rows in homes.values()]


def _home(rows: list[Row], viewer: Viewer) -> MyHome:
    first = rows[0]
    return MyHome(
        home_id=first["home_id"],
        place_id=first["place_id"],
        place=first["place"],
        address=f"{first['estate']} {first['building']} {first['label']}",
        since=day(first["since"]),
        members=tuple(_member(row, viewer) for row in rows),
    )


def _member(row: Row, viewer: Viewer) -> Member:
    """Who has not joined has chosen no name, and the list's is their real one: neighbours do not see it."""
    has_joined = bool(row["has_joined"])
    return Member(
        residence_id=row["residence_id"],
        person_id=row["person_id"],
        shown_name=row["shown_name"] if has_joined or row["username"] else default_shown_name(row["name"]),
        relation=Relation(row["relation"]),
        is_self=row["person_id"] == viewer.person_id,
        has_joined=has_joined,
        is_leaving=row["leaving_at"] is not None,
    )


async def _in_my_home(residence_id: int, *, by: Viewer) -> Row:
    row = await fetch_one(
        "SELECT d.id, d.person_id, d.place_id, d.home_id FROM residence d JOIN residence o"
        " ON o.open_home_id=d.open_home_id AND o.person_id=$2 AND o.state='living'"
        " WHERE d.id=$1 AND d.state='living'",
        residence_id,
        by.person_id,
    )
    if row is None:
        raise NotFound("residence.not_found")
    return row


async def leave(residence_id: int, *, by: Viewer) -> None:
    """我搬走了: one's own residence ends today, and with the last one in a place the rights there."""
    allow(by, "household.leave", None)
    row = await _in_my_home(residence_id, by=by)
    if row["person_id"] != by.person_id:
        raise NotFound("residence.not_found")
    async with transaction():
        await residences.move_out(residence_id, by=SYSTEM)
        await record(by, "household.leave", subject="residence", subject_id=residence_id, place_id=row["place_id"])


async def report(residence_id: int, *, by: Viewer) -> None:
    """他搬走了: said of somebody of one's own home; staff look and decide, and nothing changes before."""
    allow(by, "household.report", None)
    row = await _in_my_home(residence_id, by=by)
    async with transaction():
        changed = await execute(
            "UPDATE residence SET leaving_at=$1, leaving_by_id=$2"
            " WHERE id=$3 AND state='living' AND leaving_at IS NULL",
            clock.now(),
            by.person_id,
            residence_id,
        )
        if changed != 1:
            raise Taken("residence.said_already")
        await record(by, "household.report", subject="residence", subject_id=residence_id, place_id=row["place_id"])
        await telling.tell_staff(row["place_id"], key="residence_leaving", path=f"/homes/{row['home_id']}")


async def keep(residence_id: int, *, by: Viewer) -> None:
    """还住着: staff have looked, and nobody moved out."""
    row = await fetch_one("SELECT place_id FROM residence WHERE id=$1 AND leaving_at IS NOT NULL", residence_id)
    if row is None:
        raise NotFound("residence.not_found")
    must_see(by, "residence.keep", row["place_id"], thing="residence")
    async with transaction():
        await execute("UPDATE residence SET leaving_at=NULL, leaving_by_id=NULL WHERE id=$1", residence_id)
        await record(by, "residence.keep", subject="residence", subject_id=residence_id, place_id=row["place_id"])


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody of whom it is said that they moved out; ``by`` is who said so, empty where a new tenant came."""

    residence_id: int
    home_id: int
    name: str
    address: str
    relation: Relation
    by: str
    said_at: dt.datetime


_LEAVING = """
SELECT d.id, d.open_home_id AS home_id, p.name, e.name AS estate, b.name AS building, h.label, d.relation,
  d.leaving_at, COALESCE(s.name, '') AS by
FROM residence d JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.open_home_id
JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id
LEFT JOIN person s ON s.id=d.leaving_by_id
WHERE d.place_id=$1 AND d.state='living' AND d.leaving_at IS NOT NULL ORDER BY d.leaving_at, d.id LIMIT 100
"""


async def leaving(*, viewer: Viewer, place_id: int) -> list[Leaving]:
    """可能搬走的: for staff to look at, the oldest first."""
    must_see(viewer, "join.read", place_id, thing="place")
    return [
        Leaving(
            row["id"],
            row["home_id"],
            row["name"],
            f"{row['estate']} {row['building']} {row['label']}",
            Relation(row["relation"]),
            row["by"],
            moment(row["leaving_at"]),
        )
        for row in await fetch(_LEAVING, place_id)
    ]
