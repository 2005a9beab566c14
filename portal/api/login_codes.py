"""Residents' ways in as JSON: a code printed at the desk, and the code typed or the link followed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body, Operation, Parameter
from people import entering, login_codes
from people.entering import Entered
from portal.api.acting import REFUSED, TOKEN, acting_freshly, id_of
from portal.api.reading import answer, given, number_in_path
from portal.entrance import browser, digits_of, let_resident_in


class SlipAnswer(Body):
    """A code for somebody who lives here: told here, and nowhere again; the one before it no longer works."""

    digits: str
    expires_at: dt.datetime
    name: str


class CodeBody(Body):
    """The digits from one's chat or from the desk's slip."""

    code: Annotated[str, Field(min_length=1, max_length=40)]


class EnteredAnswer(Body):
    """Who is signed in now; the session is the cookie of this answer."""

    name: str


async def print_code(request: web.Request) -> web.Response:
    """打印登录码."""
    who = await acting_freshly(request)
    way = await login_codes.print_code(number_in_path(request, "id"), by=who.viewer)
    return answer(SlipAnswer(digits=way.digits, expires_at=way.expires_at, name=way.name))


async def use_code(request: web.Request) -> web.Response:
    """登录: by digits; what is wrong says no more than that."""
    body = await given(request, CodeBody)
    return await _let_in(request, await entering.enter_by_code(digits_of(body.code), browser=browser(request)))


async def show_link(request: web.Request) -> web.Response:
    """确认登录: whom a link lets in; looking does not use it up."""
    owner = await login_codes.whose_link(request.match_info["link"], token=browser(request).token)
    return answer(EnteredAnswer(name=owner.name))


async def use_link(request: web.Request) -> web.Response:
    """登录: by the link from the chat, once."""
    return await _let_in(request, await entering.enter_by_link(request.match_info["link"], browser=browser(request)))


async def _let_in(request: web.Request, entered: Entered) -> web.Response:
    return await let_resident_in(request, entered, answer(EnteredAnswer(name=entered.viewer.name)))


_LINK = (Parameter("link", "path", {"type": "string", "maxLength": 64}, "the secret end of the link from a chat"),)
ROUTES = (
    web.post("/api/v1/residents/{id}/login_code", print_code),
    web.post("/api/v1/login/code", use_code),
    web.get("/api/v1/login/link/{link}", show_link),
    web.post("/api/v1/login/link/{link}", use_link),
)

OPERATIONS = (
    Operation(
        "printLoginCode",
        "POST",
        "/api/v1/residents/{id}/login_code",
        "A code for somebody who lives here and has no chat; asks for a proof of the last five minutes",
        SlipAnswer,
        parameters=(id_of("person"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    ),
    Operation(
        "signInByCode",
        "POST",
        "/api/v1/login/code",
        "Sign in somebody who lives here by digits; the session is the cookie of the answer",
        EnteredAnswer,
        body=CodeBody,
        refusals=(403, 422, 429),
    ),
    Operation(
        "readLoginLink",
        "GET",
        "/api/v1/login/link/{link}",
        "Whom a link from a chat lets in; looking does not use it up",
        EnteredAnswer,
        parameters=_LINK,
        refusals=(422,),
    ),
    Operation(
        "signInByLink",
        "POST",
        "/api/v1/login/link/{link}",
        "Sign in by the link from the chat, once; the session is the cookie of the answer",
        EnteredAnswer,
        parameters=_LINK,
        refusals=(403, 422),
    ),
)
