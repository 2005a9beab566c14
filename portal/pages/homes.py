"""Homes and who lives in them, for staff of the neighbourhood: by building, one by one, and found by name or number."""

from __future__ import annotations

from aiohttp import web

from people import homes, residences
from people.permissions import may
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker

READ = "home.read"


def _after(request: web.Request) -> int:
    return whole(request.query.get("after", "0"))


async def show(request: web.Request) -> web.Response:
    """房屋: the buildings, or who was looked for."""
    who, asked = await worker(request, READ), request.query.get("q", "").strip()
    viewer, place_id = who.viewer, who.place_id
    lines = [] if asked else await homes.buildings(viewer=viewer, place_id=place_id, after=_after(request))
    return await staff_page(
        request,
        "staff/homes.html",
        asked=asked,
        found=await homes.search(asked, viewer=viewer, place_id=place_id),
        buildings=lines,
        following=lines[-1].id if len(lines) == homes.PAGE else 0,
    )


async def show_building(request: web.Request) -> web.Response:
    """一幢楼."""
    viewer, building_id = (await worker(request, READ)).viewer, whole(request.match_info["id"])
    lines = await homes.homes(building_id, viewer=viewer, after=_after(request))
    return await staff_page(
        request,
        "staff/building.html",
        building=await homes.building(building_id, viewer=viewer),
        homes=lines,
        following=lines[-1].id if len(lines) == homes.PAGE else 0,
    )


async def show_home(request: web.Request) -> web.Response:
    """房屋卡片."""
    viewer = (await worker(request, READ)).viewer
    card = await homes.home(whole(request.match_info["id"]), viewer=viewer)
    may_move = may(viewer, "residence.move_out", card.place_id)
    return await staff_page(request, "staff/home.html", card=card, may_move=may_move)


@form
async def move_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """迁出."""
    await residences.move_out(sent.number("residence"), by=sent.who.viewer)
    return done(f"/homes/{whole(request.match_info['id'])}", "move_out")
