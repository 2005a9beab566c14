"""One's own cases as JSON: how each stands, with every public step, its unit, its time and its due date."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework.cases import following
from casework.cases.following import OwnCase, OwnLine, Progress
from models.operation import Body, Operation
from portal.api.acting import id_of
from portal.api.reading import answer, number_in_path, told
from portal.chatter import speaker


class OwnCaseLineAnswer(Body):
    """A case that one reported or joined; ``text`` is what one wrote oneself, ``waits_for`` who has to do something."""

    id: int
    number: str
    kind: str
    state: str
    waits_for: str
    text: str
    where: str
    reported_at: dt.datetime
    due: dt.datetime | None


class OwnCasesAnswer(Body):
    """Those one reported or joined, the newest first."""

    cases: list[OwnCaseLineAnswer]


class ProgressAnswer(Body):
    """A public step: the verb, the unit ('' for the committee), and what was said."""

    verb: str
    unit: str
    at: dt.datetime
    state: str
    words: str


class OwnCaseAnswer(Body):
    """One case as who reported it follows it; ``solved`` and ``satisfied`` are what they said themselves."""

    line: OwnCaseLineAnswer
    unit: str
    reporters: int
    solved: bool | None
    satisfied: bool | None
    merged_into: int | None
    steps: list[ProgressAnswer]


def _line(one: OwnLine) -> OwnCaseLineAnswer:
    return told(OwnCaseLineAnswer, one)


def _step(one: Progress) -> ProgressAnswer:
    return told(ProgressAnswer, one)


def _whole(found: OwnCase) -> OwnCaseAnswer:
    return told(OwnCaseAnswer, found, line=_line(found.line), steps=[_step(one) for one in found.steps])


async def show_own(request: web.Request) -> web.Response:
    """我的事项."""
    found = await following.own_cases(viewer=await speaker(request))
    return answer(OwnCasesAnswer(cases=[_line(one) for one in found]))


async def show_one(request: web.Request) -> web.Response:
    """办理进度."""
    return answer(_whole(await following.own_case(number_in_path(request, "id"), viewer=await speaker(request))))


ROUTES = (web.get("/api/v1/my/cases", show_own), web.get("/api/v1/my/cases/{id}", show_one))
OPERATIONS = (
    Operation(
        "listOwnCases",
        "GET",
        "/api/v1/my/cases",
        "The cases that the caller reported or joined",
        OwnCasesAnswer,
        refusals=(403,),
    ),
    Operation(
        "readOwnCase",
        "GET",
        "/api/v1/my/cases/{id}",
        "One of them, with every public step and its due date",
        OwnCaseAnswer,
        parameters=(id_of("case"),),
        refusals=(403, 404, 422),
    ),
)
