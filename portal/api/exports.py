"""Lists that are taken out, as JSON: asked for, approved by a second person, downloaded once."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.cases import exchange
from models.operation import Body
from people.audit_reading import Filter
from people.records import exports, log_exports, querying, tags
from people.records.exports import LONGEST_REASON, ExportLine
from portal.api.acting import acting, acting_freshly, acts, id_of, reading, reads
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, told

READ = "export.read"
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
TagName = Annotated[str, Field(max_length=tags.LONGEST)]
Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), lt=dt.date(3000, 1, 1))]
Purpose = Annotated[str, Field(min_length=1, max_length=20)]


class ExportAnswer(Body):
    """A list that was asked for: ``kind`` is people, cases or audit; of people those with all of ``tags`` and none of
    ``without`` in a building ('': in any), of the audit log what was looked for (``terms``). ``people``: how many rows
    were found when it was asked for, ``row_count``: how many the file had. ``waits``: a second person may decide."""

    id: int
    number: str
    kind: str
    asked_by: str
    asked_at: dt.datetime
    tags: list[str]
    without: list[str]
    building: str
    terms: list[str]
    with_phones: bool
    people: int
    purpose: str
    reason: str
    state: str
    expires_at: dt.datetime
    is_expired: bool
    is_own: bool
    waits: bool
    can_be_taken: bool
    decided_by: str
    answer: str
    row_count: int | None


class ExportsAnswer(Body):
    """The last lists asked for, the newest first: one's own, or all for who may approve them."""

    exports: list[ExportAnswer]


class AskedAnswer(Body):
    """The number of the wish."""

    id: int


class AskPeopleBody(Body):
    """Who: all of ``tags``, none of ``without``, in a building (0: any); for which of the purposes, and why."""

    tags: Annotated[list[TagName], Field(max_length=querying.MOST_TAGS, default_factory=list)]
    without: Annotated[list[TagName], Field(max_length=querying.MOST_TAGS, default_factory=list)]
    building: Annotated[int, Field(ge=0, le=MOST_ID)] = 0
    with_phones: bool = False
    purpose: Purpose
    reason: Reason


class AskCasesBody(Body):
    """For which of the purposes, and why."""

    purpose: Purpose
    reason: Reason


class AskAuditBody(Body):
    """Which lines of the log, as one looks for them; for which of the purposes, and why."""

    who: Annotated[str, Field(max_length=40)] = ""
    verb: Annotated[str, Field(max_length=60)] = ""
    number: Annotated[int, Field(ge=0, le=MOST_ID)] | None = None
    first: Day | None = None
    last: Day | None = None
    purpose: Purpose
    reason: Reason


class RefuseExportBody(Body):
    """Why not."""

    answer: Reason


class FileAnswer(Body):
    """A file: what it is called, its media type, and its bytes in Base64."""

    name: str
    content_type: str
    content: str


def _line(one: ExportLine) -> ExportAnswer:
    return told(ExportAnswer, one, tags=[*one.wanted.tags], without=[*one.wanted.without], terms=[*one.terms])


async def show(request: web.Request) -> web.Response:
    """导出名单."""
    who = await reading(request, READ)
    lines = await exports.exports(viewer=who.viewer, place_id=who.place_id)
    return answer(ExportsAnswer(exports=[_line(one) for one in lines]))


async def ask_people(request: web.Request) -> web.Response:
    """申请导出名单."""
    who, body = await acting(request), await given(request, AskPeopleBody)
    chosen = querying.wanted(tags=body.tags, without=body.without, building=body.building)
    asked = await exports.ask(
        chosen,
        by=who.viewer,
        place_id=who.place_id,
        purpose=body.purpose,
        reason=body.reason,
        with_phones=body.with_phones,
    )
    return answer(AskedAnswer(id=asked))


async def ask_cases(request: web.Request) -> web.Response:
    """申请导出工单."""
    who, body = await acting(request), await given(request, AskCasesBody)
    asked = await exchange.ask_out(by=who.viewer, place_id=who.place_id, purpose=body.purpose, reason=body.reason)
    return answer(AskedAnswer(id=asked))


async def ask_audit(request: web.Request) -> web.Response:
    """申请导出操作记录."""
    who, body = await acting(request), await given(request, AskAuditBody)
    wanted = Filter(who=body.who, verb=body.verb, subject_id=body.number, first=body.first, last=body.last)
    asked = await log_exports.ask_out(
        wanted, by=who.viewer, place_id=who.place_id, purpose=body.purpose, reason=body.reason
    )
    return answer(AskedAnswer(id=asked))


async def approve(request: web.Request) -> web.Response:
    """批准导出."""
    who = await acting_freshly(request)
    await exports.approve(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def refuse(request: web.Request) -> web.Response:
    """退回导出."""
    who, body = await acting(request), await given(request, RefuseExportBody)
    await exports.refuse(number_in_path(request, "id"), by=who.viewer, answer=body.answer)
    return answer(DoneAnswer())


async def withdraw(request: web.Request) -> web.Response:
    """撤回申请."""
    who = await acting(request)
    await exports.withdraw(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def take(request: web.Request) -> web.Response:
    """下载名单."""
    who = await acting_freshly(request)
    file = await exchange.give(number_in_path(request, "id"), by=who.viewer)
    content = base64.b64encode(file.content).decode("ascii")
    return answer(FileAnswer(name=file.name, content_type=file.content_type, content=content))


_FRESH = "; asks for a proof of the last five minutes"
_EXPORT = (id_of("wish"),)
ROUTES = (
    web.get("/api/v1/exports", show),
    web.post("/api/v1/exports", ask_people),
    web.post("/api/v1/exports/cases", ask_cases),
    web.post("/api/v1/exports/audit", ask_audit),
    web.post("/api/v1/exports/{id}/approve", approve),
    web.post("/api/v1/exports/{id}/refuse", refuse),
    web.post("/api/v1/exports/{id}/withdraw", withdraw),
    web.post("/api/v1/exports/{id}/take", take),
)

OPERATIONS = (
    reads("listExports", "exports", "Lists that were asked for", gives=ExportsAnswer, needs_staff=True),
    acts(
        "askForPeopleExport",
        "exports",
        "Ask for a list of people",
        takes=AskPeopleBody,
        gives=AskedAnswer,
        needs_staff=True,
    ),
    acts(
        "askForCasesExport",
        "exports/cases",
        "Ask for every case of the place",
        takes=AskCasesBody,
        gives=AskedAnswer,
        needs_staff=True,
    ),
    acts(
        "askForAuditExport",
        "exports/audit",
        "Ask for lines of the audit log",
        takes=AskAuditBody,
        gives=AskedAnswer,
        needs_staff=True,
    ),
    acts(
        "approveExport",
        "exports/{id}/approve",
        f"Approve what somebody else asked for{_FRESH}",
        parameters=_EXPORT,
        needs_staff=True,
    ),
    acts(
        "refuseExport",
        "exports/{id}/refuse",
        "Refuse it, with a reason that who asked reads",
        takes=RefuseExportBody,
        parameters=_EXPORT,
        needs_staff=True,
    ),
    acts("withdrawExport", "exports/{id}/withdraw", "Want it no more", parameters=_EXPORT, needs_staff=True),
    acts(
        "takeExport",
        "exports/{id}/take",
        f"Download what was approved, the one time it can be{_FRESH}",
        gives=FileAnswer,
        parameters=_EXPORT,
        needs_staff=True,
    ),
)
