"""Shapes of the JSON about key small matters."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AwareDatetime, Field

from forum.key_matters.planning import MOST_INTRO
from forum.key_matters.putting import MOST_TEXT, MOST_TITLE
from models.key_matter import KeyStepName
from models.operation import Body
from portal.api.reading import MOST_ID

Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Reason = Annotated[str, Field(max_length=200)]
Version = Annotated[int, Field(ge=1, le=1_000_000)]


class KeyYearLineAnswer(Body):
    """A year's list among others: ``done`` of ``every`` are struck off."""

    id: int
    year: int
    step: str
    done: int
    every: int


class KeyYearsAnswer(Body):
    """The lists of a neighbourhood, the latest first."""

    years: list[KeyYearLineAnswer]


class KeyStepAnswer(Body):
    """The days of a step, both included."""

    step: str
    starts_on: dt.date
    ends_on: dt.date


class KeyMatterLineAnswer(Body):
    """A matter; ``due`` and ``struck_at`` once it is chosen and somebody answers for it."""

    id: int
    number: int
    title: str
    text: str
    state: str
    reason: str
    joined_into: int | None
    wanted_by: int
    is_wanted: bool
    is_own: bool
    unit: str
    due: dt.date | None
    struck_at: dt.datetime | None
    is_done: bool
    is_late: bool


class KeyYearAnswer(Body):
    """A year's list whole; ``done`` of the chosen ones are struck off, ``to_rate`` are those one may rate now."""

    id: int
    year: int
    intro: str
    step: str
    is_collecting: bool
    vote_id: int | None
    version: int
    done: int
    every: int
    days: list[KeyStepAnswer]
    matters: list[KeyMatterLineAnswer]
    to_rate: list[int]


class KeyMatterStepAnswer(Body):
    """What was done about a matter."""

    verb: str
    at: dt.datetime
    note: str


class KeyStarsAnswer(Body):
    """How many gave 1 to 5, in this order, and their average."""

    counts: list[int]
    average: float


class KeyAppraisalAnswer(Body):
    """How a matter is rated, and whether by the caller; sums once the list has ended, of five or more."""

    last_day: dt.date
    roll_size: int
    is_open: bool
    on_roll: bool
    has_rated: bool
    rated: int | None
    outcome: KeyStarsAnswer | None
    unit: KeyStarsAnswer | None


class KeyMatterAnswer(KeyMatterLineAnswer):
    """A matter whole; ``appraisal`` since its list is rated."""

    year_id: int
    steps: list[KeyMatterStepAnswer]
    photos: list[str]
    appraisal: KeyAppraisalAnswer | None


class AlikeMatterAnswer(Body):
    """Something like it that was put already."""

    id: int
    number: int
    title: str
    wanted_by: int


class AlikesAnswer(Body):
    """What is like it, the likeliest first."""

    alike: list[AlikeMatterAnswer]


class KeyMatterPutAnswer(Body):
    """Its number in the year; ``is_held``: staff look at it first."""

    id: int
    number: int
    is_held: bool


class KeyMatterMadeAnswer(Body):
    """The number of what was made."""

    id: int


class PutKeyMatterBody(Body):
    """What somebody puts; the same ``key`` puts it once."""

    title: Annotated[str, Field(max_length=MOST_TITLE)]
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    key: Annotated[str, Field(max_length=60)] = ""


class KeyDaysBody(Body):
    """From which day to which a step goes."""

    step: KeyStepName
    starts_on: dt.date
    ends_on: dt.date


class PlanKeyYearBody(Body):
    """A year with the days of its steps."""

    year: Annotated[int, Field(ge=2000, le=3000)]
    intro: Annotated[str, Field(max_length=MOST_INTRO)] = ""
    days: Annotated[tuple[KeyDaysBody, ...], Field(max_length=10)]


class SetKeyDaysBody(Body):
    """Other days; ``reason``: why an appraisal that runs is lengthened, which everybody reads."""

    days: Annotated[tuple[KeyDaysBody, ...], Field(max_length=10)]
    reason: Reason = ""
    version: Version | None = None


class MoveKeyYearBody(Body):
    """To which step, and why."""

    step: KeyStepName
    reason: Reason = ""
    version: Version | None = None


class KeyBallotBody(Body):
    """How the shortlist is voted on."""

    closes_at: AwareDatetime
    most_choices: Annotated[int, Field(ge=1, le=20)]
    unit: Annotated[str, Field(max_length=10)] = "household"
    rule: Annotated[str, Field(max_length=30)] = "simple"
    is_secret: bool = False
    version: Version | None = None


class LeaveOutBody(Body):
    """Why it is left out."""

    reason: Reason


class JoinKeyMatterBody(Body):
    """Which one it is the same as."""

    into: Id


class RateKeyMatterBody(Body):
    """1 to 5 for what came of it, and for who carried it out."""

    outcome: Annotated[int, Field(ge=1, le=5)]
    unit: Annotated[int, Field(ge=1, le=5)]


class KeyProofBody(Body):
    """Photos by the names under which the caller handed them in."""

    photos: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(min_length=1, max_length=6)]


class DropKeyPhotoBody(Body):
    """Which photo, by its name below ``/files/``."""

    photo: Annotated[str, Field(max_length=40)]


class AssignKeyMatterBody(Body):
    """Who answers for it, by which unit and until when."""

    owner: Id
    team: Id | None = None
    due: dt.date
