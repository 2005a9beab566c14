"""Shapes of the JSON about what is rated once it was carried out, and what came out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from models.operation import Body
from portal.api.promise_shapes import Days, Line, PromiseId


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
