"""Patrols as JSON: the routes of today stop by stop, what was missed, and laying routes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.patrols import looking_back, rounds, routes
from casework.patrols.rounds import RouteToday, StopToday
from casework.patrols.routes import RouteShape
from models.operation import Body
from people import files
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.boards import Names
from portal.api.mediation_verbs import Number, Said
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


class PatrolStopAnswer(Body):
    """A stop of today: what to look at, who ticked it when, and the numbers of the cases that it brought up."""

    id: int
    name: str
    looks: str
    by: str
    at: dt.datetime | None
    cases: list[str]


class PatrolRouteAnswer(Body):
    """A route that is walked today."""

    id: int
    name: str
    grid: str
    goes: str
    is_mine: bool
    stops: list[PatrolStopAnswer]


class MissedDayAnswer(Body):
    """A day on which stops of a route were missed, and of how many."""

    day: dt.date
    route: str
    goes: str
    missed: list[str]
    of: int


class RouteRateAnswer(Body):
    """A route over the days of the rules: stops that were due, and those ticked."""

    route: str
    grid: str
    due: int
    done: int


class PatrolsAnswer(Body):
    """Today's routes, the caller's own first; what was missed lately; and how many of the due stops were ticked."""

    today: list[PatrolRouteAnswer]
    missed: list[MissedDayAnswer]
    rates: list[RouteRateAnswer]


class LayRouteBody(Body):
    """A route: on which days of the week (1 for Monday), its stops one a line (``3号楼楼道｜灯、杂物``), of which grid
    (0: none), who usually walks (0: nobody), and which route ends with it (0: none)."""

    name: Annotated[str, Field(max_length=100)]
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)]
    stops: Said
    grid: Number = 0
    goes: Number = 0
    on_holidays: bool = False
    instead_of: Number = 0


class LaidRouteAnswer(Body):
    """The route's number."""

    id: int


class FindingBody(Body):
    """What was found at a stop; the same ``key`` twice is one case. ``kind`` '' for what the words mean."""

    what: Said
    key: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Annotated[str, Field(max_length=40)] = ""
    photos: Names = ()


class FindingAnswer(Body):
    """The case that it became."""

    id: int
    number: str


def _stop(one: StopToday) -> PatrolStopAnswer:
    return told(PatrolStopAnswer, one, cases=[number for _, number in one.cases])


def _route(one: RouteToday) -> PatrolRouteAnswer:
    return told(PatrolRouteAnswer, one, stops=[_stop(stop) for stop in one.stops])


async def show(request: web.Request) -> web.Response:
    """今天的巡查."""
    who = await reading(request, "patrol.read")
    viewer, place_id = who.viewer, who.place_id
    today = await rounds.today(viewer=viewer, place_id=place_id)
    missed = await looking_back.missed(viewer=viewer, place_id=place_id)
    rates = await looking_back.rates(viewer=viewer, place_id=place_id)
    return answer(
        PatrolsAnswer(
            today=[_route(one) for one in today],
            missed=[told(MissedDayAnswer, one, missed=[*one.missed]) for one in missed],
            rates=[told(RouteRateAnswer, one) for one in rates],
        )
    )


async def lay(request: web.Request) -> web.Response:
    """排路线."""
    who, body = await acting(request), await given(request, LayRouteBody)
    shape = RouteShape(
        name=body.name,
        weekdays=tuple(str(one) for one in body.weekdays),
        stops=body.stops,
        grid_id=body.grid,
        goes_id=body.goes,
        on_holidays=body.on_holidays,
        instead_of=body.instead_of,
    )
    return answer(LaidRouteAnswer(id=await routes.lay(shape, by=who.viewer, place_id=who.place_id)))


async def retire(request: web.Request) -> web.Response:
    """停用路线."""
    who = await acting(request)
    await routes.retire(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def tick(request: web.Request) -> web.Response:
    """打勾."""
    who = await acting(request)
    await rounds.tick(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def report(request: web.Request) -> web.Response:
    """巡查上报."""
    who, body = await acting(request), await given(request, FindingBody)
    case = await rounds.report(
        number_in_path(request, "id"),
        by=who.viewer,
        text=body.what,
        key=body.key,
        kind_key=body.kind,
        photos=await files.own_waiting(body.photos, by=who.viewer),
    )
    return answer(told(FindingAnswer, case))


ROUTES = (
    web.get("/api/v1/patrols", show),
    web.post("/api/v1/patrols/routes", lay),
    web.post("/api/v1/patrols/routes/{id}/retire", retire),
    web.post("/api/v1/patrols/stops/{id}/tick", tick),
    web.post("/api/v1/patrols/stops/{id}/report", report),
)
_ROUTE, _STOP = (id_of("route"),), (id_of("stop"),)
OPERATIONS = (
    reads("listPatrols", "patrols", "Today's routes, and what was missed", gives=PatrolsAnswer, needs_staff=True),
    acts(
        "layRoute",
        "patrols/routes",
        "A route with its stops and days",
        takes=LayRouteBody,
        gives=LaidRouteAnswer,
        needs_staff=True,
    ),
    acts("retireRoute", "patrols/routes/{id}/retire", "Nobody walks it any more", parameters=_ROUTE, needs_staff=True),
    acts("tickStop", "patrols/stops/{id}/tick", "Somebody was there today; once", parameters=_STOP, needs_staff=True),
    acts(
        "reportAtStop",
        "patrols/stops/{id}/report",
        "A case of what is found there; the same form once",
        takes=FindingBody,
        gives=FindingAnswer,
        parameters=_STOP,
        needs_staff=True,
    ),
)
