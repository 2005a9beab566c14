"""One's own cases as JSON: how each stands, with every public step, its unit, its time and its due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework import waiting
from casework.cases import following, joining, recognising, reporting
from casework.cases.following import OwnCase, OwnLine, Progress
from casework.cases.joining import Likely
from casework.cases.kinds import Kind
from casework.cases.reporting import Facts
from casework.cases.urgent import urgent
from models.case import CaseSource
from models.operation import Body, Operation, Parameter
from models.wording import say
from nlp.coordinates import Point, point_at
from people import files, places
from people.viewers import Viewer
from portal import own_case_verbs
from portal.api.acting import acting_as_somebody, acts, id_of
from portal.api.boards import Names, Text
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told
from portal.chatter import speaker
from portal.own_case_verbs import RATES, SAYS


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


class OwnQuestionAnswer(Body):
    """A question or report that is with the desk; ``due``: by when it is answered first, ``is_late``: it was not."""

    id: int
    number: str
    kind: str
    state: str
    text: str
    who: str
    due: dt.datetime
    is_late: bool


class OwnCasesAnswer(Body):
    """Those one reported or joined, the newest first, and what of one's own is with the desk."""

    cases: list[OwnCaseLineAnswer]
    at_the_desk: list[OwnQuestionAnswer]


class ProgressAnswer(Body):
    """A public step: the verb, the unit ('' for the committee), and what was said."""

    verb: str
    unit: str
    at: dt.datetime
    state: str
    words: str


class OwnCaseAnswer(Body):
    """One case as who reported it follows it; ``solved`` and ``satisfied`` are what they said themselves,
    ``can`` what they may say now (``sayToCase``)."""

    line: OwnCaseLineAnswer
    unit: str
    reporters: int
    solved: bool | None
    satisfied: bool | None
    merged_into: int | None
    can: list[str]
    steps: list[ProgressAnswer]


class PointBody(Body):
    """Where something is, in degrees, as a telephone says it; read by staff alone."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ReportCaseBody(Body):
    """The five facts, of which ``what`` must be there; ``kind`` '' for what the words mean. ``sure``: it is none of
    those that were offered as the same."""

    what: Text
    where: Annotated[str, Field(max_length=200)] = ""
    when: Annotated[str, Field(max_length=60)] = ""
    who: Annotated[str, Field(max_length=60)] = ""
    how: Annotated[str, Field(max_length=1000)] = ""
    on_behalf_of: Annotated[str, Field(max_length=60)] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    point: PointBody | None = None
    photos: Names = ()
    sure: bool = False


class SaidOfCaseBody(Body):
    """Words that go with it: needed for ``add``, read with ``object``, ``reopen`` and ``withdraw``."""

    text: Annotated[str, Field(max_length=1000)] = ""


class LikelyCaseAnswer(Body):
    """An open case that may be the same, without a word of who reported it."""

    id: int
    number: str
    kind: str
    where: str
    at: dt.datetime
    reporters: int
    by_photo: bool


class ReportedCaseAnswer(Body):
    """The case that was made; null where ``likely`` ones are to be looked at first: join one, or be ``sure``.
    Where the words tell of danger it is taken in without a question and whoever is on duty is paged: ``first`` is what
    to do at once, with the number to call, and ``phone`` the committee's own number; both '' otherwise."""

    id: int | None
    likely: list[LikelyCaseAnswer]
    first: str
    phone: str


def _line(one: OwnLine) -> OwnCaseLineAnswer:
    return told(OwnCaseLineAnswer, one)


def _step(one: Progress) -> ProgressAnswer:
    return told(ProgressAnswer, one)


def _whole(found: OwnCase) -> OwnCaseAnswer:
    return told(
        OwnCaseAnswer, found, line=_line(found.line), can=sorted(found.can), steps=[_step(one) for one in found.steps]
    )


async def show_own(request: web.Request) -> web.Response:
    """我的事项."""
    viewer = await speaker(request)
    found, asked = await following.own_cases(viewer=viewer), await waiting.own_open(viewer=viewer)
    return answer(
        OwnCasesAnswer(cases=[_line(one) for one in found], at_the_desk=[told(OwnQuestionAnswer, one) for one in asked])
    )


