"""Shapes of the JSON about proposals."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from forum.deliberation.amending import MOST_NOTE
from forum.deliberation.amending import MOST_TEXT as MOST_AMENDED
from forum.deliberation.deciding import MOST_ANSWER
from forum.deliberation.moving import MOST_REASON
from models.operation import Body
from models.proposal import AmendmentState, ProposalStage
from portal.api.boards import Key, Names, Reason, Seq, Slot, Text, Title
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
MoveName = Literal[
    "put",
    "withdraw",
    "select",
    "refuse",
    "hear",
    "coordinate",
    "discuss",
    "vote",
    "make_covenant",
    "make_project",
    "reconsider",
    "carry_out",
    "appraise",
    "finish",
]


class ProposalLineAnswer(Body):
    """A proposal in a list; ``percent``: how many of a hundred verified households support it."""

    id: int
    post_id: int
    number: str
    title: str
    stage: ProposalStage
    stage_at: dt.datetime
    due_at: dt.datetime | None
    is_late: bool
    households: int
    support_needed: int
    support_count: int
    percent: int
    answered_at: dt.datetime | None
    owes_answer: bool
    at: dt.datetime
    author: str
    replies: int
    amendments: int
    is_mine: bool
    supports: bool
    key_year: int | None


class ProposalsAnswer(Body):
    """Proposals, newest first; ``next`` is for ``before``, 0 at the end."""

    proposals: list[ProposalLineAnswer]
    next: int


class ProposalStepAnswer(Body):
    """A line of the public history."""

    id: int
    at: dt.datetime
    from_stage: ProposalStage | None
    stage: ProposalStage
    verb: str
    name: str
    who: str
    reason: str


class ProposalVersionAnswer(Body):
    """The words as they were frozen; ``hash`` is the SHA-256 of title, newline and text."""

    number: int
    title: str
    text: str
    hash: str
    at: dt.datetime
    amendment_id: int | None


class AmendmentAnswer(Body):
    """An amendment; ``base_number`` is the version it was written against, 0 before any was frozen. ``is_waiting``: it
    can still be settled; ``may_be_put``: the caller may put it as a proposal of their own."""

    id: int
    reply_id: int
    author: str
    is_mine: bool
    base_number: int
    title: str
    text: str
    state: AmendmentState
    reason: str
    at: dt.datetime
    settled_at: dt.datetime | None
    made_post_id: int | None
    is_waiting: bool
    may_be_put: bool


class ProposalVoteAnswer(Body):
    """A vote on it."""

    id: int
    title: str
    state: str
    closes_at: dt.datetime


class ProposalOutcomeAnswer(Body):
    """What came of it: ``kind`` is ``publication``, ``project``, ``covenant`` or ``appraisal``, to be read with
    ``getPublication`` and so on; ``ends_at``: by when one objects or rates."""

    kind: str
    id: int
    title: str
    is_open: bool
    ends_at: dt.datetime | None


class ProposalWaitAnswer(Body):
    """A verb that the caller may do once something else has happened, which ``why`` says in Chinese."""

    verb: str
    why: str


class ProposalAnswer(Body):
    """A proposal. ``moves``: what the caller may do with it now by the table, as ``moveProposal`` takes it; ``waits``:
    what they may do later."""

    id: int
    post_id: int
    number: str
    title: str
    text: str
    author: str
    state: str
    stage: ProposalStage
    stage_at: dt.datetime
    due_at: dt.datetime | None
    households: int
    support_needed: int
    support_count: int
    percent: int
    answer: str
    answered_at: dt.datetime | None
    reason: str
    text_number: int
    version: int
    supports: bool
    household_supports: bool
    may_support: bool
    may_amend: bool
    may_answer: bool
    is_author: bool
    moves: list[str]
    waits: list[ProposalWaitAnswer]
    steps: list[ProposalStepAnswer]
    versions: list[ProposalVersionAnswer]
    amendments: list[AmendmentAnswer]
    votes: list[ProposalVoteAnswer]
    came_of: list[ProposalOutcomeAnswer]


class AlikeBody(Body):
    """What somebody is about to propose."""

    text: Text
    title: Title = ""


class AlikeLineAnswer(Body):
    """A proposal that may be about the same."""

    id: int
    number: str
    title: str
    stage: ProposalStage
    support_count: int
    support_needed: int


class AlikeAnswer(Body):
    """Those that may be about the same, the likest first."""

    proposals: list[AlikeLineAnswer]


class BeginProposalBody(Body):
    """What somebody proposes; ``is_topic_only``: to be talked over first, without seeking support."""

    text: Text
    title: Title = ""
    photos: Names = ()
    is_topic_only: bool = False
    key: Key = ""
    draft_seq: Seq | None = None
    draft_slot: Slot = ""


class BegunProposalAnswer(Body):
    """What came of it: the proposal, where its post stands, and which kinds of numbers were masked."""

    id: int
    post_id: int
    state: str
    hidden: list[str]
    is_repeat: bool


class ProposalNowAnswer(Body):
    """How it stands now."""

    stage: ProposalStage
    support_count: int
    support_needed: int
    version: int


class MoveProposalBody(Body):
    """What is to be done; ``version``: of the proposal as it was read, refused where it changed since."""

    verb: MoveName
    reason: Annotated[str, Field(max_length=MOST_REASON)] = ""
    version: Id | None = None


class AnswerProposalBody(Body):
    """The official answer."""

    text: Annotated[str, Field(max_length=MOST_ANSWER)]


class AmendBody(Body):
    """Other words, and why; ``title`` empty keeps the present one."""

    text: Annotated[str, Field(max_length=MOST_AMENDED)]
    note: Annotated[str, Field(max_length=MOST_NOTE)]
    title: Title = ""
    key: Key = ""


class AcceptAmendmentBody(Body):
    """The version it was compared with."""

    seen_number: Id


class RefuseAmendmentBody(Body):
    """Why, as everybody reads it."""

    reason: Reason
