"""The property window as JSON: what was published of each month, publishing, and rating."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.property import statements
from forum.property.statements import MOST_FEN, MOST_LINES, MOST_NAME, STARS, Month, NewStatement, StatementView, Sum
from forum.words import MOST_TEXT
from models.operation import Body, Operation
from models.statement import StatementKind
from people.permissions import allow
from portal.api.acting import REFUSED, TOKEN, acting_as_somebody, reading_as_somebody
from portal.api.boards import Key, PublishedAnswer, published
from portal.api.reading import MOST_ID, answer, given, told

Period = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
EstateId = Annotated[int, Field(ge=0, le=MOST_ID)]


class SumBody(Body):
    """A line: what it is, and how much in whole fen; what was spent is negative."""

    name: Annotated[str, Field(min_length=1, max_length=MOST_NAME)]
    fen: Annotated[int, Field(ge=-MOST_FEN, le=MOST_FEN)]


class StatementAnswer(Body):
    """What was published; ``total`` in fen."""

    post_id: int
    kind: str
    lines: list[SumBody]
    total: int


class MonthAnswer(Body):
    """A month of an estate. ``average`` is null where fewer than five rated; ``own`` is what the caller gave."""

    estate_id: int
    estate: str
    period: str
    statements: list[StatementAnswer]
    reported: int
    closed: int
    rated: int
    average: float | None
    own: int | None
    may_rate: bool


class MonthsAnswer(Body):
    """Months, the latest first."""

    months: list[MonthAnswer]


class PublishStatementBody(Body):
    """What is to be published; of an estate, a kind and a month once."""

    estate_id: EstateId
    kind: StatementKind
    period: Period
    lines: Annotated[tuple[SumBody, ...], Field(min_length=1, max_length=MOST_LINES)]
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    key: Key = ""


class RateBody(Body):
    """How the caller rates the company of their estate for a month."""

    estate_id: EstateId
    period: Period
    stars: Annotated[int, Field(ge=1, le=STARS)]


class PropertyDoneAnswer(Body):
    """That it was done."""

    done: bool


async def show(request: web.Request) -> web.Response:
    """物业公布."""
    who = await reading_as_somebody(request)
    found = await statements.months(viewer=who.viewer, place_id=who.place_id)
    return answer(MonthsAnswer(months=[_month(one) for one in found]))


def _month(month: Month) -> MonthAnswer:
    return told(MonthAnswer, month, statements=[_statement(one) for one in month.statements])


def _statement(one: StatementView) -> StatementAnswer:
    return told(StatementAnswer, one, kind=one.kind.value, lines=[told(SumBody, line) for line in one.lines])


async def publish(request: web.Request) -> web.Response:
    """公布收支."""
    who = await acting_as_somebody(request)
    allow(who.viewer, "statement.publish", who.place_id)
    body = await given(request, PublishStatementBody)
    lines = tuple(Sum(one.name, one.fen) for one in body.lines)
    new = NewStatement(body.estate_id, body.kind.value, body.period, lines, body.text, body.key)
    return published(await statements.publish(new, by=who.viewer, place_id=who.place_id))


async def rate(request: web.Request) -> web.Response:
    """评价物业."""
    who = await acting_as_somebody(request)
    body = await given(request, RateBody)
    await statements.rate(body.estate_id, body.period, by=who.viewer, place_id=who.place_id, stars=body.stars)
    return answer(PropertyDoneAnswer(done=True))


ROUTES = (
    web.get("/api/v1/property", show),
    web.post("/api/v1/property/statements", publish),
    web.post("/api/v1/property/ratings", rate),
)
OPERATIONS = (
    Operation(
        "listPropertyMonths",
        "GET",
        "/api/v1/property",
        "What property companies published, by month and estate",
        MonthsAnswer,
        refusals=(403, 404),
    ),
    Operation(
        "publishStatement",
        "POST",
        "/api/v1/property/statements",
        "Publish sums of an estate and a month, in whole fen",
        PublishedAnswer,
        body=PublishStatementBody,
        parameters=(TOKEN,),
        refusals=(*REFUSED, 429),
    ),
    Operation(
        "rateProperty",
        "POST",
        "/api/v1/property/ratings",
        "Rate the company of one's estate for a month, once",
        PropertyDoneAnswer,
        body=RateBody,
        parameters=(TOKEN,),
        refusals=REFUSED,
    ),
)
