"""The home page: ask, look up, ring, visit."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from models.wording import say
from portal.entries import in_order
from portal.render import page
from portal.session import visitor


async def show(request: web.Request) -> web.Response:
    """首页."""
    who = await visitor(request)
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    return await page(request, "home.html", categories=categories, examples=say("pages.examples").splitlines())
