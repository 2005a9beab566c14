"""Entries on A4 paper, black on white, for those who want it in the hand or on the notice board."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from models import clock
from models.errors import NotFound
from portal.entries import facts_of
from portal.render import page
from portal.session import visitor


async def show_entry(request: web.Request) -> web.Response:
    """打印一件事."""
    who = await visitor(request)
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    back = f"/guide/{shown.key}"
    return await page(
        request, "print_entry.html", facts=facts_of(shown), heading=shown.content.title, back=back, today=clock.today()
    )


async def show_category(request: web.Request) -> web.Response:
    """打印一类事."""
    who, slug = await visitor(request), request.match_info["slug"]
    categories = await guide.categories(viewer=who.viewer, place_id=who.place_id)
    found = next((category for category in categories if category.slug == slug), None)
    if found is None:
        raise NotFound("page.not_found")
    return await page(
        request,
        "print_category.html",
        all_facts=[facts_of(shown) for shown in found.entries],
        heading=found.name,
        back=f"/category/{slug}",
        today=clock.today(),
    )
