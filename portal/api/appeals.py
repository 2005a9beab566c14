"""Appeals as JSON: one's own measures, appealing and taking it back, deciding, being drawn to judge, the public log."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum.moderation import appeals, juries, log
from forum.moderation.appeals import OwnMeasure
from models.operation import Body, Parameter
from portal.api.acting import acting, acting_as_somebody, acts, id_of, reading, reading_as_somebody, reads
from portal.api.moderation import MadeAnswer, Words
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, number_in_query, told


class AppealBody(Body):
    """Why an author does not agree."""

    text: Words


class DecideBody(Body):
    """Whether a measure ends, and what the author is told."""

    overturns: bool
    answer: Words


class JudgeBody(Body):
    """Whether the author is right: what was done about them was not fair."""

    is_for: bool


class OwnMeasureAnswer(Body):
    """What was done about something one wrote; ``appeal`` is '' where there was none."""

    id: int
    kind: str
    board: str
    title: str
    rule: str
    reason: str
    at: dt.datetime
    ends_at: dt.datetime | None
    ending: str
    appeal: str
    answer: str
    may_appeal: bool


class OwnMeasuresAnswer(Body):
    """The newest first."""

    measures: list[OwnMeasureAnswer]


class AppealAnswer(Body):
    """An appeal that waits; with neighbours until ``closes_at``."""

    id: int
    measure_id: int
    kind: str
    board: str
    title: str
    text: str
    why: str
    is_own: bool
    closes_at: dt.datetime | None


class AppealsAnswer(Body):
    """The oldest first."""

    appeals: list[AppealAnswer]


class LogLineAnswer(Body):
    """What was done, without names and words."""

    id: int
    at: dt.datetime
    board: str
    kind: str
    rule: str
    reason: str
    ends_at: dt.datetime | None
    ending: str
    appeal: str


class LogAnswer(Body):
    """The newest first; ``following`` is the ``before`` of the next page, null at the end."""

    lines: list[LogLineAnswer]
    following: int | None


class JudgedAnswer(Body):
    """What somebody who was drawn is shown; ``said`` is what they have said, null until then. Nobody is named."""

    appeal_id: int
    kind: str
    board: str
    title: str
    text: str
    rule: str
    reason: str
    why: str
    closes_at: dt.datetime
    said: bool | None


async def show_own(request: web.Request) -> web.Response:
    """对我的处理."""
    who = await reading_as_somebody(request)
    lines = await appeals.own_measures(viewer=who.viewer)
    return answer(OwnMeasuresAnswer(measures=[_own(line) for line in lines]))


def _own(line: OwnMeasure) -> OwnMeasureAnswer:
    return OwnMeasureAnswer(
        id=line.id,
        kind=line.kind.value,
        board=line.board.value,
        title=line.title,
        rule=line.rule,
        reason=line.reason,
        at=line.at,
        ends_at=line.ends_at,
        ending=line.ending.value if line.ending else "",
        appeal=line.appeal.value if line.appeal else "",
        answer=line.answer,
        may_appeal=line.may_appeal,
    )


async def make_appeal(request: web.Request) -> web.Response:
    """申诉."""
    who, body = await acting_as_somebody(request), await given(request, AppealBody)
    made = await appeals.appeal(number_in_path(request, "id"), by=who.viewer, text=body.text)
    return answer(MadeAnswer(id=made.id))


async def show_appeals(request: web.Request) -> web.Response:
    """申诉: those that wait."""
    who = await reading(request, "appeal.decide")
    lines = await appeals.appeals(viewer=who.viewer, place_id=who.place_id)
    found = [
        AppealAnswer(
            id=line.id,
            measure_id=line.measure_id,
            kind=line.kind.value,
            board=line.board.value,
            title=line.title,
            text=line.text,
            why=line.why,
            is_own=line.is_own,
            closes_at=line.closes_at,
        )
        for line in lines
    ]
    return answer(AppealsAnswer(appeals=found))


async def decide(request: web.Request) -> web.Response:
    """裁定申诉."""
    who, body = await acting(request), await given(request, DecideBody)
    appeal_id = number_in_path(request, "id")
    await appeals.decide(appeal_id, by=who.viewer, overturns=body.overturns, answer=body.answer)
    return answer(DoneAnswer())


async def show_log(request: web.Request) -> web.Response:
    """处理记录."""
    who = await reading_as_somebody(request)
    before = number_in_query(request, "before")
    lines = await log.log(viewer=who.viewer, place_id=who.place_id, before=before)
    found = [
        LogLineAnswer(
            id=line.id,
            at=line.at,
            board=line.board.value,
            kind=line.kind.value,
            rule=line.rule,
            reason=line.reason,
            ends_at=line.ends_at,
            ending=line.ending.value if line.ending else "",
            appeal=line.appeal.value if line.appeal else "",
        )
        for line in lines
    ]
    return answer(LogAnswer(lines=found, following=lines[-1].id if len(lines) == log.PAGE else None))


async def withdraw(request: web.Request) -> web.Response:
    """撤回申诉."""
    who = await acting_as_somebody(request)
    await appeals.withdraw(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def show_judged(request: web.Request) -> web.Response:
    """请您评议."""
    who = await reading_as_somebody(request)
    found = await juries.judged(number_in_path(request, "id"), viewer=who.viewer)
    return answer(told(JudgedAnswer, found, kind=found.kind.value, board=found.board.value))


async def judge(request: web.Request) -> web.Response:
    """邻居评议."""
    who, body = await acting_as_somebody(request), await given(request, JudgeBody)
    await appeals.judge(number_in_path(request, "id"), by=who.viewer, is_for=body.is_for)
    return answer(DoneAnswer())


_BEFORE = Parameter("before", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "the line it ends before")
_MEASURE, _APPEAL = (id_of("measure"),), (id_of("appeal"),)
ROUTES = (
    web.get("/api/v1/measures/own", show_own),
    web.post("/api/v1/measures/{id}/appeal", make_appeal),
    web.post("/api/v1/measures/{id}/withdraw", withdraw),
    web.get("/api/v1/appeals", show_appeals),
    web.post("/api/v1/appeals/{id}/decide", decide),
    web.get("/api/v1/appeals/{id}/judged", show_judged),
    web.post("/api/v1/appeals/{id}/judge", judge),
    web.get("/api/v1/measures/log", show_log),
)
OPERATIONS = (
    reads("listOwnMeasures", "measures/own", "What was done about what one wrote", gives=OwnMeasuresAnswer),
    acts(
        "makeAppeal",
        "measures/{id}/appeal",
        "Ask that somebody else looks again",
        gives=MadeAnswer,
        takes=AppealBody,
        parameters=_MEASURE,
    ),
    acts("withdrawAppeal", "measures/{id}/withdraw", "Take one's appeal back", parameters=_MEASURE),
    reads("listAppeals", "appeals", "Appeals that wait", gives=AppealsAnswer),
    acts(
        "decideAppeal",
        "appeals/{id}/decide",
        "Decide an appeal",
        takes=DecideBody,
        parameters=_APPEAL,
        needs_staff=True,
    ),
    reads(
        "readJudged",
        "appeals/{id}/judged",
        "An appeal the caller was drawn for, while it is with neighbours",
        gives=JudgedAnswer,
        parameters=_APPEAL,
    ),
    acts("judgeAppeal", "appeals/{id}/judge", "Say once what one thinks", takes=JudgeBody, parameters=_APPEAL),
    reads(
        "listMeasureLog",
        "measures/log",
        "What was done on the boards; nobody is named",
        gives=LogAnswer,
        parameters=(_BEFORE,),
    ),
)
