"""The guide by category: what is in it, and what is in one category."""

from __future__ import annotations

from aiohttp import web

from casework import guide
from models.errors import NotFound
from portal.entries import in_order
from portal.render import page
from portal.session import visitor


async def show(request: web.Request) -> web.Response:
    """办事指南: every category with its entries."""
    who = await visitor(request)
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    return await page(request, "guide.html", categories=categories)


async def show_category(request: web.Request) -> web.Response:
    """One category, its entries with their summaries."""
    who, slug = await visitor(request), request.match_info["slug"]
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    found = next((category for category in categories if category.slug == slug), None)
    if found is None:
        raise NotFound("page.not_found")
    return await page(request, "category.html", category=found, categories=categories)
