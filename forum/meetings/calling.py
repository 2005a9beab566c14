"""开会: calling one of a neighbourhood, changing when and where, and calling it off; who is invited hears of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum import posted
from forum.deliberation.found import visible_proposal
from forum.meetings import telling
from forum.meetings.states import held, move, seen_for
from forum.meetings.words import MOST_AGENDA, MOST_TITLE, MOST_VENUE, line, text
from forum.words import reason_of
from models import clock
from models.errors import Invalid, NotFound, Taken
from models.meeting import MeetingKind
from models.transaction import fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_AHEAD = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """What a meeting is about, when and where. ``key`` names the form it came by: the same one calls one meeting."""

    kind: str
    title: str
    agenda: str
    venue: str
    starts_at: dt.datetime
    takes_volunteers: bool = False
    proposal_id: int | None = None
    key: str = ""


_CALL = (
    "INSERT INTO meeting (created_at, place_id, proposal_id, kind, state, title, agenda, venue, starts_at,"
    " takes_volunteers, invites, invited_to, minutes, reason, by_id, once, version)"
    " VALUES ($1,$2,$3,$4,'called',$5,$6,$7,$8,$9,'',0,'','',$10,$11,1) ON CONFLICT (once) DO NOTHING RETURNING id"
)


async def call(new: NewMeeting, *, by: Viewer, place_id: int) -> int:
    """召集会议: everybody here sees it at once; who is invited is said next. Gives its number."""
    allow(by, "meeting.call", place_id)
    if new.kind not in {*MeetingKind}:
        raise Invalid("meeting.kind")
    words = _words(new)
    _must_be_soon(new.starts_at)
    await _must_be_here(new.proposal_id, by=by, place_id=place_id)
    once = posted.once(new.key, by=by)
    async with transaction():
        facts = (place_id, new.proposal_id, new.kind, *words, new.starts_at, new.takes_volunteers)
        row = await fetch_one(_CALL, clock.now(), *facts, by.person_id, once)
        if row is None:
            return await _same(once)
        await record(by, "meeting.call", subject="meeting", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


async def _must_be_here(proposal_id: int | None, *, by: Viewer, place_id: int) -> None:
    if proposal_id is not None and (await visible_proposal(proposal_id, by))[0].place_id != place_id:
        raise NotFound("proposal.not_found")


def _words(new: NewMeeting) -> tuple[str, str, str]:
    return (
        line(new.title, most=MOST_TITLE, key="meeting.title"),
        text(new.agenda, most=MOST_AGENDA, key="meeting.agenda"),
        line(new.venue, most=MOST_VENUE, key="meeting.venue"),
    )


def _must_be_soon(starts_at: dt.datetime) -> None:
    if not clock.now() < starts_at < clock.now() + MOST_AHEAD:
        raise Invalid("meeting.starts", days=MOST_AHEAD.days)


async def _same(once: str | None) -> int:
    row = await fetch_one("SELECT id FROM meeting WHERE once=$1", once)
    if row is None:
        raise Taken("meeting.changed")
    return int(row["id"])


async def change(
    meeting_id: int, *, by: Viewer, starts_at: dt.datetime, venue: str, agenda: str, seen_version: int | None = None
) -> None:
    """改时间地点: before it begins; answers that were given for another time or place are asked for anew."""
    await seen_for(meeting_id, by=by, verb="meeting.change")
    where, what = (
        line(venue, most=MOST_VENUE, key="meeting.venue"),
        text(agenda, most=MOST_AGENDA, key="meeting.agenda"),
    )
    _must_be_soon(starts_at)
    async with transaction():
        meeting = await held(meeting_id, "meeting.change")
        if seen_version is not None and seen_version != meeting.version:
            raise Taken("meeting.changed")
        await move(meeting, "meeting.change", starts_at=starts_at, venue=where, agenda=what)
        await record(by, "meeting.change", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
        if (starts_at, where) != (meeting.starts_at, meeting.venue):
            await telling.ask_anew(meeting_id)


async def call_off(meeting_id: int, *, by: Viewer, reason: str) -> None:
    """取消会议: for a reason everybody reads; whoever is invited is told."""
    await seen_for(meeting_id, by=by, verb="meeting.call_off")
    why = reason_of(reason)
    if not why:
        raise Invalid("meeting.reason_missing")
    async with transaction():
        meeting = await held(meeting_id, "meeting.call_off")
        await move(meeting, "meeting.call_off", reason=why)
        await record(by, "meeting.call_off", subject="meeting", subject_id=meeting_id, place_id=meeting.place_id)
        await telling.tell_seated(meeting, "called_off", why=why)
