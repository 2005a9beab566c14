"""会商 (3+X): the fixed roles and some units sit together over a hard case, which ends with minutes and conclusions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases.reporting import short
from casework.cases.sight import on_hand as case_on_hand
from casework.cases.steps import note_down, words
from casework.loop import CASE_STATES, PLANNED, ROOM_OPEN, move, state_after
from casework.mediation.room_sight import on_hand, sits
from casework.mediation.seats import FEWEST_FIXED, call_to, held_by, role_of, seats_for, seats_of_units
from casework.mediation.settings import mediating
from courier import signals
from models import clock
from models.case import Case
from models.consultation import Consultation, ConsultationConclusion, ConsultationSeat
from models.counters import next_value
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.transaction import transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

DROPPED = "dropped"
"""What a conclusion became that was crossed out before the room was closed."""
LONGEST_AHEAD = dt.timedelta(days=60)
SAME_TIME = dt.timedelta(hours=2)
"""Two rooms over one matter whose times lie nearer than that are the same one."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where they sit together, over what: ``purpose`` is what is to be settled."""

    at: dt.datetime
    where: str
    purpose: str


@dataclass(frozen=True, slots=True)
class NoCase:
    """A matter of a place that is no case."""

    place_id: int


async def call(
    over: int | NoCase,
    *,
    by: Viewer,
    at: dt.datetime,
    where: str,
    purpose: str,
    people: Mapping[str, int],
    names: Mapping[str, str],
    team_ids: Sequence[int],
) -> Consultation:
    """召集会商: a time, a place, who sits in the fixed seats, and which units come besides; each is told. ``over``: a
    case by its id, or (where the community's file lets that be) a matter that is none."""
    meeting = Meeting(at, short(where, 120), words(purpose))
    if not meeting.where or not meeting.purpose or not team_ids:
        raise Invalid("consultation.incomplete")
    if not clock.now() <= at <= clock.now() + LONGEST_AHEAD:
        raise Invalid("consultation.time")
    async with transaction():
        case, place_id = await _over(over, by=by)
        seats = await seats_for(place_id, people=people, names=names)
        seats += await seats_of_units(place_id, team_ids)
        made = await _make(place_id, seats, by=by, case=case, meeting=meeting)
        if case is not None:
            await note_down(case, "case.consult", by=by, is_public=False, facts={"number": made.number})
        await _write_down(made, "consultation.call", by=by)
        await call_to(made, case)
    return made


async def _over(over: int | NoCase, *, by: Viewer) -> tuple[Case | None, int]:
    """What a room is called over, and in which place."""
    if isinstance(over, NoCase):
        return None, _may_be_without(over, by=by)
    case = await case_on_hand(over, by=by, verb="consultation.call")
    if not CASE_STATES[case.state].is_open:
        raise WrongState("consultation.call", state=case.state.value)
    return case, case.place_id


def _may_be_without(matter: NoCase, *, by: Viewer) -> int:
    """The place in which a room without a case is called."""
    allow(by, "consultation.call", matter.place_id)
    if not mediating().rooms_without_case:
        raise Invalid("consultation.needs_case")
    return matter.place_id


async def _make(
    place_id: int, seats: Sequence[dict[str, Any]], *, by: Viewer, case: Case | None, meeting: Meeting
) -> Consultation:
    """The room with its seats. Its number holds the place's row, so that of two who call the same one is told."""
    number = await _next_number(place_id)
    await _must_be_called_once(place_id, case, meeting)
    made = await Consultation.create(
        created_at=clock.now(),
        number=number,
        place_id=place_id,
        case_id=case.id if case is not None else None,
        by_id=by.person_id,
        at=meeting.at,
        where_text=meeting.where,
        purpose=meeting.purpose,
    )
    for seat in seats:
        await ConsultationSeat.create(created_at=clock.now(), consultation_id=made.id, **seat)
    return made


