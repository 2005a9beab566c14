"""会商 (3+X): the fixed roles and some units sit together over a hard case, which ends with minutes and conclusions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from casework.cases.reporting import short
from casework.cases.sight import on_hand as case_on_hand
from casework.cases.steps import note_down, words
from casework.loop import CASE_STATES, move, state_after
from casework.mediation.room_sight import on_hand
from casework.mediation.seats import FEWEST_FIXED, call_to, held_by, seats_for, seats_of_units
from casework.mediation.settings import mediating
from courier import signals
from models import clock
from models.case import Case
from models.counters import next_value
from models.errors import Invalid, NotFound, Taken, WrongState
from models.mediation import Consultation, ConsultationConclusion, ConsultationSeat
from models.transaction import transaction
from people.audit import record
from people.viewers import Viewer

DROPPED = "dropped"
"""What a conclusion became that was crossed out before the room was closed."""
LONGEST_AHEAD = dt.timedelta(days=60)


async def call(
    case_id: int,
    *,
    by: Viewer,
    at: dt.datetime,
    where: str,
    purpose: str,
    people: Mapping[str, int],
    names: Mapping[str, str],
    team_ids: Sequence[int],
) -> Consultation:
    """召集会商: a case, a time, a place, who sits in the fixed seats, and which units come besides; each is told."""
    room, why = short(where, 120), words(purpose)
    if not room or not why or not team_ids:
        raise Invalid("consultation.incomplete")
    if not clock.now() <= at <= clock.now() + LONGEST_AHEAD:
        raise Invalid("consultation.time")
    async with transaction():
        case = await case_on_hand(case_id, by=by, verb="consultation.call")
        if not CASE_STATES[case.state].is_open:
            raise WrongState("consultation.call", state=case.state.value)
        seats = await seats_for(case.place_id, people=people, names=names)
        seats += await seats_of_units(case.place_id, team_ids)
        made = await _make(case, seats, by=by, at=at, where_text=room, purpose=why)
        await note_down(case, "case.consult", by=by, is_public=False, facts={"number": made.number})
        await _write_down(made, "consultation.call", by=by)
        await call_to(made, case)
    return made


async def _make(case: Case, seats: Sequence[dict[str, Any]], *, by: Viewer, **columns: Any) -> Consultation:
    """The room with its seats."""
    made = await Consultation.create(
        created_at=clock.now(),
        number=await _next_number(case.place_id),
        place_id=case.place_id,
        case_id=case.id,
        by_id=by.person_id,
        **columns,
    )
    for seat in seats:
        await ConsultationSeat.create(created_at=clock.now(), consultation_id=made.id, **seat)
    return made


async def _next_number(place_id: int) -> str:
    return f"H-{await next_value(f'consultation:{place_id}'):04}"


async def _write_down(room: Consultation, verb: str, *, by: Viewer) -> None:
    await record(by, verb, subject="consultation", subject_id=room.id, place_id=room.place_id)
    signals.publish(signals.desk_topic(room.place_id))


async def arrive(room_id: int, *, by: Viewer, seat_id: int) -> Consultation:
    """到场: of a seat, said by who sits in it or by who called; the first one opens the room."""
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.arrive", seat_id=seat_id)
        unset = ConsultationSeat.filter(id=seat_id, consultation_id=room.id, came_at__isnull=True)
        state_after(room.state, "consultation.arrive")
        if await unset.update(came_at=clock.now()) != 1:
            raise Taken("consultation.came_already")
        await move(room, "consultation.arrive")
        await _write_down(room, "consultation.arrive", by=by)
    return room


async def conclude(
    room_id: int, *, by: Viewer, text: str, seat_key: str = "", due_on: dt.date | None = None
) -> ConsultationConclusion:
    """写结论: what was settled, who does it, until when."""
    said = words(text)
    if not said:
        raise Invalid("consultation.empty")
    if due_on is not None and due_on < clock.today():
        raise Invalid("consultation.past_day")
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.conclude")
        if seat_key and not await ConsultationSeat.exists(consultation_id=room.id, key=seat_key):
            raise NotFound("consultation.not_found")
        await move(room, "consultation.conclude")
        made = await ConsultationConclusion.create(
            created_at=clock.now(),
            consultation_id=room.id,
            text=said,
            seat_key=seat_key,
            due_on=due_on,
            by_id=by.person_id,
        )
        await _write_down(room, "consultation.conclude", by=by)
    return made


async def drop(room_id: int, *, by: Viewer, conclusion_id: int) -> Consultation:
    """划掉结论: while the room is open; it stays readable as crossed out."""
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.drop")
        await move(room, "consultation.drop")
        standing = ConsultationConclusion.filter(id=conclusion_id, consultation_id=room.id, became="")
        if await standing.update(became=DROPPED) != 1:
            raise NotFound("consultation.not_found")
        await _write_down(room, "consultation.drop", by=by)
    return room


async def close(room_id: int, *, by: Viewer, minutes: str, seen_version: int | None = None) -> Consultation:
    """定纪要: only with minutes, at least one conclusion, and three of the fixed roles in the room."""
    said = words(minutes)
    if not said:
        raise Invalid("consultation.no_minutes")
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.close", seen_version=seen_version)
        state_after(room.state, "consultation.close")
        if not await ConsultationConclusion.filter(consultation_id=room.id).exclude(became=DROPPED).exists():
            raise WrongState("consultation.no_conclusion")
        fixed = [one.key for one in mediating().fixed]
        came = ConsultationSeat.filter(consultation_id=room.id, key__in=fixed, came_at__isnull=False)
        if await came.count() < FEWEST_FIXED:
            raise WrongState("consultation.too_few", fewest=FEWEST_FIXED)
        await move(room, "consultation.close", minutes=said, closed_at=clock.now())
        await _write_down(room, "consultation.close", by=by)
        case = await Case.get(id=room.case_id)
        if CASE_STATES[case.state].is_open:
            await note_down(case, "case.consulted", by=by, is_public=False, facts={"number": room.number})
    return room


async def cancel(room_id: int, *, by: Viewer, seen_version: int | None = None) -> Consultation:
    """取消会商: everybody who was called is told."""
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.cancel", seen_version=seen_version)
        await move(room, "consultation.cancel", closed_at=clock.now())
        await _write_down(room, "consultation.cancel", by=by)
        await held_by(room, "consultation.cancelled")
    return room
