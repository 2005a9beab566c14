"""What every staff page shows beside its own matter: open alarms, news, what this person may do, what was done."""

from __future__ import annotations

import zlib

from aiohttp import web

from casework import alarms
from models.errors import Refusal
from models.wording import knows, say, say_refusal
from people import notices
from people.permissions import allow, may
from portal.live import News
from portal.render import fragment, page
from portal.session import Visitor, staff


async def worker(request: web.Request, verb: str) -> Visitor:
    """The caller, who must be signed in and allowed to do a verb somewhere."""
    who = await staff(request)
    allow(who.viewer, verb, None)
    return who


def done_words(request: web.Request) -> str:
    """The sentence for what was just done, as the address says; '' for anything that has no sentence."""
    key = f"staff.done.{request.query.get('done', '')}"
    return say(key) if knows(key) else ""


async def staff_page(
    request: web.Request, template: str, *, refusal: Refusal | None = None, status: int = 200, **facts: object
) -> web.Response:
    """Render a staff page; after a refusal with its status and its sentence on top."""
    who = await staff(request)
    return await page(
        request,
        template,
        status=refusal.status if refusal else status,
        alarms=await alarms.open_alarms(viewer=who.viewer),
        unread=await notices.unread(viewer=who.viewer),
        may=lambda verb: may(who.viewer, verb, who.place_id),
        may_anywhere=lambda verb: may(who.viewer, verb, None),
        done=done_words(request) if refusal is None else "",
        problem=say_refusal(refusal) if refusal else "",
        **facts,
    )


def news_of(request: web.Request, template: str, *, after: int, **facts: object) -> News | None:
    """A part of a page for browsers that listen; None when it is as they have it."""
    html = fragment(request, template, **facts)
    mark = zlib.crc32(html.encode())
    return News(mark, {"html": html}) if mark != after else None
