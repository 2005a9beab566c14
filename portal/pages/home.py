"""The home page: ask, look up, ring, visit."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from forum.notices import receipts
from models.wording import say
from people.permissions import may
from portal.entries import in_order
from portal.render import page
from portal.session import visitor


async def show(request: web.Request) -> web.Response:
    """首页."""
    who = await visitor(request)
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    reads = may(who.viewer, "board.read", who.place_id)
    urgent = await receipts.emergencies(viewer=who.viewer, place_id=who.place_id) if reads else []
    examples = say("pages.examples").splitlines()
    return await page(request, "home.html", categories=categories, examples=examples, urgent=urgent)
