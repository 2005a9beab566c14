"""Staff sign in and out, see where they are signed in, and end that."""

from __future__ import annotations

from aiohttp import web

from courier import limits
from models.errors import Invalid, TooMany
from models.wording import say, say_refusal
from people import contacts, login, places, sessions
from portal.entrance import device, let_in, let_out, ways_in
from portal.forms import Sent, done, fields_of, form, lead_to, own_form
from portal.proxy import address
from portal.render import page, safe_path
from portal.session import GATES, HOME, places_of, staff, start_of, visitor
from portal.staff import done_words, staff_page

_REFUSED = frozenset(
    f"login.{one}" for one in ("errand_gone", "chat_unknown", "chat_later", "only_in_wechat", "staff_by_password")
)
ADDRESS_RATE = "30/15minute"


async def show(request: web.Request) -> web.StreamResponse:
    """登录."""
    who = await visitor(request)
    if who.starting:
        return lead_to(GATES[who.gate])
    if who.is_staff:
        return lead_to(who.start)
    if who.is_resident:
        return lead_to("/me")
    return await _form(request)


async def _form(request: web.Request, *, username: str = "", problem: str = "", status: int = 200) -> web.Response:
    back = safe_path(request.query.get("back", HOME))
    facts = {"username": username, "problem": problem, "back": back, "done": done_words(request)}
    facts |= {"code_problem": _refused(request), "ways": ways_in(request), "number": ""}
    return await page(request, "staff/login.html", status=status, **facts)


def _refused(request: web.Request) -> str:
    """Why a browser that a chat system should vouch for was sent back, as the address says."""
    key = f"login.{request.query.get('refused', '')}"
    return say(f"refusals.{key}") if key in _REFUSED else ""


async def sign_in(request: web.Request) -> web.StreamResponse:
    """登录: a new session, whose token no earlier page of this browser knew."""
    fields = dict(await fields_of(request))
    username = fields.get("username", "").strip()
    try:
        await limits.spend("login_address", address(request), rate=ADDRESS_RATE)
        token, viewer = await login.sign_in(
            username=username, password=fields.get("password", ""), device=device(request)
        )
    except (Invalid, TooMany) as refusal:
        return await _form(request, username=username, problem=say_refusal(refusal), status=refusal.status)
    back = fields.get("back", HOME)
    return await let_in(request, token, back=start_of(viewer) if back == HOME else back)


@own_form
async def sign_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出登录."""
    if sent.who.session_id is not None:
        await sessions.revoke(sent.who.session_id, by=sent.who.viewer)
    return let_out(request, back="/login?done=sign_out")


async def show_sessions(request: web.Request) -> web.Response:
    """我的登录."""
    who = await staff(request)
    found = await sessions.sessions(viewer=who.viewer)
    chats = await contacts.contacts(viewer=who.viewer)
    held = places_of(who.viewer)
    working = [await places.place(one) for one in held] if len(held) > 1 else []
    return await staff_page(
        request, "staff/me.html", sessions=found, chats=chats, current=who.session_id, working=working
    )


@form
async def revoke(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出其中一处登录."""
    await sessions.revoke(sent.number("session"), by=sent.who.viewer)
    return done("/desk/me", "revoke")


@form
async def revoke_others(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出其他全部登录."""
    assert sent.who.session_id is not None
    await sessions.revoke_others(by=sent.who.viewer, kept=sent.who.session_id)
    return done("/desk/me", "revoke_others")
