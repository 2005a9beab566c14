"""What was not answered, grouped: make an entry of it, tell those who wait, or set it aside."""

from __future__ import annotations

from aiohttp import web

from casework import guide, learning, misses
from models.errors import Invalid, NotAllowed, NotFound, Refusal
from portal.forms import Sent, done, form, lead_to, whole, wholes
from portal.staff import staff_page, worker

READ = "miss.read"


async def show(request: web.Request) -> web.Response:
    """没答上的."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/misses.html",
        refusal=refusal,
        groups=await misses.groups(viewer=who.viewer),
        categories=await guide.categories(viewer=who.viewer, place_id=who.place_id),
    )


@form
async def draft(request: web.Request, sent: Sent) -> web.StreamResponse:
    """写成条目: from the answer at the desk where there is one, otherwise from the questions alone."""
    ids = sent.text("misses")
    if not sent.text("question"):
        return lead_to(f"/pack/new?miss={whole(ids.split(',')[0])}")
    try:
        version = await learning.learn(sent.number("question"), by=sent.who.viewer, miss_ids=wholes(ids))
    except (Invalid, NotAllowed) as refusal:
        return await _show(request, refusal=refusal)
    return done(f"/pack/versions/{version.id}/edit", "learn")


@form
async def tell(request: web.Request, sent: Sent) -> web.StreamResponse:
    """回告: an entry answers these; everyone who waits is told."""
    try:
        entry = await guide.entry(sent.text("entry"), viewer=sent.who.viewer, place_id=sent.who.place_id)
    except NotFound as refusal:
        return await _show(request, refusal=refusal)
    await misses.resolve(wholes(sent.text("misses")), by=sent.who.viewer, content=entry.content)
    return done("/misses", "tell")


@form
async def dismiss(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """忽略."""
    await misses.dismiss(wholes(sent.text("misses")), by=sent.who.viewer)
    return done("/misses", "dismiss")
