"""What was not answered, grouped: make an entry of it, tell those who wait, or set it aside."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from casework import guide, learning, misses
from models.errors import Invalid, NotAllowed, NotFound, Refusal
from portal.forms import Sent, done, form, lead_to, whole
from portal.staff import staff_page, worker

READ = "miss.read"
MOST_ASKED = 6


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


def _ids(sent: Sent) -> list[int]:
    return [whole(text) for text in sent.text("misses").split(",")]


@form
async def draft(request: web.Request, sent: Sent) -> web.StreamResponse:
    """写成条目: from the answer at the desk where there is one, otherwise from the questions alone."""
    if not sent.text("question"):
        asked = [("ask", text) for text in sent.texts("ask")[:MOST_ASKED]]
        return lead_to(f"/pack/new?{urlencode(asked)}")
    try:
        version = await learning.learn(sent.number("question"), by=sent.who.viewer)
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
    await misses.resolve(_ids(sent), by=sent.who.viewer, content=entry.content)
    return done("/misses", "tell")


@form
async def dismiss(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """忽略."""
    await misses.dismiss(_ids(sent), by=sent.who.viewer)
    return done("/misses", "dismiss")
