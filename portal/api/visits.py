"""The visit book as JSON: whom to visit, who was not visited for long, what was found, and a case of it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework import visit_lists, visits
from models.operation import Body
from models.rules import rules
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, told

Number = Annotated[int, Field(ge=0, le=MOST_ID)]
FormKey = Annotated[str, Field(min_length=1, max_length=40)]


class VisitPlanAnswer(Body):
    """A visit that is to be made; of somebody or of a home (the other is 0), and who goes."""

    id: int
    day: dt.date
    person_id: int
    home_id: int
    name: str
    address: str
    goes: str
    is_due: bool
    is_overdue: bool


class LapsedAnswer(Body):
    """Somebody with a watched tag whom nobody visited for long (null: never), and when somebody goes."""

    person_id: int
    name: str
    home_id: int
    address: str
    last_day: dt.date | None
    planned: dt.date | None


class VisitAnswer(Body):
    """A visit that was made, and the case made of it (0: none)."""

    id: int
    day: dt.date
    person_id: int
    home_id: int
    name: str
    address: str
    by: str
    words: str
    case_id: int
    case_number: str


class VisitBookAnswer(Body):
    """The whole book. ``lapsed``: people with one of ``tags`` whom nobody visited for ``days`` days, the longest first;
    there are ``lapsed_total`` of them."""

    plans: list[VisitPlanAnswer]
    lapsed: list[LapsedAnswer]
    lapsed_total: int
    days: int
    tags: list[str]
    latest: list[VisitAnswer]


class PlanVisitBody(Body):
    """Whom (a person or a home), when, and who of the staff goes; the same ``key`` twice is once."""

    person: Number = 0
    home: Number = 0
    day: dt.date
    goes: Number
    key: FormKey


class FoundBody(Body):
    """On which day, what was found, and when somebody goes next."""

    day: dt.date
    words: Annotated[str, Field(max_length=4000)] = ""
    next_day: dt.date | None = None


class RecordVisitBody(FoundBody):
    """The same of a visit that nobody had planned, of a person or of a home; the same ``key`` twice is once."""

    person: Number = 0
    home: Number = 0
    key: FormKey


class VisitCaseAnswer(Body):
    """The case that was made."""

    id: int
    number: str


async def show(request: web.Request) -> web.Response:
    """走访本."""
    who = await reading(request, "visit.read")
    viewer, place_id, watched = who.viewer, who.place_id, rules().visits
    lapsed = await visit_lists.lapsed(viewer=viewer, place_id=place_id)
    plans = await visit_lists.plans(viewer=viewer, place_id=place_id)
    latest = await visit_lists.latest(viewer=viewer, place_id=place_id)
    return answer(
        VisitBookAnswer(
            plans=[told(VisitPlanAnswer, one) for one in plans],
            lapsed=[told(LapsedAnswer, one) for one in lapsed.lines],
            lapsed_total=lapsed.total,
            days=watched.days,
            tags=[*watched.tags],
            latest=[told(VisitAnswer, one) for one in latest],
        )
    )


async def plan(request: web.Request) -> web.Response:
    """安排走访."""
    who, body = await acting(request), await given(request, PlanVisitBody)
    await visits.plan(
        by=who.viewer,
        visit_day=body.day,
        goes_id=body.goes,
        key=body.key,
        person_id=body.person,
        home_id=body.home,
    )
    return answer(DoneAnswer())


async def record(request: web.Request) -> web.Response:
    """记走访."""
    who, body = await acting(request), await given(request, RecordVisitBody)
    await visits.record(
        by=who.viewer,
        visit_day=body.day,
        words=body.words,
        next_day=body.next_day,
        key=body.key,
        person_id=body.person,
        home_id=body.home,
    )
    return answer(DoneAnswer())


async def record_planned(request: web.Request) -> web.Response:
    """记走访: what came of a plan."""
    who, body = await acting(request), await given(request, FoundBody)
    plan_id = number_in_path(request, "id")
    await visits.record_planned(plan_id, by=who.viewer, visit_day=body.day, words=body.words, next_day=body.next_day)
    return answer(DoneAnswer())


async def drop(request: web.Request) -> web.Response:
    """取消安排."""
    who = await acting(request)
    await visits.drop(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def report(request: web.Request) -> web.Response:
    """转成事件."""
    who = await acting(request)
    return answer(told(VisitCaseAnswer, await visits.report(number_in_path(request, "id"), by=who.viewer)))


ROUTES = (
    web.get("/api/v1/visits", show),
    web.post("/api/v1/visits", record),
    web.post("/api/v1/visits/{id}/report", report),
    web.post("/api/v1/visit_plans", plan),
    web.post("/api/v1/visit_plans/{id}/record", record_planned),
    web.post("/api/v1/visit_plans/{id}/drop", drop),
)
_VISIT, _PLAN = (id_of("visit"),), (id_of("plan"),)
OPERATIONS = (
    reads(
        "readVisitBook",
        "visits",
        "Whom to visit, who was not for long, and the latest",
        gives=VisitBookAnswer,
        needs_staff=True,
    ),
    acts("recordVisit", "visits", "A visit that nobody had planned", takes=RecordVisitBody, needs_staff=True),
    acts(
        "reportVisit",
        "visits/{id}/report",
        "A case of what a visit found; one of each visit",
        gives=VisitCaseAnswer,
        parameters=_VISIT,
        needs_staff=True,
    ),
    acts("planVisit", "visit_plans", "Somebody is visited on a day", takes=PlanVisitBody, needs_staff=True),
    acts(
        "recordPlannedVisit",
        "visit_plans/{id}/record",
        "What came of a plan",
        takes=FoundBody,
        parameters=_PLAN,
        needs_staff=True,
    ),
    acts("dropVisitPlan", "visit_plans/{id}/drop", "Nobody goes", parameters=_PLAN, needs_staff=True),
)
