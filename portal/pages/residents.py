"""居民名册: who lives here and has joined or not, filtered."""

from __future__ import annotations

from aiohttp import web

from models.household import Relation
from people.joining import queue, roll
from people.joining.roll import PAGE, Sieve
from people.permissions import may
from portal.forms import whole
from portal.staff import staff_page, worker


def _sieve(request: web.Request) -> Sieve:
    asked = request.query
    return Sieve(
        building_id=whole(asked.get("building") or "0"),
        relation=asked.get("relation", "") if asked.get("relation") in set(Relation) else "",
        joined=asked.get("joined", "") if asked.get("joined") in ("yes", "no") else "",
    )


async def show(request: web.Request) -> web.Response:
    """居民名册."""
    who, sieve = await worker(request, "home.read"), _sieve(request)
    viewer, place_id = who.viewer, who.place_id
    lines = await roll.roll(viewer=viewer, place_id=place_id, sieve=sieve, after=whole(request.query.get("after", "0")))
    return await staff_page(
        request,
        "staff/residents.html",
        lines=lines,
        sieve=sieve,
        count=await roll.count(viewer=viewer, place_id=place_id),
        buildings=await roll.building_names(viewer=viewer, place_id=place_id),
        waiting=await queue.count(viewer=viewer, place_id=place_id) if may(viewer, "join.read", place_id) else 0,
        relations=[one.value for one in Relation],
        following=lines[-1].residence_id if len(lines) == PAGE else 0,
    )
