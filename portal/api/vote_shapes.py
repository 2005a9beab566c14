"""Shapes of the JSON about votes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from forum.votes import paper
from forum.votes.methods import MOST_OPTIONS, MOST_POINTS
from forum.votes.opening import MOST_FEN, MOST_NOTE, MOST_OPTION, MOST_TEXT, MOST_TITLE
from models.ballot import NoPhoto, VoteMethod, VoteUnit
from models.operation import Body
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Position = Annotated[int, Field(ge=1, le=MOST_OPTIONS)]
Given = Annotated[int, Field(ge=0, le=MOST_POINTS)]
Points = Annotated[dict[Position, Given], Field(max_length=MOST_OPTIONS)]
Fen = Annotated[int, Field(ge=0, le=MOST_FEN)]
Receipt = Annotated[str, Field(max_length=40)]


class VoteLineAnswer(Body):
    """A vote in a list; ``is_over``: its time is up, counted or not."""

    id: int
    title: str
    state: str
    closes_at: dt.datetime
    is_over: bool
    is_secret: bool
    is_legal: bool
    roll_size: int
    voted: int


class VotesAnswer(Body):
    """Votes, newest first; ``next`` is for ``before``, 0 at the end."""

    votes: list[VoteLineAnswer]
    next: int


class OptionAnswer(Body):
    """What can be chosen."""

    position: int
    text: str
    cost_fen: int | None


class OwnVoteAnswer(Body):
    """A line of the roll on which the caller stands; ``choice`` of a named vote alone, as ``1`` or ``1:5 2:3``."""

    voter_id: int
    label: str
    has_voted: bool
    way: str
    choice: str


class TurnoutAnswer(Body):
    """Of a building, or '' for the small ones together."""

    building: str
    roll: int
    voted: int


class VoteBuildingAnswer(Body):
    """A building whose people a vote is put to."""

    id: int
    name: str


class VoteAnswer(VoteLineAnswer):
    """A vote; ``buildings`` none for the whole neighbourhood, ``roll_area`` in hundredths of a square metre. ``sheet``
    is the signed result once it is counted, null before."""

    text: str
    method: str
    unit: str
    rule: str
    options: list[OptionAnswer]
    most_choices: int | None
    budget_fen: int | None
    legal_note: str
    reason: str
    buildings: list[VoteBuildingAnswer]
    post_id: int | None
    opened_at: dt.datetime | None
    roll_area: int
    roll_hash: str
    version: int
    mine: list[OwnVoteAnswer]
    turnout: list[TurnoutAnswer]
    sheet: dict[str, Any] | None


class BallotsAnswer(Body):
    """The signed sheet with every ballot: ``{vote, roll, counted, result, whole, public_key, signature, ballots}``."""

    sheet: dict[str, Any]


class CastBody(Body):
    """A ballot: points by position, one each but where points are given."""

    voter_id: Id
    points: Points


class CastAnswer(Body):
    """The receipt of a secret ballot, told this once; '' of a named one."""

    receipt: str


class ChangeBody(Body):
    """Another choice: of a secret ballot by its receipt, of a named one by its line of the roll."""

    points: Points
    receipt: Receipt = ""
    voter_id: Id = 0


class FindBody(Body):
    """A receipt."""

    receipt: Receipt


class BallotFoundAnswer(Body):
    """What the published ballot says, as ``1`` or ``1:5 2:3``, and in words."""

    choice: str
    words: str


class OptionBody(Body):
    """What can be chosen, and what it costs."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_OPTION)]
    cost_fen: Fen | None = None


class VoteBody(Body):
    """What is put to the vote; see the handbook for what the rules mean."""

    title: Annotated[str, Field(min_length=1, max_length=MOST_TITLE)]
    text: Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
    method: VoteMethod
    unit: VoteUnit
    rule: Annotated[str, Field(max_length=30)]
    is_secret: bool
    closes_at: AwareDatetime
    options: Annotated[tuple[OptionBody, ...], Field(max_length=MOST_OPTIONS)] = ()
    buildings: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    most_choices: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = None
    budget_fen: Fen | None = None
    legal_note: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    post_id: Id | None = None
    key: Annotated[str, Field(max_length=60)] = ""


class VoteDraftAnswer(Body):
    """The draft's number."""

    id: int


class SeenBody(Body):
    """The version the caller saw."""

    version: Annotated[int, Field(ge=1, le=MOST_ID)]


class VoidBody(SeenBody):
    """Why, for everybody."""

    reason: Annotated[str, Field(max_length=200)]


class OpenedAnswer(Body):
    """How many votes the roll has, and their area in hundredths of a square metre."""

    votes: int
    area: int


class VoteDoneAnswer(Body):
    """It is done."""

    done: bool


class VoterBody(Body):
    """A line of the roll."""

    voter_id: Id


class EnterBody(Body):
    """What a paper says, by its receipt or by its line of the roll; the name of a photo the caller gave, or why there
    is none."""

    points: Points
    receipt: Receipt = ""
    voter_id: Id | None = None
    photo: Annotated[str, Field(max_length=40)] = ""
    no_photo: NoPhoto | None = None


class PaperEnteredAnswer(Body):
    """``entered`` by the first, ``confirmed`` by the second, ``differs`` where they do."""

    state: str


class PapersAnswer(Body):
    """Photos of the papers that count, by their numbers, in no order: ``GET /votes/{id}/papers/{number}``; and of how
    many others there is none, by the reason."""

    photos: list[int]
    without: dict[str, int]


class EditVoteBody(VoteBody, SeenBody):
    """A draft as it should be; ``key`` means nothing here."""


class PrintBody(Body):
    """How many ballots."""

    count: Annotated[int, Field(ge=1, le=paper.MOST_PRINTED)]


class PrintedAnswer(Body):
    """Their receipts, told this once."""

    receipts: list[str]


class UndecidedLineAnswer(Body):
    """A line of the roll that has not voted."""

    voter_id: int
    label: str
    names: str


class UndecidedAnswer(Body):
    """Some of those who have not voted; ``next`` is for ``after``, 0 at the end."""

    lines: list[UndecidedLineAnswer]
    next: int
