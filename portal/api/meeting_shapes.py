"""Shapes of the JSON about meetings."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AwareDatetime, Field

from forum.meetings.inviting import MOST_NAME, MOST_NAMED
from forum.meetings.words import MOST_AGENDA, MOST_MINUTES, MOST_POINT, MOST_TITLE, MOST_VENUE, MOST_WHO
from models.meeting import ConclusionOutcome, MeetingKind
from models.operation import Body
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Ids = Annotated[tuple[Id, ...], Field(max_length=500)]
Name = Annotated[str, Field(max_length=MOST_NAME)]
Agenda = Annotated[str, Field(max_length=MOST_AGENDA)]
Venue = Annotated[str, Field(max_length=MOST_VENUE)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class MeetingLineAnswer(Body):
    """A meeting in a list; ``answer`` is the caller's own, null for who is not invited."""

    id: int
    kind: str
    state: str
    title: str
    venue: str
    starts_at: dt.datetime
    answer: str | None
    waits: bool


class MeetingsAnswer(Body):
    """Meetings; ``next`` is for ``before``, 0 at the end."""

    meetings: list[MeetingLineAnswer]
    next: int


class MeetingMemberAnswer(Body):
    """A member of a hearing as everybody reads them."""

    name: str
    came: bool


class MeetingConclusionAnswer(Body):
    """A line of what was concluded."""

    id: int
    text: str
    outcome: str
    who: str
    due_on: dt.date | None
    case_number: str


class MeetingAddendumAnswer(Body):
    """What was added to a published record."""

    at: dt.datetime
    text: str


class MeetingAnswer(MeetingLineAnswer):
    """A meeting; minutes and conclusions are there once the record is published, before for who keeps it."""

    proposal_id: int | None
    agenda: str
    reason: str
    takes_volunteers: bool
    begun_at: dt.datetime | None
    published_at: dt.datetime | None
    version: int
    members: list[MeetingMemberAnswer]
    invited: int
    coming: int
    came: int
    minutes: str
    conclusions: list[MeetingConclusionAnswer]
    addenda: list[MeetingAddendumAnswer]
    photos: list[str]


class MeetingSeatAnswer(Body):
    """A seat, for who keeps the meeting."""

    id: int
    name: str
    origin: str
    answer: str
    is_member: bool
    came: bool


class MeetingSeatsAnswer(Body):
    """Who is invited, and the draft of the minutes with its number."""

    seats: list[MeetingSeatAnswer]
    draft: str
    draft_number: int


class MeetingMadeAnswer(Body):
    """The number of what was made."""

    id: int


class CallMeetingBody(Body):
    """What a meeting is about, when and where; the same ``key`` calls one meeting."""

    kind: MeetingKind
    title: Annotated[str, Field(max_length=MOST_TITLE)]
    agenda: Agenda
    venue: Venue
    starts_at: AwareDatetime
    takes_volunteers: bool = False
    proposal_id: Id | None = None
    key: Annotated[str, Field(max_length=60)] = ""


class ChangeMeetingBody(Body):
    """Another time, place or agenda."""

    starts_at: AwareDatetime
    venue: Venue
    agenda: Agenda
    version: Number | None = None


class InviteBody(Body):
    """Who is invited: names of residents, numbers of units and buildings, roles, and who comes from outside."""

    named: Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)] = ()
    teams: Ids = ()
    buildings: Ids = ()
    roles: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    outside: Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)] = ()


class SayBody(Body):
    """Whether the caller comes."""

    is_coming: bool


class SeatsBody(Body):
    """Numbers of seats."""

    seats: Ids


class MinutesBody(Body):
    """The minutes, and the number of the draft they were written over."""

    minutes: Annotated[str, Field(max_length=MOST_MINUTES)]
    seen: Number


class ConclusionBody(Body):
    """A line of what was concluded."""

    text: Annotated[str, Field(max_length=MOST_POINT)]
    outcome: ConclusionOutcome
    who: Annotated[str, Field(max_length=MOST_WHO)] = ""
    due_on: dt.date | None = None


class DropConclusionBody(Body):
    """Which line is crossed out."""

    conclusion: Id


class MeetingPhotosBody(Body):
    """Photos by the names under which the caller handed them in."""

    photos: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(min_length=1, max_length=6)]


class DropMeetingPhotoBody(Body):
    """Which photo, by its name below ``/files/``."""

    photo: Annotated[str, Field(max_length=40)]


class PublishRecordBody(Body):
    """The number of the draft that is published."""

    seen: Number


class AddendumBody(Body):
    """What is added to a published record."""

    text: Annotated[str, Field(max_length=1000)]


class ConclusionCaseBody(Body):
    """Which line becomes a case, of which kind of work."""

    conclusion: Id
    work: Annotated[str, Field(max_length=60)]


class CallOffMeetingBody(Body):
    """Why it does not take place."""

    reason: Annotated[str, Field(max_length=200)]
