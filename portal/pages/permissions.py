"""What each role may do, verb by verb, as the one table of permissions has it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from aiohttp import web

from models.person import RoleName
from people import permission_table
from people.permission_table import who_in_words
from portal.staff import staff_page, worker

area_of = attrgetter("area")


async def show(request: web.Request) -> web.Response:
    """权限表: of one role, or for each verb who may."""
    await worker(request, "user.read")
    asked = request.query.get("role", "")
    role = asked if asked in set(RoleName) else ""
    lines = [one for one in permission_table.lines() if not role or role in one.who]
    return await staff_page(
        request,
        "staff/permissions.html",
        areas=[
            (area, list(found))
            for area, found in groupby(sorted(lines, key=lambda one: one.area), lambda one: one.area)
        ],
        columns=permission_table.COLUMNS,
        word=who_in_words,
        role=role,
        roles=[one.value for one in RoleName],
    )
