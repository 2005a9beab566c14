"""消息: what somebody was told, the latest first, one line for each subject; on open pages as it comes."""

from __future__ import annotations

import zlib

from aiohttp import web

from courier import signals
from people import bell
from portal.forms import Sent, done, own_form
from portal.live import News, Reader
from portal.render import fragment, page
from portal.security import form_token
from portal.session import Visitor, somebody
from portal.staff import done_words, follow, state_of

HOME = "/bell"


async def show(request: web.Request) -> web.Response:
    """消息."""
    who = await somebody(request)
    found = await bell.bell(viewer=who.viewer, after=bell.before(request.query.get("after", "")))
    count = await bell.unread(viewer=who.viewer)
    is_first = "after" not in request.query
    return await page(request, "bell.html", bell=found, bell_count=count, is_first=is_first, done=done_words(request))


@own_form
async def read(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """都看过了."""
    await bell.read(by=sent.who.viewer, until=sent.text("until"))
    return done(HOME, "notices_read")


async def stream(request: web.Request) -> web.StreamResponse:
    """新消息: how many there are, and for the open list its first page, as they come."""
    who = await somebody(request)
    topic = signals.bell_topic(who.viewer.person_id or 0)
    return await follow(request, topic, who=who, read=_reader(request, who))


async def state(request: web.Request) -> web.Response:
    """The same once, for browsers whose stream is broken."""
    return await state_of(request, _reader(request, await somebody(request)))


def _reader(request: web.Request, who: Visitor) -> Reader:
    wants_list = "list" in request.query

    async def read(after: int) -> News | None:
        count = await bell.unread(viewer=who.viewer)
        found = await bell.bell(viewer=who.viewer) if wants_list else None
        token = form_token(who.session_token or "")
        html = fragment(request, "bell_live.html", bell_count=count, bell=found, form_token=token)
        mark = zlib.crc32(html.encode())
        return News(mark, {"html": html, "count": count}) if mark != after else None

    return read
