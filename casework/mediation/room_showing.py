"""Rooms as those who see them do: the list, and one with its seats, minutes and conclusions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from tortoise.queryset import QuerySet

from casework.cases.teams import teams_of
from casework.mediation.room_sight import seen_by
from casework.mediation.seats import unfilled
from casework.mediation.settings import mediating
from models.case import Case
from models.consultation import Consultation, ConsultationConclusion, ConsultationSeat, ConsultationState
from models.errors import NotFound
from models.transaction import fetch_one
from people.permissions import allow
from people.viewers import Viewer

MOST = 100


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in a list; ``unfilled``: the fixed roles that nobody has. Over a matter that is no case it has none."""

    id: int
    number: str
    place_id: int
    state: ConsultationState
    case_id: int | None
    case_number: str
    at: dt.datetime
    where: str
    purpose: str
    version: int
    unfilled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat: its role, who has it, whether they came, and whether they stand by the minutes (``confirm_way``: signed
    on paper); ``is_mine``: the viewer's own, or their unit's."""

    id: int
    key: str
    role: str
    name: str
    team_id: int | None
    came_at: dt.datetime | None
    is_mine: bool
    confirmed_at: dt.datetime | None
    confirm_way: str


@dataclass(frozen=True, slots=True)
class ConclusionLine:
    """A conclusion, who does it until when, and what it became."""

    id: int
    text: str
    who: str
    team_id: int | None
    due_on: dt.date | None
    became: str
    case_number: str


@dataclass(frozen=True, slots=True)
class RoomShown:
    """One room; ``missing``: the keys and names of the fixed roles that nobody has."""

    line: RoomLine
    minutes: str
    seats: tuple[SeatLine, ...]
    missing: tuple[tuple[str, str], ...]
    conclusions: tuple[ConclusionLine, ...]


async def rooms(*, viewer: Viewer) -> list[RoomLine]:
    """会商: those that are to be held first, then the latest."""
    allow(viewer, "consultation.read", None)
    found = Consultation.filter(await seen_by(viewer)).order_by("-at", "-id").limit(MOST)
    return await _lines(found)


async def rooms_of_case(case_id: int, *, viewer: Viewer) -> list[RoomLine]:
    """The rooms that were held over a case, as far as the viewer sees them."""
    allow(viewer, "consultation.read", None)
    if await fetch_one("SELECT id FROM consultation WHERE case_id=$1 LIMIT 1", case_id) is None:
        return []  # Most cases have none: the page of every case asks.
    found = Consultation.filter(await seen_by(viewer), case_id=case_id).order_by("id")
    return await _lines(found)


async def _lines(found: QuerySet[Consultation]) -> list[RoomLine]:
    rows = await found.select_related("case").prefetch_related("seats")
    return [_line(row, [seat.key for seat in row.seats]) for row in rows]


def _line(row: Consultation, keys: Collection[str]) -> RoomLine:
    return RoomLine(
        row.id,
        row.number,
        row.place_id,
        row.state,
        row.case_id,
        row.case.number if row.case is not None else "",
        row.at,
        row.where_text,
        row.purpose,
        row.version,
        tuple(one.name for one in unfilled(keys)),
    )


async def room(room_id: int, *, viewer: Viewer) -> RoomShown:
    """One room, or NotFound for whoever may not see it."""
    allow(viewer, "consultation.read", None)
    row = await Consultation.filter(await seen_by(viewer), id=room_id).select_related("case").first()
    if row is None:
        raise NotFound("consultation.not_found")
    mine = set(await teams_of(viewer.person_id)) if viewer.person_id is not None else set()
    roles = {one.key: one.name for one in mediating().fixed}
    seats = await ConsultationSeat.filter(consultation_id=row.id).order_by("id")
    lines = {
        one.key: SeatLine(
            one.id,
            one.key,
            roles.get(one.key, ""),
            one.name,
            one.team_id,
            one.came_at,
            (one.person_id is not None and one.person_id == viewer.person_id) or one.team_id in mine,
            one.confirmed_at,
            one.confirm_way,
        )
        for one in seats
    }
    missing = tuple((one.key, one.name) for one in unfilled([*lines]))
    line, found = _line(row, [*lines]), await _conclusions(row.id, lines)
    return RoomShown(line, row.minutes, tuple(lines.values()), missing, found)


async def _conclusions(room_id: int, seats: dict[str, SeatLine]) -> tuple[ConclusionLine, ...]:
    rows = await ConsultationConclusion.filter(consultation_id=room_id).order_by("id")
    cases = await Case.filter(id__in=[one.became_case_id for one in rows if one.became_case_id])
    numbers = {one.id: one.number for one in cases}
    return tuple(
        ConclusionLine(
            one.id,
            one.text,
            seats[one.seat_key].name if one.seat_key in seats else "",
            seats[one.seat_key].team_id if one.seat_key in seats else None,
            one.due_on,
            one.became,
            numbers.get(one.became_case_id or 0, ""),
        )
        for one in rows
    )
