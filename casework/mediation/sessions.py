"""约时间谈: at one place, by telephone or in each side's own chat; who came is written down, and counted from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.cases.reporting import short
from casework.loop import state_after
from casework.mediation.sight import on_hand
from casework.mediation.steps import act, note_down
from casework.mediation.telling import tell_both
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.mediation import Mediation, MediationSession, Party, SessionWay
from models.transaction import transaction
from models.wording import say, say_moment
from people.viewers import Viewer

LONGEST_AHEAD = dt.timedelta(days=90)
EARLY = dt.timedelta(hours=2)
"""So long before its time somebody may have come."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A talk as both sides and staff see it."""

    id: int
    way: SessionWay
    at: dt.datetime
    where: str
    applicant_came_at: dt.datetime | None
    other_came_at: dt.datetime | None
    is_cancelled: bool


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
        await act(mediation, "mediation.meet", by=by, facts={"session": made.id, "way": way.value})
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


async def cancel_meeting(session_id: int, *, by: Viewer) -> MediationSession:
    """这次不谈了: both sides are told; one to which somebody came stands."""
    async with transaction():
        mediation, session = await _session(session_id, by=by, verb="mediation.cancel_meeting")
        free = MediationSession.filter(
            id=session.id, cancelled_at__isnull=True, applicant_came_at__isnull=True, other_came_at__isnull=True
        )
        if await free.update(cancelled_at=clock.now()) != 1:
            raise Taken("mediation.came_already")
        await act(mediation, "mediation.cancel_meeting", by=by, facts={"session": session.id})
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
    )
