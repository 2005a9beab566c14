"""约请 as JSON: the units called because of a case, calling some, and what becomes of each that was called."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from casework.cases import calls
from casework.cases.calls import CallLine
from models.operation import Body, Operation
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.case_shapes import Id, Words
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


class CalledUnitAnswer(Body):
    """A unit that was called; ``state`` is asked, arrived or absent. ``rating`` is for who called: null to a unit."""

    team_id: int
    name: str
    state: str
    came_at: dt.datetime | None
    conclusion: str
    rating: int | None
    is_mine: bool


class UnitCallAnswer(Body):
    """A call: where, when and why, with everybody who was called."""

    id: int
    where: str
    at: dt.datetime
    purpose: str
    teams: list[CalledUnitAnswer]


class UnitCallsAnswer(Body):
    """The calls of a case, the newest first."""

    calls: list[UnitCallAnswer]


class CallUnitsBody(Body):
    """Which teams are called, where to, when (within 60 days) and why."""

    teams: Annotated[tuple[Id, ...], Field(max_length=50)]
    at: AwareDatetime
    where: Annotated[str, Field(max_length=120)]
    purpose: Words


class MadeCallAnswer(Body):
    """The call that was made."""

    id: int


class CalledUnitBody(Body):
    """Of which unit it is said."""

    team: Id


class ConcludeCallBody(CalledUnitBody):
    """What the unit will do, in its own words."""

    text: Words


class RateUnitBody(CalledUnitBody):
    """How it is rated: 1 to 5, 5 is best."""

    rating: Id


def _call(one: CallLine) -> UnitCallAnswer:
    teams = [told(CalledUnitAnswer, team, state=team.state.value) for team in one.teams]
    return told(UnitCallAnswer, one, teams=teams)


async def show(request: web.Request) -> web.Response:
    """约请."""
    who = await reading(request, "case.read")
    found = await calls.calls(number_in_path(request, "id"), viewer=who.viewer)
    return answer(UnitCallsAnswer(calls=[_call(one) for one in found]))


async def call(request: web.Request) -> web.Response:
    """约请几家单位."""
    who, body = await acting(request), await given(request, CallUnitsBody)
    made = await calls.call(
        number_in_path(request, "id"),
        by=who.viewer,
        team_ids=body.teams,
        at=body.at,
        where=body.where,
        purpose=body.purpose,
    )
    return answer(MadeCallAnswer(id=made.id))


async def arrive(request: web.Request) -> web.Response:
    """到场."""
    who, body = await acting(request), await given(request, CalledUnitBody)
    await calls.arrive(number_in_path(request, "id"), by=who.viewer, team_id=body.team)
    return answer(DoneAnswer())


async def miss(request: web.Request) -> web.Response:
    """未到."""
    who, body = await acting(request), await given(request, CalledUnitBody)
    await calls.miss(number_in_path(request, "id"), by=who.viewer, team_id=body.team)
    return answer(DoneAnswer())


async def conclude(request: web.Request) -> web.Response:
    """结论."""
    who, body = await acting(request), await given(request, ConcludeCallBody)
    await calls.conclude(number_in_path(request, "id"), by=who.viewer, team_id=body.team, text=body.text)
    return answer(DoneAnswer())


async def rate(request: web.Request) -> web.Response:
    """评价单位."""
    who, body = await acting(request), await given(request, RateUnitBody)
    await calls.rate(number_in_path(request, "id"), by=who.viewer, team_id=body.team, rating=body.rating)
    return answer(DoneAnswer())


_ONE = "/api/v1/calls/{id}"
ROUTES = (
    web.get("/api/v1/cases/{id}/calls", show),
    web.post("/api/v1/cases/{id}/calls", call),
    web.post(f"{_ONE}/arrive", arrive),
    web.post(f"{_ONE}/miss", miss),
    web.post(f"{_ONE}/conclude", conclude),
    web.post(f"{_ONE}/rate", rate),
)


def _acts(name: str, verb: str, takes: type[Body], *, about: str) -> Operation:
    """What is said of a unit that was called."""
    return acts(name, f"calls/{{id}}/{verb}", about, takes=takes, parameters=(id_of("call"),), needs_staff=True)


OPERATIONS = (
    reads(
        "listUnitCalls",
        "cases/{id}/calls",
        "The units called because of a case: who came, what each concluded, its rating",
        gives=UnitCallsAnswer,
        parameters=(id_of("case"),),
        needs_staff=True,
    ),
    acts(
        "callUnits",
        "cases/{id}/calls",
        "Call units to a place and time; each is told, and sees the case from then on",
        takes=CallUnitsBody,
        gives=MadeCallAnswer,
        parameters=(id_of("case"),),
        needs_staff=True,
    ),
    _acts("sayUnitCame", "arrive", CalledUnitBody, about="It is there; said by its people or by who called"),
    _acts("sayUnitMissing", "miss", CalledUnitBody, about="It did not come; not before the time of the call"),
    _acts("concludeUnitCall", "conclude", ConcludeCallBody, about="What a unit that came will do"),
    _acts("rateUnit", "rate", RateUnitBody, about="How who called rates it, never the unit itself"),
)
