"""What staff were told: new questions, offers, reminders, alarms; kept here even when no chat of theirs is known."""

from __future__ import annotations

from aiohttp import web

from people import notices
from portal.forms import Sent, done, form
from portal.session import staff
from portal.staff import staff_page

HOME = "/desk/notices"


async def show(request: web.Request) -> web.Response:
    """通知."""
    who = await staff(request)
    return await staff_page(request, "staff/notices.html", notices=await notices.notices(viewer=who.viewer))


@form
async def mark_read(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """都看过了."""
    await notices.mark_read(by=sent.who.viewer, until=sent.number("until"))
    return done(HOME, "notices_read")
