"""What who keeps boards reads as JSON: one thing of the queue with its reports and what was done about its author
before, and the measures that stand now."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum.moderation import flags, reviews, standing_measures
from forum.moderation.standing_measures import MeasureLine
from models.operation import Body
from portal.api.acting import id_of, reading, reads
from portal.api.moderation import ReviewAnswer, review_answer
from portal.api.reading import answer, number_in_path, told


class FlagAnswer(Body):
    """A report, without who made it."""

    rule: str
    note: str
    at: dt.datetime


class MeasureAnswer(Body):
    """A measure as who keeps the board sees it; ``ending`` is '' while it stands."""

    id: int
    kind: str
    board: str
    post_id: int
    title: str
    rule: str
    reason: str
    note: str
    at: dt.datetime
    ends_at: dt.datetime | None
    ending: str
    by: str


class MeasuresAnswer(Body):
    """The newest first."""

    measures: list[MeasureAnswer]


class OneReviewAnswer(Body):
    """One thing of the queue, its reports, and what was done about its author before."""

    review: ReviewAnswer
    flags: list[FlagAnswer]
    former: list[MeasureAnswer]


def _measure(line: MeasureLine) -> MeasureAnswer:
    return told(
        MeasureAnswer,
        line,
        kind=line.kind.value,
        board=line.board.value,
        ending=line.ending.value if line.ending else "",
    )


async def show_review(request: web.Request) -> web.Response:
    """一条待审."""
    who, review_id = await reading(request, "post.review"), number_in_path(request, "id")
    line = await reviews.review(review_id, viewer=who.viewer)
    said = await flags.flags_of(review_id, viewer=who.viewer)
    former = await standing_measures.of_person(line.author_id, viewer=who.viewer, place_id=line.place_id)
    return answer(
        OneReviewAnswer(
            review=review_answer(line),
            flags=[told(FlagAnswer, one) for one in said],
            former=[_measure(one) for one in former],
        )
    )


async def show_standing(request: web.Request) -> web.Response:
    """现在有效的处理."""
    who = await reading(request, "post.review")
    lines = await standing_measures.standing(viewer=who.viewer, place_id=who.place_id)
    return answer(MeasuresAnswer(measures=[_measure(line) for line in lines]))


ROUTES = (web.get("/api/v1/reviews/{id}", show_review), web.get("/api/v1/measures", show_standing))
OPERATIONS = (
    reads(
        "readReview",
        "reviews/{id}",
        "One thing of the queue, its reports, and what was done about its author before",
        gives=OneReviewAnswer,
        parameters=(id_of("review"),),
        needs_staff=True,
    ),
    reads(
        "listStandingMeasures",
        "measures",
        "What stands now on the boards one looks after",
        gives=MeasuresAnswer,
        needs_staff=True,
    ),
)