async def show_one(request: web.Request) -> web.Response:
    """办理进度."""
    return answer(_whole(await following.own_case(number_in_path(request, "id"), viewer=await speaker(request))))


async def report(request: web.Request) -> web.Response:
    """上报."""
    who, body = await acting_as_somebody(request), await given(request, ReportCaseBody)
    kind = await recognising.kind_for(body.what, place_id=who.place_id, chosen=body.kind)
    danger = urgent(body.what, kind)
    photos = await files.own_waiting(body.photos, by=who.viewer)
    facts = _facts(body, kind, photos=photos)
    if danger is None and not body.sure and (found := await _likely(facts, viewer=who.viewer, place_id=who.place_id)):
        return answer(_reported(None, likely=[told(LikelyCaseAnswer, one) for one in found]))
    case = await reporting.report(facts, by=who.viewer, source=CaseSource.WEB, place_id=who.place_id)
    if danger is None:
        return answer(_reported(case.id))
    phone = (await places.place(case.place_id)).phone or say("hand_over.default_phone")
    return answer(_reported(case.id, first=danger.first, phone=phone))


def _reported(
    case_id: int | None, *, likely: Sequence[LikelyCaseAnswer] = (), first: str = "", phone: str = ""
) -> ReportedCaseAnswer:
    return ReportedCaseAnswer(id=case_id, likely=[*likely], first=first, phone=phone)


def _facts(body: ReportCaseBody, kind: Kind, *, photos: list[int]) -> Facts:
    return Facts(
        kind.id,
        body.what,
        who=body.who,
        when=body.when,
        where=body.where,
        how=body.how,
        on_behalf_of=body.on_behalf_of,
        point=_point(body.point),
        photos=tuple(photos),
    )


def _point(sent: PointBody | None) -> Point | None:
    return None if sent is None else point_at(sent.latitude, sent.longitude)


async def _likely(facts: Facts, *, viewer: Viewer, place_id: int) -> list[Likely]:
    return await joining.likely(
        viewer=viewer,
        place_id=place_id,
        kind_key=facts.kind_key,
        text=facts.text,
        where=facts.where,
        point=facts.point,
        photos=facts.photos,
    )


async def say_to(request: web.Request) -> web.Response:
    """补充、异议、评价、请再办一次、撤回."""
    who, body = await acting_as_somebody(request), await given(request, SaidOfCaseBody)
    case_id = number_in_path(request, "id")
    await own_case_verbs.do(request.match_info["verb"], case_id, viewer=who.viewer, said=body.text)
    return answer(DoneAnswer())


async def join(request: web.Request) -> web.Response:
    """我也是."""
    who = await acting_as_somebody(request)
    case = await joining.join(number_in_path(request, "id"), by=who.viewer)
    return answer(_reported(case.id))


_VERB = Parameter("verb", "path", {"type": "string", "enum": [*SAYS, *RATES]}, "what one says")
ROUTES = (
    web.get("/api/v1/my/cases", show_own),
    web.post("/api/v1/my/cases", report),
    web.get("/api/v1/my/cases/{id}", show_one),
    web.post("/api/v1/my/cases/{id}/{verb}", say_to),
    web.post("/api/v1/cases/{id}/join", join),
)
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
    acts(
        "reportCase",
        "my/cases",
        "Report a problem, with where one is if wanted; what may be the same is offered before it is taken",
        gives=ReportedCaseAnswer,
        takes=ReportCaseBody,
    ),
    acts(
        "sayToCase",
        "my/cases/{id}/{verb}",
        "Say something to one's own case: add, object, reopen, withdraw, solved, unsolved, satisfied, unsatisfied",
        takes=SaidOfCaseBody,
        parameters=(id_of("case"), _VERB),
    ),
    acts(
        "joinCase",
        "cases/{id}/join",
        "Follow a case that is open already, and hear of every step",
        gives=ReportedCaseAnswer,
        parameters=(id_of("case"),),
    ),
)
