"""消息: what somebody was told, the latest first, one line for each subject."""

from __future__ import annotations

from aiohttp import web

from people import bell
from portal.forms import Sent, done, own_form
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/bell"


async def show(request: web.Request) -> web.Response:
    """消息."""
    who = await somebody(request)
    after = bell.before(request.query.get("after", ""))
    found = await bell.bell(viewer=who.viewer, after=after)
    new = await bell.unread(viewer=who.viewer)
    return await page(request, "bell.html", bell=found, new=new, done=done_words(request))


@own_form
async def read(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """都看过了."""
    await bell.read(by=sent.who.viewer, until=sent.text("until"))
    return done(HOME, "notices_read")