async def _must_be_called_once(place_id: int, case: Case | None, meeting: Meeting) -> None:
    """Refuse another room over the same matter at about the same time, as of a form that was sent twice."""
    near = {"at__gt": meeting.at - SAME_TIME, "at__lt": meeting.at + SAME_TIME}
    rows = Consultation.filter(place_id=place_id, state__in=[PLANNED, ROOM_OPEN], **near)
    same = rows.filter(case_id=case.id) if case is not None else rows.filter(case_id=None, purpose=meeting.purpose)
    if (found := await same.first()) is not None:
        raise Taken("consultation.called_already", number=found.number)


async def _next_number(place_id: int) -> str:
    return f"H-{await next_value(f'consultation:{place_id}'):04}"


async def _write_down(room: Consultation, verb: str, *, by: Viewer) -> None:
    await record(by, verb, subject="consultation", subject_id=room.id, place_id=room.place_id)
    signals.publish(signals.desk_topic(room.place_id))


async def fill(room_id: int, *, by: Viewer, key: str, person_id: int | None = None, name: str = "") -> Consultation:
    """补位子: somebody takes a fixed role that nobody had; they are told like the others."""
    role_of(key)
    if not person_id and not short(name, 60):
        raise Invalid("consultation.seat_empty")
    people = {key: person_id} if person_id else {}
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.fill")
        await move(room, "consultation.fill")
        taken = await ConsultationSeat.filter(consultation_id=room.id)
        if key in {one.key for one in taken}:
            raise Taken("consultation.seat_taken")
        [seat] = await seats_for(room.place_id, people=people, names={key: name}, fewest=1)
        if seat["person_id"] and seat["person_id"] in {one.person_id for one in taken}:
            raise Invalid("consultation.seats")
        await ConsultationSeat.create(created_at=clock.now(), consultation_id=room.id, **seat)
        await _write_down(room, "consultation.fill", by=by)
        case = await Case.get_or_none(id=room.case_id) if room.case_id is not None else None
        await call_to(room, case, key=key)
    return room


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
        await held_by(room, "consultation.closed", came=True)
        case = await Case.get_or_none(id=room.case_id) if room.case_id is not None else None
        if case is not None and CASE_STATES[case.state].is_open:
            await note_down(case, "case.consulted", by=by, is_public=False, facts={"number": room.number})
    return room


PAPER = "paper"


async def confirm(room_id: int, *, by: Viewer, seat_id: int, way: str = "") -> Consultation:
    """认纪要: of a seat whose people came, by themselves; ``paper``: they signed a sheet, and staff write that down."""
    if way not in {"", PAPER}:
        raise Invalid("consultation.empty")
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.confirm", seat_id=seat_id)
        await _must_speak_for(room, seat_id, by=by, way=way)
        await move(room, "consultation.confirm")
        unset = ConsultationSeat.filter(id=seat_id, consultation_id=room.id, confirmed_at__isnull=True)
        values = {"confirmed_at": clock.now(), "confirm_way": way, "confirm_by_id": by.person_id}
        if await unset.filter(came_at__isnull=False).update(**values) != 1:
            raise Taken("consultation.confirmed_already")
        await _write_down(room, "consultation.confirm", by=by)
    return room


async def _must_speak_for(room: Consultation, seat_id: int, *, by: Viewer, way: str) -> None:
    """Nobody confirms for somebody else but from paper, and that is for whoever may call rooms here."""
    seat = await ConsultationSeat.get_or_none(id=seat_id, consultation_id=room.id)
    if seat is None:
        raise NotFound("consultation.not_found")
    if way == PAPER:
        allow(by, "consultation.call", room.place_id)
    elif not await sits(seat_id, room.id, by):
        raise NotAllowed("consultation.own_seat", verb="consultation.confirm")


async def cancel(room_id: int, *, by: Viewer, seen_version: int | None = None) -> Consultation:
    """取消会商: everybody who was called is told."""
    async with transaction():
        room = await on_hand(room_id, by=by, verb="consultation.cancel", seen_version=seen_version)
        await move(room, "consultation.cancel", closed_at=clock.now())
        await _write_down(room, "consultation.cancel", by=by)
        await held_by(room, "consultation.cancelled")
    return room
