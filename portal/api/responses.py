"""发帖必响应 as JSON: what still waits for an official reply, and how often one came in time."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum import owed, responses
from models import clock
from models.errors import Invalid
from models.operation import Body, Parameter
from people.permissions import may
from portal.api.acting import reading, reads
from portal.api.reading import answer, number_in_query, told

DAYS, MOST_DAYS = 30, 366


class UnansweredAnswer(Body):
    """A post that waits; of a private question that is not for the caller ``id`` is 0 and there is no title."""

    id: int
    board: str
    title: str
    at: dt.datetime
    due_at: dt.datetime
    is_late: bool
    is_private: bool


class UnansweredListAnswer(Body):
    """The most urgent first."""

    posts: list[UnansweredAnswer]


class RateAnswer(Body):
    """How a board was answered; ``percent`` in time, null where no time has come yet."""

    board: str
    asked: int
    answered: int
    in_time: int
    late: int
    percent: int | None


class UnitRateAnswer(Body):
    """How a unit answered what it owed and was due: ``owed`` is the sum of ``in_time``, ``answered_late`` and
    ``unanswered``, ``percent`` how many of them in time. ``by_others``: of those that were answered, how many another
    unit answered first. ``estate``: whose property company it is, where one neighbourhood is counted and it is known.
    """

    unit: str
    estate: str
    owed: int
    in_time: int
    answered_late: int
    unanswered: int
    by_others: int
    percent: int


class RatesAnswer(Body):
    """Sums by board and by the unit that owed the answer."""

    boards: list[RateAnswer]
    units: list[UnitRateAnswer]


async def show_waiting(request: web.Request) -> web.Response:
    """还没有答复的."""
    who = await reading(request, "response.read")
    found = await responses.waiting(viewer=who.viewer, place_id=who.place_id)
    return answer(UnansweredListAnswer(posts=[told(UnansweredAnswer, one, board=one.kind.key.value) for one in found]))


async def show_rates(request: web.Request) -> web.Response:
    """响应率: of one's own place, or of all below."""
    who, days = await reading(request, "response.count"), number_in_query(request, "days", default=DAYS)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("api.bad_field", field="days", why=str(days)[:20])
    since = clock.now() - dt.timedelta(days=days)
    place_id = who.place_id if may(who.viewer, "response.read", who.place_id) else None
    boards = await responses.rates(viewer=who.viewer, since=since, place_id=place_id)
    units = await owed.unit_rates(viewer=who.viewer, since=since, place_id=place_id)
    return answer(
        RatesAnswer(
            boards=[told(RateAnswer, one, board=one.board.value) for one in boards],
            units=[told(UnitRateAnswer, one, unit=one.unit.value) for one in units],
        )
    )


_DAYS = Parameter("days", "query", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}, "of how many days")
ROUTES = (web.get("/api/v1/responses", show_waiting), web.get("/api/v1/responses/rates", show_rates))
OPERATIONS = (
    reads(
        "listUnanswered",
        "responses",
        "Posts that wait for an official reply",
        gives=UnansweredListAnswer,
        needs_staff=True,
    ),
    reads(
        "countResponses",
        "responses/rates",
        "How often an official reply came in time",
        gives=RatesAnswer,
        parameters=(_DAYS,),
        needs_staff=True,
    ),
)
