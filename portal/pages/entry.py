"""One entry of the guide with everything it says, on what it rests and when it was checked."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from casework import guide
from casework.guide import Category
from casework.snapshots import ShownEntry
from portal.entries import facts_of
from portal.render import page
from portal.session import visitor

BESIDE = 5


def _beside(shown: ShownEntry, categories: Iterable[Category]) -> list[ShownEntry]:
    """The entries that stand nearest to this one in its category; one published just now stands last."""
    own = next((category.entries for category in categories if category.slug == shown.category_slug), ())
    place = next((number for number, one in enumerate(own) if one.key == shown.key), None)
    if place is None:
        return list(own[-BESIDE:])
    order = sorted(range(len(own)), key=lambda number: abs(number - place))
    return [own[number] for number in sorted(order[1 : BESIDE + 1])]


async def show(request: web.Request) -> web.Response:
    """一件事怎么办."""
    who = await visitor(request)
    shown = await guide.entry(request.match_info["key"], viewer=who.viewer, place_id=who.place_id)
    categories = await guide.categories(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "entry.html", facts=facts_of(shown), beside=_beside(shown, categories))
