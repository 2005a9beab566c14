"""The committee's own facts as residents read them: address, hours, telephone."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, Refusal
from people import places, robots, staff
from people.permissions import allow
from portal.forms import Sent, done, form
from portal.staff import staff_page, worker

HOME = "/place"
VERB = "place.change"
FACTS = ("address", "hours", "phone")


async def show(request: web.Request) -> web.Response:
    """居委会的地址和电话."""
    who = await worker(request, VERB)
    place = await places.place(who.place_id)
    return await _show(request, typed={name: getattr(place, name) for name in FACTS})


async def _show(request: web.Request, *, typed: dict[str, str], refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, VERB)
    allow(who.viewer, VERB, who.place_id)
    robot = await robots.ending_of(who.place_id, viewer=who.viewer)
    return await staff_page(request, "staff/place.html", typed=typed, robot=robot, refusal=refusal)


@form
async def set_robot(request: web.Request, sent: Sent) -> web.StreamResponse:
    """设群机器人."""
    try:
        await robots.set_robot(sent.who.place_id, by=sent.who.viewer, typed=sent.text("address"))
    except Invalid as refusal:
        place = await places.place(sent.who.place_id)
        return await _show(request, typed={name: getattr(place, name) for name in FACTS}, refusal=refusal)
    return done(HOME, "place_robot" if sent.text("address").strip() else "place_robot_end")


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改地方."""
    typed = {name: sent.text(name).strip() for name in FACTS}
    try:
        await staff.change_place(sent.who.place_id, by=sent.who.viewer, **typed)
    except Invalid as refusal:
        return await _show(request, typed=typed, refusal=refusal)
    return done(HOME, "place_change")
