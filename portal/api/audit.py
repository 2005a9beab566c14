"""The audit log of a place for who leads it, and the table of permissions, as JSON."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from models.operation import Body, Operation, Parameter
from people import audit, audit_reading, permission_table
from people.audit_reading import Filter
from portal.api.acting import reading
from portal.api.reading import MOST_ID, answer, day_in_query, number_in_query, told

READ = "audit.read"


class AuditLineAnswer(Body):
    """One line in words: when, who ('' is the system), what was done to which thing."""

    number: int
    at: dt.datetime
    who: str
    verb: str
    words: str
    thing: str
    detail: str


class AuditAnswer(Body):
    """Lines of the place one works for, the newest first; ``following`` is the ``before`` of the next page, 0 at the
    end. ``is_whole``: nothing was changed or taken out of the newest lines of the whole log."""

    lines: list[AuditLineAnswer]
    following: int
    is_whole: bool


class PermissionAnswer(Body):
    """A verb, what it is in words, over what it reaches, and who may."""

    verb: str
    area: str
    words: str
    scope: str
    who: list[str]


class PermissionsAnswer(Body):
    """The table of permissions; a pair that is not in it is denied."""

    verbs: list[PermissionAnswer]


async def show(request: web.Request) -> web.Response:
    """操作记录."""
    who, query = await reading(request, READ), request.query
    wanted = Filter(
        who=query.get("who", ""),
        verb=query.get("verb", ""),
        subject_id=number_in_query(request, "number") if query.get("number") else None,
        first=day_in_query(request, "first"),
        last=day_in_query(request, "last"),
    )
    before = number_in_query(request, "before")
    lines = await audit_reading.audit_lines(wanted, viewer=who.viewer, place_id=who.place_id, before=before)
    return answer(
        AuditAnswer(
            lines=[told(AuditLineAnswer, one) for one in lines],
            following=lines[-1].number if len(lines) == audit_reading.PAGE else 0,
            is_whole=(await audit.state()).is_whole,
        )
    )


async def show_permissions(request: web.Request) -> web.Response:
    """权限表."""
    await reading(request, "user.read")
    lines = permission_table.lines()
    return answer(PermissionsAnswer(verbs=[told(PermissionAnswer, one, who=sorted(one.who)) for one in lines]))


def _text(name: str, about: str) -> Parameter:
    return Parameter(name, "query", {"type": "string", "maxLength": 40}, about)


def _day(name: str, about: str) -> Parameter:
    return Parameter(name, "query", {"type": "string", "format": "date"}, about)


_NUMBER = {"type": "integer", "minimum": 0, "maximum": MOST_ID}
ROUTES = (
    web.get("/api/v1/audit", show),
    web.get("/api/v1/permissions", show_permissions),
)

OPERATIONS = (
    Operation(
        "listAudit",
        "GET",
        "/api/v1/audit",
        "Who did what in the place one works for, the newest first",
        AuditAnswer,
        parameters=(
            _text("who", "a part of a name"),
            _text("verb", "such as question.reply"),
            Parameter("number", "query", _NUMBER, "the number of the thing it was done to"),
            _day("first", "not before this day"),
            _day("last", "not after this day"),
            Parameter("before", "query", _NUMBER, "only lines before this one"),
        ),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    Operation(
        "listPermissions",
        "GET",
        "/api/v1/permissions",
        "Who may do what, and over what it reaches",
        PermissionsAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
)
