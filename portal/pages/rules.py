"""What a neighbourhood sets itself: rules over those of the community, and its own look."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from models.errors import Invalid, Refusal
from models.place import Accent
from people import looks, places
from people import rules as own_rules
from people.permissions import allow
from portal.forms import Sent, done, form
from portal.staff import staff_page, worker

HOME = "/rules"
VERB = "rules.change"


async def show(request: web.Request) -> web.Response:
    """本居委的规则和样子."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None
) -> web.Response:
    who = await worker(request, VERB)
    allow(who.viewer, VERB, who.place_id)
    return await staff_page(
        request,
        "staff/rules.html",
        refusal=refusal,
        typed=typed or {},
        rules=await own_rules.lines(viewer=who.viewer, place_id=who.place_id),
        history=await own_rules.history(viewer=who.viewer, place_id=who.place_id),
        facts=await places.place(who.place_id),
        accents=[accent.value for accent in Accent],
        longest_motto=looks.LONGEST_MOTTO,
    )


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改规则."""
    typed = {name: sent.text(name) for name in own_rules.OWN}
    try:
        await own_rules.change(sent.who.place_id, by=sent.who.viewer, typed=typed)
    except Invalid as refusal:
        return await _show(request, refusal=refusal, typed=typed)
    return done(HOME, "rules_change")


@form
async def decorate(request: web.Request, sent: Sent) -> web.StreamResponse:
    """换样子."""
    typed = {name: sent.text(name) for name in ("motto", "accent")}
    try:
        await looks.decorate(sent.who.place_id, by=sent.who.viewer, **typed)
    except Invalid as refusal:
        return await _show(request, refusal=refusal, typed=typed)
    return done(HOME, "decorate")
