"""Estates with their links: made, replaced, and printed as a poster for the front door."""

from __future__ import annotations

from aiohttp import web

from models import clock
from people import places
from people.joining import links
from portal.forms import Sent, done, whole
from portal.fresh import fresh_form
from portal.proxy import origin
from portal.qr import svg_of
from portal.render import page
from portal.staff import staff_page, worker

HOME = "/estates"
READ = "join.read_links"


def _address(request: web.Request, token: str) -> str:
    return f"{origin(request)}/join/{token}"


async def show(request: web.Request) -> web.Response:
    """小区码."""
    who = await worker(request, READ)
    found = await links.estates(viewer=who.viewer, place_id=who.place_id)
    shown = [(one, svg_of(_address(request, one.token), label=one.name) if one.token else "") for one in found]
    return await staff_page(request, "staff/estates.html", estates=shown, origin=origin(request))


@fresh_form()
async def make_link(request: web.Request, sent: Sent) -> web.StreamResponse:
    """做码、换码."""
    await links.make_link(whole(request.match_info["id"]), by=sent.who.viewer)
    return done(HOME, "join_make_link")


async def poster(request: web.Request) -> web.StreamResponse:
    """海报: one A4 sheet."""
    who = await worker(request, READ)
    found = await links.estate(whole(request.match_info["id"]), viewer=who.viewer)
    if not found.token:
        return done(HOME, "join_no_link")
    address = _address(request, found.token)
    return await page(
        request,
        "print_estate.html",
        estate=found,
        place=await places.place(found.place_id),
        drawn=svg_of(address, label=found.name),
        address=address,
        heading=found.name,
        back=HOME,
        today=clock.today(),
    )
