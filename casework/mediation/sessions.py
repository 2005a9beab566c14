"""约时间谈: at one place, by telephone or in each side's own chat; who came is written down, and counted from it, and
so is what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework.cases.reporting import short
from casework.cases.steps import words
from casework.loop import SIGNED, TALKING, state_after
from casework.mediation import private, reminding
from casework.mediation.sight import is_mediator, on_hand
from casework.mediation.steps import act, note_down
from casework.mediation.telling import tell_both
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.mediation import Mediation, MediationSession, NextStep, Party, SessionResult, SessionWay
from models.sealed import seal, unseal
from models.transaction import transaction
from models.wording import say, say_moment
from people.viewers import Viewer

LONGEST_AHEAD = dt.timedelta(days=90)
EARLY = dt.timedelta(hours=2)
"""So long before its time somebody may have come."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A talk as both sides and staff see it; ``result`` and ``next_step`` are '' while nothing is written down."""

    id: int
    way: SessionWay
    at: dt.datetime
    where: str
    applicant_came_at: dt.datetime | None
    other_came_at: dt.datetime | None
    is_cancelled: bool
    result: str
    next_step: str
    minutes: str


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What came of a talk: ``minutes`` are read by both sides, ``applicant`` and ``other`` by the mediator alone."""

    result: str
    next_step: str
    minutes: str = ""
    applicant: str = ""
    other: str = ""


async def meet(
    mediation_id: int,
    *,
    by: Viewer,
    way: SessionWay | str,
    at: dt.datetime,
    where: str = "",
    seen_version: int | None = None,
) -> MediationSession:
    """约时间: both sides are told when, how and where."""
    if way not in {*SessionWay}:
        raise Invalid("mediation.meet_way")
    way, now = SessionWay(way), clock.now()
    place = short(where, 120) if way is SessionWay.MEET else ""
    if way is SessionWay.MEET and not place:
        raise Invalid("mediation.meet_where")
    if not now <= at <= now + LONGEST_AHEAD:
        raise Invalid("mediation.meet_time")
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.meet", seen_version=seen_version)
        state_after(mediation.state, "mediation.meet")
        made = await MediationSession.create(
            created_at=now, mediation_id=mediation.id, way=way, at=at, where_text=place, by_id=by.person_id
        )
        facts: dict[str, object] = {"session": made.id, "way": way.value}
        when: dict[str, Any] = {} if mediation.state is SIGNED else {"remind_at": at + reminding.UNRECORDED}
        await act(mediation, "mediation.meet", by=by, facts=facts, **when)
        words = say(f"mediation.way.{way.value}", where=place)
        await tell_both(mediation, "mediation.meeting", by=by, at=say_moment(at), way=words)
    return made


async def arrive(session_id: int, *, by: Viewer, party: Party | str) -> MediationSession:
    """到了: a side is there, or on the line."""
    if party not in {*Party}:
        raise Invalid("mediation.way_missing")
    party = Party(party)
    column = f"{party.value}_came_at"
    async with transaction():
        mediation, session = await _session(session_id, by=by, verb="mediation.arrive")
        if clock.now() < session.at - EARLY:
            raise WrongState("mediation.meet_not_yet")
        unset = MediationSession.filter(**{"id": session.id, f"{column}__isnull": True, "cancelled_at__isnull": True})
        if await unset.update(**{column: clock.now()}) != 1:
            raise Taken("mediation.came_already")
        state_after(mediation.state, "mediation.arrive")
        facts = {"session": session.id, "way": session.way.value}
        await note_down(mediation, "mediation.arrive", by=by, party=party, facts=facts)
    return session


async def record_session(session_id: int, found: SessionRecord, *, by: Viewer) -> MediationSession:
    """记这次谈得怎样: the result, what comes next, minutes for both sides, and private words of each for the mediator;
    once for each talk that was held."""
    if found.result not in {*SessionResult} or found.next_step not in {*NextStep}:
        raise Invalid("mediation.session_result")
    async with transaction():
        mediation, session = await _session(session_id, by=by, verb="mediation.record_session")
        if (found.applicant or found.other) and not is_mediator(mediation, by):
            raise NotAllowed("mediation.mediator_only", verb="mediation.record_session")
        await _write_result(mediation, session, found)
        facts = {"session": session.id, "result": found.result, "next": found.next_step}
        when: dict[str, Any] = {"remind_at": clock.now() + reminding.IDLE} if mediation.state is TALKING else {}
        await act(mediation, "mediation.record_session", by=by, facts=facts, **when)
        for party, text in ((Party.APPLICANT, found.applicant), (Party.OTHER, found.other)):
            if words(text):
                await private.note(mediation.id, by=by, party=party, text=text)
        await _tell_result(mediation, found, by=by)
    return await MediationSession.get(id=session_id)


async def _write_result(mediation: Mediation, session: MediationSession, found: SessionRecord) -> None:
    if clock.now() < session.at - EARLY:
        raise WrongState("mediation.meet_not_yet")
    if mediation.erased_at is not None:
        raise WrongState("mediation.record_session", state=mediation.state)
    state_after(mediation.state, "mediation.record_session")
    said = words(found.minutes)
    free = MediationSession.filter(id=session.id, recorded_at__isnull=True, cancelled_at__isnull=True)
    values = {"result": found.result, "next_step": found.next_step, "minutes_sealed": seal(said) if said else None}
    if await free.update(recorded_at=clock.now(), **values) != 1:
        raise Taken("mediation.session_recorded")


async def _tell_result(mediation: Mediation, found: SessionRecord, *, by: Viewer) -> None:
    """Both sides hear what comes next; the minutes stand on their page, since the desk reads what a chat shows."""
    following = say(f"mediation.next.{found.next_step}")
    await tell_both(mediation, "mediation.session_recorded", by=by, next=following)


async def cancel_meeting(session_id: int, *, by: Viewer) -> MediationSession:
    """这次不谈了: both sides are told; one to which somebody came stands."""
    async with transaction():
        mediation, session = await _session(session_id, by=by, verb="mediation.cancel_meeting")
        free = MediationSession.filter(
            id=session.id, cancelled_at__isnull=True, applicant_came_at__isnull=True, other_came_at__isnull=True
        )
        if await free.update(cancelled_at=clock.now()) != 1:
            raise Taken("mediation.came_already")
        when: dict[str, Any] = {"remind_at": clock.now() + reminding.IDLE} if mediation.state is TALKING else {}
        await act(mediation, "mediation.cancel_meeting", by=by, facts={"session": session.id}, **when)
        await tell_both(mediation, "mediation.meeting_cancelled", by=by, at=say_moment(session.at))
    return session


async def _session(session_id: int, *, by: Viewer, verb: str) -> tuple[Mediation, MediationSession]:
    session = await MediationSession.get_or_none(id=session_id)
    if session is None:
        raise NotFound("mediation.not_found")
    return await on_hand(session.mediation_id, by=by, verb=verb), session


def line_of(session: MediationSession) -> SessionLine:
    """A session as shown."""
    return SessionLine(
        session.id,
        session.way,
        session.at,
        session.where_text,
        session.applicant_came_at,
        session.other_came_at,
        session.cancelled_at is not None,
        session.result,
        session.next_step,
        unseal(session.minutes_sealed) if session.minutes_sealed else "",
    )
