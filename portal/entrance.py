"""The step through the door: a new session's token for the browser, and an end to the one it had before."""

from __future__ import annotations

import datetime as dt
import hmac

from aiohttp import web

from casework import copies
from models.sealed import keyed_hash, keyed_hashes
from nlp.normalise import normalise
from people import errands, login
from people.entering import Browser, Entered, begin_resident
from people.joining import asking
from people.visitors import COOKIE, COOKIE_SECONDS, NEXT_COOKIE
from portal.devices import device_of
from portal.forms import lead_to
from portal.proxy import address, is_https
from portal.render import safe_path
from portal.session import STAFF_COOKIE, keep_signed_in, visitor

_LONGEST = 40
ASKED_COOKIE, ASKED_PATH = "mulin_asked", "/join"
"""From which chat this browser asked to be let in; it shows what became of that, and lets nobody in."""
ASKED_LENGTH = dt.timedelta(days=30)
WAYS_IN = web.AppKey("ways_in", dict[str, str])
"""The chat systems that vouch for a browser: their names, and where a browser goes for that."""


def ways_in(request: web.Request) -> dict[str, str]:
    """Those that work in this browser: WeChat's only inside WeChat."""
    inside = "MicroMessenger" in request.headers.get("User-Agent", "")
    return {name: path for name, path in request.app.get(WAYS_IN, {}).items() if name != "wechat" or inside}


def device(request: web.Request) -> str:
    """What the browser is called in lists and notices."""
    return device_of(request.headers.get("User-Agent", ""))


def browser(request: web.Request) -> Browser:
    """The browser somebody comes in by."""
    return Browser(device(request), address(request), request.cookies.get(errands.COOKIE, ""))


def digits_of(text: str) -> str:
    """Digits however they were typed: wide, with blanks or dashes between them."""
    return "".join(one for one in normalise(text[:_LONGEST]) if one.isascii() and one.isdecimal())


async def let_in(request: web.Request, token: str, *, back: str, seconds: int = 0) -> web.Response:
    """Lead on with a token that no earlier page of this browser knew; the session it had is over."""
    return await _with_session(request, lead_to(safe_path(back)), token, seconds=seconds)


async def _with_session(request: web.Request, response: web.Response, token: str, *, seconds: int) -> web.Response:
    former = (await visitor(request)).session_id
    if former is not None:
        await login.sign_out(former)
    keep_signed_in(request, response, token, seconds=seconds)
    return response


async def let_resident_in(request: web.Request, entered: Entered, response: web.Response) -> web.Response:
    """Answer somebody who lives here, who stays in; what waited for them is told in their chats."""
    if entered.viewer.person_id is not None:
        await copies.hand_out(entered.viewer.person_id)
    return await _with_session(request, response, entered.token, seconds=COOKIE_SECONDS)


def let_out(request: web.Request, *, back: str) -> web.Response:
    """Lead away without the session and without the chat that went with it."""
    response = lead_to(back)
    for name in (STAFF_COOKIE, COOKIE, NEXT_COOKIE):
        response.del_cookie(name, httponly=True, samesite="Lax", secure=is_https(request))
    response.del_cookie(ASKED_COOKIE, path=ASKED_PATH, httponly=True, samesite="Lax", secure=is_https(request))
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
    await copies.hand_out(person_id)
    response = await let_in(request, token, back=back, seconds=COOKIE_SECONDS)
    response.set_cookie(
        ASKED_COOKIE,
        f"{contact_id}.{keyed_hash(_asked_from(contact_id))}",
        max_age=int(ASKED_LENGTH.total_seconds()),
        path=ASKED_PATH,
        httponly=True,
        samesite="Lax",
        secure=is_https(request),
    )
    return response


def _asked_from(contact_id: int) -> str:
    return f"asked from contact {contact_id}"


def asked_from(request: web.Request) -> int | None:
    """The chat from which this browser asked before it was signed in, so that it reads what became of it even where
    that was taken back."""
    number, _, mark = request.cookies.get(ASKED_COOKIE, "").partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and mark.isascii()):
        return None
    known = any(hmac.compare_digest(mark, one) for one in keyed_hashes(_asked_from(int(number))))
    return int(number) if known else None
