"""One's own page: who one is here, the chats one is known in, and where one is signed in."""

from __future__ import annotations

from aiohttp import web

from casework import copies, replies
from people import contacts, me, places, sessions
from portal.forms import Sent, done, lead_to, own_form
from portal.render import page
from portal.session import places_of, somebody
from portal.staff import done_words

_ELSEWHERE = ("/me/household", "/me/privacy")
"""Pages of one's own that stand beside this one."""


def _links(request: web.Request) -> list[str]:
    known = {resource.canonical for resource in request.app.router.resources()}
    return [path for path in _ELSEWHERE if path in known]


async def show(request: web.Request) -> web.StreamResponse:
    """我的."""
    who = await somebody(request)
    if who.is_staff:
        return lead_to("/desk/me")
    held = places_of(who.viewer)
    return await page(
        request,
        "me.html",
        living=[await places.place(one) for one in held] if len(held) > 1 else [],
        me=await me.me(viewer=who.viewer),
        unread=await replies.unread(viewer=who.viewer),
        asked_for=await copies.asked_for(viewer=who.viewer),
        chats=await contacts.contacts(viewer=who.viewer),
        signed_in=len(await sessions.sessions(viewer=who.viewer)),
        links=_links(request),
        done=done_words(request),
    )


async def show_sessions(request: web.Request) -> web.Response:
    """我在哪里登录着."""
    who = await somebody(request)
    found = await sessions.sessions(viewer=who.viewer)
    return await page(request, "me_sessions.html", sessions=found, current=who.session_id, done=done_words(request))


@own_form
async def revoke(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出其中一处登录."""
    await sessions.revoke(sent.number("session"), by=sent.who.viewer)
    return done("/me/sessions", "revoke")


@own_form
async def revoke_others(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """退出其他全部登录."""
    assert sent.who.session_id is not None
    await sessions.revoke_others(by=sent.who.viewer, kept=sent.who.session_id)
    return done("/me/sessions", "revoke_others")


@own_form
async def make_code(request: web.Request, sent: Sent) -> web.StreamResponse:
    """绑定码: shown once, in answer to the press."""
    code = await contacts.make_code(by=sent.who.viewer)
    return await page(request, "me_code.html", code=code)


@own_form
async def unbind(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """解除."""
    await contacts.unbind(sent.number("contact"), by=sent.who.viewer, session_id=sent.who.session_id)
    return done("/me", "unbind")
