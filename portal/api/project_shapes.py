"""Shapes of the JSON about projects: their money, what was spent of it, and what they promise by which day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.boards import Key, Names
from portal.api.promise_shapes import Line, Long, PromiseId

Fen = Annotated[int, Field(ge=0, le=10_000_000_000)]


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
    """A promise with its day, the day promised at first, and number and state of the case that does the work."""

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
    case_state: str
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
    key: Key = ""


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
