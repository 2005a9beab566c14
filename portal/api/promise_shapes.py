"""Shapes of the JSON about what comes after a decision: publications, projects, appraisals, covenants."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.boards import Key, Names
from portal.api.reading import MOST_ID

PromiseId = Annotated[int, Field(ge=0, le=MOST_ID)]
Fen = Annotated[int, Field(ge=0, le=10_000_000_000)]
Days = Annotated[int, Field(ge=0, le=366)]
Line = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=5000)]


class PublicationLineAnswer(Body):
    """A publication in a list; ``waiting``: objections without an answer."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    outcome: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_running: bool
    is_over: bool
    objections: int
    waiting: int


class PublicationsAnswer(Body):
    """Publications, those that run first."""

    publications: list[PublicationLineAnswer]


class ObjectionAnswer(Body):
    """An objection; ``text`` is '' where it is held, ``who`` '' for everybody but staff."""

    id: int
    text: str
    state: str
    is_held: bool
    is_own: bool
    at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    as_role: str
    who: str


class PublicationAnswer(Body):
    """A publication; ``hash``: SHA-256 of title, newline and text, in hexadecimal."""

    line: PublicationLineAnswer
    text: str
    hash: str
    may_object: bool
    objections: list[ObjectionAnswer]


class PublishPublicationBody(Body):
    """What is published, for how many working days, and whether it becomes a covenant or a project."""

    proposal_id: PromiseId
    outcome: Line
    title: Line
    text: Long
    days: Days


class ObjectBody(Body):
    """What somebody objects."""

    text: Annotated[str, Field(max_length=1000)]


class AnswerObjectionBody(Body):
    """The official answer; ``shows``: the words of the objection are shown beside it."""

    text: Annotated[str, Field(max_length=1000)]
    shows: bool = True


class PromiseMadeAnswer(Body):
    """The number of what was made."""

    id: int


class ProjectLineAnswer(Body):
    """A project in a list; sums in fen, ``late``: milestones past their day."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    title: str
    unit: str
    state: str
    budget_fen: int
    spent_fen: int
    left_fen: int
    milestones: int
    done: int
    late: int


class ProjectsAnswer(Body):
    """Projects, those that run first."""

    projects: list[ProjectLineAnswer]


class ProjectMoneyAnswer(Body):
    """A line of money in fen; ``corrects_id``: the line that it takes out."""

    id: int
    source: str
    giver: str
    fen: int
    at: dt.datetime
    corrects_id: int | None
    is_corrected: bool


class SpendingAnswer(Body):
    """A line of spending in fen; ``photos``: names of the files of its receipt."""

    id: int
    what: str
    payee: str
    spent_on: dt.date
    fen: int
    corrects_id: int | None
    is_corrected: bool
    photos: list[str]


class MilestoneAnswer(Body):
    """A promise with its day, the day promised at first, and the number of the case that does the work."""

    id: int
    title: str
    state: str
    due_on: dt.date
    first_due_on: dt.date
    days_late: int
    reason: str
    note: str
    done_at: dt.datetime | None
    case_number: str
    photos: list[str]


class ProjectAnswer(Body):
    """A project with everything of it."""

    line: ProjectLineAnswer
    text: str
    finished_at: dt.datetime | None
    money: list[ProjectMoneyAnswer]
    spendings: list[SpendingAnswer]
    milestone_list: list[MilestoneAnswer]


class OverdueMilestoneAnswer(Body):
    """A promise past its day."""

    project_id: int
    project: str
    unit: str
    milestone: MilestoneAnswer


class OverdueAnswer(Body):
    """Promises past their day, the longest owed first."""

    overdue: list[OverdueMilestoneAnswer]


class StartProjectBody(Body):
    """What is carried out of a proposal, and by whom."""

    proposal_id: PromiseId
    title: Line
    text: Long
    unit: Line


class FundBody(Body):
    """Money, of which source and from whom, in fen."""

    source: Line
    giver: Line
    fen: Fen


class SpendBody(Body):
    """What was spent, to whom, on which day, in fen; ``photos``: names of files kept before."""

    what: Line
    payee: Line
    spent_on: dt.date
    fen: Fen
    photos: Names = ()
    key: Key = ""


class MilestoneBody(Body):
    """A promise and its day."""

    title: Line
    due_on: dt.date


class FinishMilestoneBody(Body):
    """What was done."""

    note: Annotated[str, Field(max_length=1000)]
    photos: Names = ()


class PutOffBody(Body):
    """Another day, and why."""

    due_on: dt.date
    reason: Line


class MilestoneCaseBody(Body):
    """Of which kind of work the case is."""

    kind_key: Line


class MilestoneCaseAnswer(Body):
    """The case that does the work."""

    id: int
    number: str


class AppraisalLineAnswer(Body):
    """An appraisal in a list; ``waits``: the caller may rate and has not."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    title: str
    unit: str
    closes_at: dt.datetime
    is_settled: bool
    on_roll: bool
    has_rated: bool
    waits: bool


class AppraisalsAnswer(Body):
    """Appraisals, the newest first."""

    appraisals: list[AppraisalLineAnswer]


class TallyAnswer(Body):
    """How many gave 1 to 5, and their average."""

    counts: list[int]
    average: float


class AppraisalAnswer(Body):
    """An appraisal; both tallies are null until it is counted, and where fewer than five rated; ``words`` for staff."""

    line: AppraisalLineAnswer
    as_of: dt.date
    roll_size: int
    rated: int | None
    outcome: TallyAnswer | None
    unit: TallyAnswer | None
    words: list[str]


class BeginAppraisalBody(Body):
    """What is rated, who carried it out, for how many whole days after today."""

    proposal_id: PromiseId
    unit: Line
    days: Days


class RateAppraisalBody(Body):
    """1 to 5 for what came of it, 1 to 5 for who carried it out, and words for staff."""

    outcome: Annotated[int, Field(ge=0, le=9)]
    unit: Annotated[int, Field(ge=0, le=9)]
    words: Annotated[str, Field(max_length=600)] = ""


class CovenantVersionAnswer(Body):
    """A version of a covenant with how many signed it."""

    covenant_id: int
    title: str
    number: int
    text: str
    valid_from: dt.date
    signed_by: str
    proposal: str
    post_id: int
    vote_id: int | None
    signed: int


class CovenantsAnswer(Body):
    """Covenants, each with its newest version."""

    covenants: list[CovenantVersionAnswer]


class CovenantAnswer(Body):
    """A covenant: its versions, the newest first, and of that one the names of who wants them read."""

    id: int
    title: str
    versions: list[CovenantVersionAnswer]
    names: list[str]
    may_sign: bool
    has_signed: bool


class PublishCovenantBody(Body):
    """A covenant by its title, or the next version of ``covenant_id``."""

    proposal_id: PromiseId
    title: Line = ""
    covenant_id: PromiseId | None = None
    vote_id: PromiseId | None = None
    text: Long
    valid_from: dt.date
    signed_by: Line = "household"


class SignBody(Body):
    """The version that was read; ``shows_name``: neighbours read who signed."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    shows_name: bool = False


class ShowNameBody(Body):
    """Whether neighbours read that one signed."""

    shows_name: bool
