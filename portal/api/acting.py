"""Who calls, and that a call which changes something comes from their own session."""

from __future__ import annotations

from aiohttp import web

from models.operation import Body, Operation, Parameter
from people import freshness
from people.permissions import allow_somewhere
from portal.api.reading import MOST_ID, DoneAnswer
from portal.security import must_match
from portal.session import Visitor, somebody, staff

FORM_HEADER = "X-Form-Token"
TOKEN = Parameter(
    FORM_HEADER, "header", {"type": "string", "maxLength": 64}, "the session's form token", is_required=True
)
AFTER = Parameter("after", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "only those after this")
REFUSED = (403, 404, 409, 422)
"""What a call that changes something may be answered with."""


READ = (403, 404, 422)
"""And one that does not."""


def id_of(what: str) -> Parameter:
    """The number of a thing in the path."""
    return Parameter("id", "path", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, f"the {what}'s id")


def reads(
    name: str,
    path: str,
    about: str,
    *,
    gives: type[Body],
    parameters: tuple[Parameter, ...] = (),
    refusals: tuple[int, ...] = READ,
    needs_staff: bool = False,
) -> Operation:
    """An operation that changes nothing."""
    return Operation(
        name,
        "GET",
        f"/api/v1/{path}",
        about,
        gives,
        parameters=parameters,
        refusals=refusals,
        needs_staff=needs_staff,
    )


def acts(
    name: str,
    path: str,
    about: str,
    *,
    gives: type[Body] = DoneAnswer,
    takes: type[Body] | None = None,
    parameters: tuple[Parameter, ...] = (),
    refusals: tuple[int, ...] = (*REFUSED, 429),
    needs_staff: bool = False,
) -> Operation:
    """An operation that changes something, with the session's form token."""
    return Operation(
        name,
        "POST",
        f"/api/v1/{path}",
        about,
        gives,
        body=takes,
        parameters=(*parameters, TOKEN),
        refusals=refusals,
        needs_staff=needs_staff,
    )


async def reading(request: web.Request, verb: str) -> Visitor:
    """The caller, who must be signed in and allowed to do a verb somewhere."""
    who = await staff(request)
    allow_somewhere(who.viewer, verb)
    return who


async def acting(request: web.Request) -> Visitor:
    """The caller, who must be signed in; the header carries the session's form token."""
    who = await staff(request)
    must_match(who.session_token or "", request.headers.get(FORM_HEADER, ""))
    return who


async def reading_as_somebody(request: web.Request) -> Visitor:
    """The caller, who must be signed in, living here or working here."""
    return await somebody(request)


async def acting_as_somebody(request: web.Request) -> Visitor:
    """The same for what changes something; the header carries the session's form token."""
    who = await somebody(request)
    must_match(who.session_token or "", request.headers.get(FORM_HEADER, ""))
    return who


async def acting_freshly(request: web.Request) -> Visitor:
    """The same for what destroys or carries out: refused unless they proved who they are within five minutes."""
    who = await acting(request)
    await freshness.must_be_fresh(who.session_id)
    return who
