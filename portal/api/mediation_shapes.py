"""What the calls about mediations at the desk take and give."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.operation import Body
from portal.api.mediation_verbs import Said, Short
from portal.api.mediations import TalkAnswer
from portal.api.reading import MOST_ID

Number = Annotated[int, Field(ge=0, le=MOST_ID)]
Side = Literal["applicant", "other"]
SaidBy = Literal["phone", "in_person", "paper"]


class MediationLineAnswer(Body):
    """A mediation in a list of the desk."""

    id: int
    number: str
    state: str
    waits_for: str
    applicant: str
    other: str
    matter: str
    asked_at: dt.datetime
    owner: str
    mediator: str
    case_id: int | None
    follow_up_on: dt.date | None
    version: int


class MediationLinesAnswer(Body):
    """A list, the newest first."""

    mediations: list[MediationLineAnswer]


class MediationSideAnswer(Body):
    """A side as staff see it: never what it told the mediator. ``kept``: what it says of the agreement, or ''."""

    party: str
    name: str
    is_known: bool
    is_reached: bool
    told_at: dt.datetime | None
    consented_at: dt.datetime | None
    consent_way: str
    confirmed_at: dt.datetime | None
    confirm_way: str
    wish: str
    kept: str


class MediationAnswer(Body):
    """One mediation at the desk."""

    line: MediationLineAnswer
    sides: list[MediationSideAnswer]
    talks: list[TalkAnswer]
    agreement: str
    agreement_number: int


class TakeDownBody(Body):
    """Who asks at the desk (``came``) or by telephone, who the other side is, and what it is about."""

    name: Short
    own_where: Short = ""
    own_phone: Short = ""
    came: bool = False
    other: Short = ""
    where: Short = ""
    phone: Short = ""
    matter: Said


class MediateCaseBody(Body):
    """Who the other side is, and what it is about: both sides read it, and nothing else of the case."""

    other: Short = ""
    where: Short = ""
    phone: Short = ""
    matter: Said


class RecordConsentBody(Body):
    """What a side said, and how."""

    party: Side
    way: SaidBy
    agrees: bool


class ChooseMediatorBody(Body):
    """One of the list; the version that was seen."""

    mediator: Number
    version: Number | None = None


class ArrangeTalkBody(Body):
    """How, when, and, where they meet, where."""

    way: Literal["meet", "phone", "chat"]
    at: AwareDatetime
    where: Short = ""
    version: Number | None = None


class WhichSideBody(Body):
    """One of its two sides."""

    party: Side


class RecordTalkBody(Body):
    """What came of a talk: ``minutes`` for both sides, ``applicant`` and ``other`` for the mediator alone."""

    result: Literal["agreed", "closer", "no_terms", "absent"]
    next_step: Literal["meet", "draft", "think", "end"]
    minutes: Said = ""
    applicant: Said = ""
    other: Said = ""


class DraftAgreementBody(Body):
    """The words that both sides confirm, and the day of the follow-up."""

    text: Said
    follow_up_on: dt.date
    version: Number | None = None


class FailBody(Body):
    """Why it was not settled."""

    reason: Literal["no_terms", "absent", "not_here"]
    version: Number | None = None


class FollowUpBody(Body):
    """What a side said of the agreement, how and on which day."""

    party: Side
    way: SaidBy
    day: dt.date | None = None
    is_kept: bool


class SeenMediationBody(Body):
    """The version that was seen."""

    version: Number | None = None


class PutOffFollowUpBody(SeenMediationBody):
    """The next day of the follow-up."""

    follow_up_on: dt.date


class PointOutBody(Body):
    """Somebody on record who lives here, or a number by which somebody outside is reached."""

    person: Number | None = None
    phone: Short = ""


class MediatorWordsBody(Body):
    """Which side, and the words."""

    party: Side
    text: Said


class SignOnPaperBody(Body):
    """Which side signed which draft, and where the paper is."""

    party: Side
    agreement: Number
    paper: Said


class RevealedNumberAnswer(Body):
    """The number under which a side is reached."""

    phone: str


class MediationNoteAnswer(Body):
    """A private word of a side: ``told`` by it, ``said`` to it, or ``kept`` by the mediator about it."""

    party: str
    kind: str
    text: str
    at: dt.datetime


class MediationNotesAnswer(Body):
    """The private words of both sides, the oldest first."""

    notes: list[MediationNoteAnswer]
