"""Who is on duty: the roster's row, or else the next one who must do it, so that nothing is left unassigned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.errors import Invalid, NotFound, WrongState
from models.person import RoleName
from models.roster import Duty
from models.transaction import fetch, moment, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see, places_for
from people.viewers import Viewer

OWNERS = (RoleName.SECRETARY, RoleName.SUBDISTRICT_DESK, RoleName.ADMIN, RoleName.WORKER)
"""Who owns a question when the roster has no row: the secretary, the subdistrict desk, an admin, then anybody there."""
PAGED = (RoleName.SECRETARY, RoleName.WORKER, RoleName.SUBDISTRICT_DESK, RoleName.ADMIN)
"""Who is paged after the person on duty: first the people of the place itself."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may answer for a place, with the roles they hold there or above it."""

    person_id: int
    name: str
    roles: frozenset[RoleName]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A stretch of duty as shown."""

    id: int
    person_id: int
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


_ANSWERS = (
    "p.is_active AND (r.place_id=h.id AND r.name IN ('worker','secretary','subdistrict_desk','admin')"
    " OR (r.place_id=h.parent_id OR r.place_id=u.parent_id) AND r.name IN ('subdistrict_desk','admin'))"
)
"""Whether a person ``p`` may answer for a place ``h``, below ``u``, by a role ``r``."""
_STAFF = (
    "SELECT p.id, p.shown_name, r.name AS role FROM role r JOIN person p ON p.id=r.person_id"
    f" JOIN place h ON h.id=$1 LEFT JOIN place u ON u.id=h.parent_id WHERE {_ANSWERS} ORDER BY p.id"
)


def has_left(person: str, place: str) -> str:
    """The condition in SQL that whoever a column names may answer no more for the place another names: left, or has no
    role by which they could be asked there today."""
    return (
        "NOT EXISTS (SELECT 1 FROM role r JOIN person p ON p.id=r.person_id"
        f" JOIN place h ON h.id={place} LEFT JOIN place u ON u.id=h.parent_id WHERE p.id={person} AND {_ANSWERS})"
    )


async def staff_of(place_id: int) -> list[Staff]:
    """Everybody active who may answer for a place: its own staff, and the desk and admins of what stands above it."""
    found: dict[int, tuple[str, set[RoleName]]] = {}
    for row in await fetch(_STAFF, place_id):
        found.setdefault(row["id"], (row["shown_name"], set()))[1].add(RoleName(row["role"]))
    return [Staff(person_id, name, frozenset(roles)) for person_id, (name, roles) in found.items()]


async def chain(place_id: int, at: dt.datetime, *, order: Sequence[RoleName] = OWNERS) -> list[int]:
    """Everybody who may be called, in order: those on duty at a moment, then by role; each once."""
    staff = await staff_of(place_id)
    known = {person.person_id for person in staff}
    on = [person_id for person_id in await _in_roster(place_id, at) if person_id in known]
    rest = sorted(staff, key=lambda person: min(order.index(role) for role in person.roles))
    return list(dict.fromkeys([*on, *(person.person_id for person in rest)]))


async def _in_roster(place_id: int, at: dt.datetime) -> list[int]:
    rows = await fetch(
        "SELECT person_id FROM duty WHERE place_id=$1 AND starts_at<=$2 AND ends_at>$2"
        " ORDER BY starts_at DESC, id DESC",
        place_id,
        at,
    )
    return [row["person_id"] for row in rows]


async def on_duty(place_id: int, at: dt.datetime) -> int:
    """The person who takes what comes in at a moment; refused only where a place has no staff at all."""
    people = await chain(place_id, at)
    if not people:
        raise WrongState("roster.nobody")
    return people[0]


async def write(*, by: Viewer, place_id: int, person_id: int, starts_at: dt.datetime, ends_at: dt.datetime) -> Duty:
    """排班: put somebody of the place on duty from a moment until before another."""
    allow(by, "roster.write", place_id)
    if ends_at <= starts_at:
        raise Invalid("roster.ends_before_it_starts")
    if person_id not in {person.person_id for person in await staff_of(place_id)}:
        raise Invalid("roster.not_staff")
    async with transaction():
        duty = await Duty.create(
            created_at=clock.now(), place_id=place_id, person_id=person_id, starts_at=starts_at, ends_at=ends_at
        )
        await record(by, "roster.write", subject="duty", subject_id=duty.id, place_id=place_id)
    return duty


async def erase(duty_id: int, *, by: Viewer) -> None:
    """撤班: take a stretch of duty back."""
    duty = await Duty.get_or_none(id=duty_id)
    if duty is None:
        raise NotFound("roster.not_found")
    must_see(by, "roster.write", duty.place_id, thing="roster")
    async with transaction():
        await Duty.filter(id=duty.id).delete()
        await record(by, "roster.erase", subject="duty", subject_id=duty.id, place_id=duty.place_id)


async def duties(*, viewer: Viewer, place_id: int, since: dt.datetime, until: dt.datetime) -> list[DutyLine]:
    """The roster of a place between two moments, for its staff."""
    must_see(viewer, "canned.write", place_id, thing="roster")
    rows = await fetch(
        "SELECT d.id, d.person_id, p.shown_name, d.starts_at, d.ends_at FROM duty d JOIN person p ON p.id=d.person_id"
        " WHERE d.place_id=$1 AND d.ends_at>$2 AND d.starts_at<$3 ORDER BY d.starts_at, d.id",
        place_id,
        since,
        until,
    )
    return [
        DutyLine(row["id"], row["person_id"], row["shown_name"], moment(row["starts_at"]), moment(row["ends_at"]))
        for row in rows
    ]


async def staff(*, viewer: Viewer, place_id: int) -> list[Staff]:
    """Everybody a question of this place may be handed to, for staff of the place."""
    places = places_for(viewer, "question.transfer")
    if places is not None and place_id not in places:
        raise NotFound("place.not_found")
    return await staff_of(place_id)
