"""What every staff page shows beside its own matter: open alarms, news, what this person may do, what was done."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from aiohttp import web

from casework import alarms, desk
from casework.alarms import AlarmLine
from casework.desk import Waiting
from courier import signals
from models.errors import NotAllowed, Refusal
from models.wording import knows, say, say_refusal
from people import login, notices
from people.notices import Unread
from people.permissions import allow_somewhere, may, may_somewhere
from people.viewers import Viewer, viewer_of
from portal import live
from portal.live import News, Reader
from portal.render import fragment, page
from portal.security import form_token
from portal.session import Visitor, staff

READ = "question.read"


@dataclass(frozen=True, slots=True)
class Tidings:
    """What calls from every page: open alarms, what this person was told and has not seen, what waits at the desk."""

    alarms: list[AlarmLine]
    unread: Unread
    waiting: Waiting


async def tidings_for(viewer: Viewer) -> Tidings:
    """Three statements; whoever has no desk is spared the third."""
    return Tidings(
        alarms=await alarms.open_alarms(viewer=viewer),
        unread=await notices.unread(viewer=viewer),
        waiting=await desk.waiting(viewer=viewer) if may_somewhere(viewer, READ) else Waiting(0, 0),
    )


async def worker(request: web.Request, verb: str) -> Visitor:
    """The caller, who must be signed in and allowed to do a verb somewhere."""
    who = await staff(request)
    allow_somewhere(who.viewer, verb)
    return who


def done_words(request: web.Request) -> str:
    """The sentence for what was just done, as the address says; '' for anything that has no sentence."""
    key = f"staff.done.{request.query.get('done', '')}"
    return say(key) if knows(key) else ""


async def staff_page(
    request: web.Request,
    template: str,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    whose: int | None = None,
    **facts: object,
) -> web.Response:
    """Render a staff page; after a refusal with its status and its sentence on top. ``whose``: the place whose matter
    is shown, where that may be another one than they chose; what they may do there is offered."""
    who = await staff(request)
    here = who.place_id if whose is None else whose
    return await page(
        request,
        template,
        status=refusal.status if refusal else status,
        tidings=await tidings_for(who.viewer),
        may=lambda verb: may(who.viewer, verb, here),
        may_anywhere=lambda verb: may_somewhere(who.viewer, verb),
        done=done_words(request) if refusal is None else "",
        problem=say_refusal(refusal) if refusal else "",
        **facts,
    )


async def news_of(request: web.Request, template: str, *, who: Visitor, after: int, **facts: object) -> News | None:
    """A part of a page, and what calls from every page, for browsers that listen; None when it is as they have it."""
    html = fragment(
        request,
        template,
        tidings=await tidings_for(who.viewer),
        form_token=form_token(who.session_token or ""),
        **facts,
    )
    mark = zlib.crc32(html.encode())
    return News(mark, {"html": html}) if mark != after else None


async def follow(request: web.Request, *topics: str, who: Visitor, read: Reader) -> web.StreamResponse:
    """Send news for as long as the browser is signed in with the roles it began with."""

    async def read_while_signed_in(after: int) -> News | None:
        session = await login.find_session(who.session_token or "")
        if session is None or session.person_id is None or await viewer_of(session.person_id) != who.viewer:
            raise NotAllowed("login.needed")
        return await read(after)

    own = signals.session_topic(who.viewer.person_id or 0)
    return await live.stream(request, *topics, own, read=read_while_signed_in)


async def state_of(request: web.Request, read: Reader) -> web.Response:
    """The same news once, for browsers whose stream is broken."""
    after = live.seen(request)
    news = await read(after)
    body = {"last": news.last, **news.data} if news else {"last": after, "html": ""}
    return web.json_response(body, headers={"Cache-Control": "no-store"})
