"""Seats of a room: who may take the fixed ones, who takes them, and telling everybody who has one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases import teams
from casework.cases.reporting import short
from casework.mediation.settings import FixedRole, mediating
from courier import notices
from courier.letters import Letter, Link
from models.case import Case
from models.consultation import Consultation, ConsultationSeat
from models.errors import Invalid
from models.transaction import fetch
from models.wording import say, say_moment
from people.permissions import allow
from people.viewers import Viewer

FEWEST_FIXED = 3
"""So many of the fixed roles must be named, and must have come before a room can be closed."""
_HERE = (
    "SELECT DISTINCT p.id, p.shown_name, r.name AS role FROM role r JOIN person p ON p.id=r.person_id"
    " WHERE r.place_id=$1 AND p.is_active AND r.name IN ('worker','secretary','admin','police',"
    "'doctor','property','owners_committee','mediator','unit_member')"
    " ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who works here and may sit in a fixed seat."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class FixedSeat:
    """A fixed role with those proposed for it first."""

    key: str
    name: str
    sitters: tuple[Sitter, ...]


async def fixed_seats(*, viewer: Viewer, place_id: int) -> list[FixedSeat]:
    """固定的位子: for whoever calls a room."""
    allow(viewer, "consultation.call", place_id)
    rows = await fetch(_HERE, place_id)
    return [FixedSeat(one.key, one.name, _sitters(one, rows)) for one in mediating().fixed]


def _sitters(fixed: FixedRole, rows: list[Any]) -> tuple[Sitter, ...]:
    wanted = {role.value for role in fixed.roles}
    first = [row for row in rows if row["role"] in wanted]
    people = {row["id"]: row["shown_name"] for row in (*first, *rows)}
    return tuple(Sitter(person_id, name) for person_id, name in people.items())


def role_of(key: str) -> FixedRole:
    """A fixed role of a room."""
    found = next((one for one in mediating().fixed if one.key == key), None)
    if found is None:
        raise Invalid("consultation.seat_empty")
    return found


def unfilled(keys: Collection[str]) -> tuple[FixedRole, ...]:
    """The fixed roles that nobody has, where these seats are taken."""
    return tuple(one for one in mediating().fixed if one.key not in keys)


async def seats_for(
    place_id: int, *, people: Mapping[str, int], names: Mapping[str, str], fewest: int = FEWEST_FIXED
) -> list[dict[str, Any]]:
    """The fixed seats as rows: each with somebody who works here, or the name of somebody who does not. At least so
    many must be taken."""
    known = {row["id"]: row["shown_name"] for row in await fetch(_HERE, place_id)}
    found: list[dict[str, Any]] = []
    for fixed in mediating().fixed:
        person_id, name = people.get(fixed.key), short(names.get(fixed.key, ""), 60)
        if person_id and person_id not in known:
            raise Invalid("consultation.not_staff")
        if person_id or name:
            found.append({"key": fixed.key, "person_id": person_id or None, "name": known.get(person_id or 0, name)})
    sitting = [one["person_id"] for one in found if one["person_id"]]
    if len(found) < fewest or len(set(sitting)) < len(sitting):
        raise Invalid("consultation.seats")
    return found


async def seats_of_units(place_id: int, team_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The seats of units as rows, each once."""
    called = [await teams.must_reach(team_id, place_id) for team_id in dict.fromkeys(team_ids)]
    return [{"key": f"team-{team.id}", "team_id": team.id, "name": team.name} for team in called]


async def call_to(room: Consultation, case: Case | None, *, key: str = "") -> None:
    """Tell everybody who has a seat, or has this one, where and when."""
    matter = case.number if case is not None else say("mediation.room.no_case")
    at, where = say_moment(room.at), room.where_text
    await held_by(room, "consultation.called", key=key, case=matter, at=at, where=where, purpose=room.purpose)


async def held_by(room: Consultation, kind: str, *, key: str = "", came: bool = False, **facts: object) -> None:
    """Tell everybody who has a seat (``key``: this one; ``came``: and was there), each once; of a unit all of its
    people."""
    people: list[int] = []
    for seat in await _seats(room, key=key, came=came):
        if seat.person_id is not None:
            people.append(seat.person_id)
        elif seat.team_id is not None:
            people += await teams.people_of(seat.team_id)
    text = say(f"mediation.room.{kind.rpartition('.')[2]}", number=room.number, **facts)
    letter = Letter(text, links=(Link(say("mediation.room.link"), f"/consultations/{room.id}"),))
    needs = f"consultation.read@{room.place_id}"
    for person_id in dict.fromkeys(people):
        await notices.tell_person(letter, person_id=person_id, kind=kind, needs=needs)


async def _seats(room: Consultation, *, key: str, came: bool) -> list[ConsultationSeat]:
    rows = await ConsultationSeat.filter(consultation_id=room.id).order_by("id")
    return [one for one in rows if key in {"", one.key} and (one.came_at is not None or not came)]
