"""The step through the door: a new session's token for the browser, and an end to the one it had before."""

from __future__ import annotations

from aiohttp import web

from people import login
from people.entering import Browser, Entered, begin_resident
from people.joining import asking
from people.visitors import COOKIE, COOKIE_SECONDS
from portal.devices import device_of
from portal.forms import lead_to
from portal.proxy import address, is_https
from portal.render import safe_path
from portal.session import STAFF_COOKIE, keep_signed_in, visitor


def device(request: web.Request) -> str:
    """What the browser is called in lists and notices."""
    return device_of(request.headers.get("User-Agent", ""))


def browser(request: web.Request) -> Browser:
    """The browser somebody comes in by."""
    return Browser(device(request), address(request))


async def let_in(request: web.Request, token: str, *, back: str, seconds: int = 0) -> web.Response:
    """Lead on with a token that no earlier page of this browser knew; the session it had is over."""
    former = (await visitor(request)).session_id
    if former is not None:
        await login.sign_out(former)
    response = lead_to(safe_path(back))
    keep_signed_in(request, response, token, seconds=seconds)
    return response


async def let_resident_in(request: web.Request, entered: Entered, *, back: str) -> web.Response:
    """The same for somebody who lives here, who stays in."""
    return await let_in(request, entered.token, back=back, seconds=COOKIE_SECONDS)


def let_out(request: web.Request, *, back: str) -> web.Response:
    """Lead away without the session and without the chat that went with it."""
    response = lead_to(back)
    for name in (STAFF_COOKIE, COOKIE):
        response.del_cookie(name, httponly=True, samesite="Lax", secure=is_https(request))
    return response


async def may_enter_now(request: web.Request, *, contact_id: int) -> bool:
    """Whether nobody is signed in and the browser's own chat was let in: it is asked who sits there."""
    return (await visitor(request)).viewer.person_id is None and await asking.entry_waits(contact_id=contact_id)


async def enter_once_let_in(request: web.Request, *, contact_id: int, back: str) -> web.Response | None:
    """Sign in the browser whose own chat asked to join and was let in, once somebody says that it is them."""
    if (await visitor(request)).viewer.person_id is not None:
        return None
    person_id = await asking.claim_entry(contact_id=contact_id)
    if person_id is None:
        return None
    token = await begin_resident(person_id, contact_id=contact_id, device=device(request))
    return await let_in(request, token, back=back, seconds=COOKIE_SECONDS)
