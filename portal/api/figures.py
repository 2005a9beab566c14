"""办件指标 as JSON: shares of cases per place, unit or kind, the topics of the week, and how much the bot missed."""

from __future__ import annotations

from aiohttp import web

from casework import missed_topics
from casework.cases import hot_topics, rates
from casework.cases.hot_topics import Topic
from casework.cases.rates import Grouping, Rates, Share
from models.errors import Invalid
from models.operation import Body, Parameter
from portal.api.acting import reading, reads
from portal.api.reading import answer, number_in_query, told

DAYS, MOST_DAYS = 30, 366
_SHARES = (
    *("responded", "contacted", "in_time", "done", "solved", "satisfied", "redone", "sent_back"),
    *("no_trip", "one_trip", "more_trips"),
)


class ShareAnswer(Body):
    """So many of so many; ``percent`` to one decimal, null of none."""

    count: int
    of: int
    percent: float | None


class CaseRatesAnswer(Body):
    """The figures of one place, unit or kind; ``name`` is '' for what no unit has. ``done`` is what staff say,
    ``solved`` what residents say."""

    key: str
    name: str
    reported: int
    gap: int
    responded: ShareAnswer
    contacted: ShareAnswer
    in_time: ShareAnswer
    done: ShareAnswer
    solved: ShareAnswer
    satisfied: ShareAnswer
    redone: ShareAnswer
    sent_back: ShareAnswer
    no_trip: ShareAnswer
    one_trip: ShareAnswer
    more_trips: ShareAnswer


class HotTopicAnswer(Body):
    """A kind of work this week (``now``: cases, questions and posts) beside the week before."""

    name: str
    now: int
    before: int
    growth: int
    cases: int
    questions: int
    posts: int
    joined: int
    repeated: int


class CaseFiguresAnswer(Body):
    """Sums only; ``missed_now`` and ``missed_before``: questions the bot could not answer this week and the last."""

    rates: list[CaseRatesAnswer]
    topics: list[HotTopicAnswer]
    missed_now: int
    missed_before: int


async def show(request: web.Request) -> web.Response:
    """办件指标."""
    viewer, by = (await reading(request, "figures.read")).viewer, request.query.get("by", Grouping.PLACE.value)
    days = number_in_query(request, "days", default=DAYS)
    if by not in {*Grouping}:
        raise Invalid("api.bad_field", field="by", why=by[:20])
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("api.bad_field", field="days", why=str(days)[:20])
    missed = await missed_topics.missed(viewer=viewer)
    return answer(
        CaseFiguresAnswer(
            rates=[_rates(one) for one in await rates.rates(Grouping(by), viewer=viewer, days=days)],
            topics=[_topic(one) for one in await hot_topics.topics(viewer=viewer)],
            missed_now=missed.now,
            missed_before=missed.before,
        )
    )


def _rates(one: Rates) -> CaseRatesAnswer:
    shares: dict[str, Share] = {name: getattr(one, name) for name in _SHARES}
    return told(CaseRatesAnswer, one, **{name: told(ShareAnswer, share) for name, share in shares.items()})


def _topic(one: Topic) -> HotTopicAnswer:
    return told(HotTopicAnswer, one)


_BY = Parameter("by", "query", {"type": "string", "enum": [one.value for one in Grouping]}, "by what it is summed")
_DAYS = Parameter("days", "query", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}, "of how many days")
ROUTES = (web.get("/api/v1/figures/cases", show),)
OPERATIONS = (
    reads(
        "countCases",
        "figures/cases",
        "How cases went, and what came up this week",
        gives=CaseFiguresAnswer,
        parameters=(_BY, _DAYS),
        needs_staff=True,
    ),
)
