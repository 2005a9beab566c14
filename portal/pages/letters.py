"""Messages that did not arrive, for admins: what happened to each, without its words; tried again, or dropped."""

from __future__ import annotations

from aiohttp import web

from casework import dead_letters
from models.errors import Taken
from portal.forms import Sent, done, form
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME = "/letters"


async def show(request: web.Request) -> web.Response:
    """没送到的消息."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Taken | None = None) -> web.Response:
    who = await worker(request, "letter.read")
    lines = await dead_letters.dead_letters(viewer=who.viewer)
    return await staff_page(request, "staff/letters.html", letters=lines, refusal=refusal)


@form
async def replay(request: web.Request, sent: Sent) -> web.StreamResponse:
    """再试."""
    try:
        await dead_letters.replay(request.match_info["name"], by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "letter_replay")


@fresh_form()
async def drop(request: web.Request, sent: Sent) -> web.StreamResponse:
    """丢掉."""
    try:
        await dead_letters.drop(request.match_info["name"], by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "letter_drop")
