"""落实结论: of a room that is closed, each conclusion becomes the dispatch of its case or a case of its own, once."""

from __future__ import annotations

from dataclasses import replace

from casework.cases import catalogue, dispatching, reporting
from casework.cases.reporting import Facts
from casework.cases.steps import note_down
from casework.loop import state_after
from casework.mediation.room_sight import on_hand
from models.case import Case, CaseSource
from models.consultation import Consultation, ConsultationConclusion, ConsultationSeat
from models.errors import NotFound, Taken
from models.mediation import Mediation
from models.transaction import transaction
from people.audit import record
from people.viewers import Viewer

DISPATCH, CASE = "dispatch", "case"


async def dispatch(room_id: int, *, by: Viewer, conclusion_id: int) -> Case:
    """按结论派单: the case goes to the unit that the conclusion names. Its words stand there for those who work on it:
    whoever reported it reads that it was sent, not what was said in the room."""
    async with transaction():
        room, found = await _free(room_id, conclusion_id, by=by)
        seat = await ConsultationSeat.get_or_none(consultation_id=room.id, key=found.seat_key)
        if seat is None or seat.team_id is None or room.case_id is None:
            raise NotFound("consultation.no_unit")
        case = await dispatching.dispatch(room.case_id, by=by, team_id=seat.team_id)
        facts = {"number": room.number}
        await note_down(case, "case.consulted", by=by, note=found.text, is_public=False, facts=facts)
        await _settle(room, found, by=by, became=DISPATCH, case_id=case.id)
    return case


async def make_case(room_id: int, *, by: Viewer, conclusion_id: int, kind_key: str) -> Case:
    """按结论立一件事: a case of its own in the conclusion's words, private where what the room was about is."""
    async with transaction():
        room, found = await _free(room_id, conclusion_id, by=by)
        kind = await catalogue.kind_of(kind_key, room.place_id)
        former = await Case.get_or_none(id=room.case_id) if room.case_id is not None else None
        facts = Facts(kind.id, found.text, is_private=await is_confidential(former), is_planned=True)
        if former is not None:
            facts = replace(facts, where=former.where_text, building_id=former.building_id)
        case = await reporting.report(facts, by=by, source=CaseSource.PATROL, place_id=room.place_id)
        await _settle(room, found, by=by, became=CASE, case_id=case.id)
    return case


async def is_confidential(case: Case | None) -> bool:
    """Whether what a room was about is nobody else's: a private case, one that two sides were to be mediated over, or
    a matter that is no case and that nobody has yet called fit for others."""
    if case is None or case.is_private:
        return True
    return await Mediation.exists(case_id=case.id)


async def _free(room_id: int, conclusion_id: int, *, by: Viewer) -> tuple[Consultation, ConsultationConclusion]:
    room = await on_hand(room_id, by=by, verb="consultation.carry_out")
    state_after(room.state, "consultation.carry_out")
    found = await ConsultationConclusion.get_or_none(id=conclusion_id, consultation_id=room.id)
    if found is None:
        raise NotFound("consultation.not_found")
    return room, found


async def _settle(room: Consultation, found: ConsultationConclusion, *, by: Viewer, became: str, case_id: int) -> None:
    """Of two who press at once one does it: the other's case goes with its transaction."""
    free = ConsultationConclusion.filter(id=found.id, became="")
    if await free.update(became=became, became_case_id=case_id) != 1:
        raise Taken("consultation.carried_out")
    await record(by, "consultation.carry_out", subject="consultation", subject_id=room.id, place_id=room.place_id)
