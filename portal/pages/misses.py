"""What was not answered, or not solved by its answer, and what may become a way of asking for an entry."""

from __future__ import annotations

from aiohttp import web

from casework import guide, learning, misses, phrasing_drafts, phrasings, unsolved
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken
from portal.forms import Sent, done, form, lead_to, whole, wholes
from portal.staff import staff_page, worker

READ = "miss.read"


async def show(request: web.Request) -> web.Response:
    """没答上的, of the neighbourhood they work for."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who, shows_all = await worker(request, READ), request.query.get("unsolved") == "all"
    here = who.place_id
    judged = await unsolved.groups(viewer=who.viewer, recent_only=not shows_all)
    return await staff_page(
        request,
        "staff/misses.html",
        refusal=refusal,
        groups=[one for one in await misses.groups(viewer=who.viewer) if one.place_id == here],
        shows_all=shows_all,
        unsolved=[one for one in judged if one.place_id == here],
        phrasings=[one for one in await phrasings.waiting(viewer=who.viewer) if one.place_id == here],
        categories=await guide.categories(viewer=who.viewer, place_id=here),
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


@form
async def add_phrasing(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加进问法."""
    try:
        version = await phrasing_drafts.add(whole(request.match_info["id"]), by=sent.who.viewer)
    except (Invalid, Taken, NotAllowed) as refusal:
        return await _show(request, refusal=refusal)
    return done(f"/pack/versions/{version.id}", "add_phrasing")


@form
async def dismiss_phrasing(request: web.Request, sent: Sent) -> web.StreamResponse:
    """不加."""
    try:
        await phrasings.dismiss(whole(request.match_info["id"]), by=sent.who.viewer)
    except (Taken, NotAllowed) as refusal:
        return await _show(request, refusal=refusal)
    return done("/misses", "dismiss_phrasing")
