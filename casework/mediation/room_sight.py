"""Who sees a room: those who work in its place, and whoever has a seat in it, by person or by unit, and still works
where that seat may be given to them."""

from __future__ import annotations

from tortoise.expressions import Q

from casework.cases.sight import wide_places
from casework.cases.teams import teams_of
from models.consultation import Consultation, ConsultationSeat
from models.errors import NotAllowed, NotFound, Taken
from models.transaction import execute, fetch, listed
from people.permissions import allow
from people.scope import given_places
from people.viewers import Viewer

READ = "consultation.read"
BY_SEAT = frozenset({"consultation.arrive", "consultation.confirm"})
"""What somebody may do who has no more than a seat: say that they are there, and stand by the minutes."""


async def seen_by(viewer: Viewer) -> Q:
    """The condition on rooms under which this viewer sees a row."""
    places = wide_places(viewer, READ)
    if places is None:
        return Q()
    seen = Q(place_id__in=[*places] or [0])
    if viewer.person_id is None:
        return seen
    given = await given_places(viewer, READ)
    return seen | Q(id__in=await _seated(viewer.person_id) or [0], place_id__in=[*given] or [0])


async def _seated(person_id: int) -> list[int]:
    teams = listed(await teams_of(person_id))
    rows = await fetch(
        f"SELECT DISTINCT consultation_id FROM consultation_seat WHERE person_id=$1 OR team_id IN ({teams})", person_id
    )
    return [row["consultation_id"] for row in rows]


async def visible(room_id: int, viewer: Viewer) -> Consultation:
    """A room, or NotFound for whoever may not see it."""
    found = await Consultation.get_or_none(await seen_by(viewer), id=room_id)
    if found is None:
        raise NotFound("consultation.not_found")
    return found


async def on_hand(
    room_id: int, *, by: Viewer, verb: str, seat_id: int | None = None, seen_version: int | None = None
) -> Consultation:
    """A room held for a verb, as it stands now; ``seat_id``: the seat that it is about, which speaks for itself."""
    allow(by, verb, None)
    await visible(room_id, by)
    await execute("UPDATE consultation SET version=version WHERE id=$1", room_id)
    room = await Consultation.get(id=room_id)
    places = wide_places(by, verb)
    is_wide = places is None or room.place_id in places
    if not is_wide and not (verb in BY_SEAT and await sits(seat_id, room_id, by)):
        raise NotAllowed("not_allowed", verb=verb)
    if seen_version is not None and seen_version != room.version:
        raise Taken("consultation.changed", number=room.number)
    return room


async def sits(seat_id: int | None, room_id: int, by: Viewer) -> bool:
    """Whether a seat is theirs, or their unit's."""
    seat = await ConsultationSeat.get_or_none(id=seat_id or 0, consultation_id=room_id)
    if seat is None or by.person_id is None:
        return False
    return seat.person_id == by.person_id or seat.team_id in await teams_of(by.person_id)
