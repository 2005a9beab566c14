"""One entry of the guide with everything it says, on what it rests and when it was checked."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from portal.entries import facts_of
from portal.render import page
from portal.session import visitor


async def show(request: web.Request) -> web.Response:
    """一件事怎么办."""
    who = await visitor(request)
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    return await page(request, "entry.html", facts=facts_of(shown))
