"""Entries on A4 paper, black on white, for those who want it in the hand or on the notice board."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from models import clock
from models.errors import NotFound
from portal.entries import facts_of
from portal.proxy import origin
from portal.render import page
from portal.session import visitor

PRINTED_LINES = 10
"""So many lines of a list go on paper; after them the sheet says where the rest stands."""
LONG_FROM = 8
"""A condition with more answers than this is laid out as a narrow table in two columns."""


async def show_entry(request: web.Request) -> web.Response:
    """打印一件事."""
    who = await visitor(request)
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    back = f"/guide/{shown.key}"
    return await _sheet(request, "print_entry.html", facts=facts_of(shown), heading=shown.content.title, back=back)


async def show_category(request: web.Request) -> web.Response:
    """打印一类事."""
    who, slug = await visitor(request), request.match_info["slug"]
    categories = await guide.categories(viewer=who.viewer, place_id=who.place_id)
    found = next((category for category in categories if category.slug == slug), None)
    if found is None:
        raise NotFound("page.not_found")
    return await _sheet(
        request,
        "print_category.html",
        all_facts=[facts_of(shown) for shown in found.entries],
        heading=found.name,
        back=f"/category/{slug}",
    )


async def _sheet(request: web.Request, template: str, **facts: object) -> web.Response:
    shown = {"origin": origin(request), "printed_lines": PRINTED_LINES, "long_from": LONG_FROM, **facts}
    return await page(request, template, status=200, today=clock.today(), **shown)
