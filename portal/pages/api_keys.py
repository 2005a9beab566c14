"""Keys with which other systems send cases in: made, told once, ended."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, NotFound, Refusal, Taken
from people import api_keys, places
from portal.forms import Sent, done, whole
from portal.fresh import fresh_form
from portal.open311 import BASE
from portal.proxy import origin
from portal.staff import staff_page, worker

HOME = "/place/keys"


async def show(request: web.Request) -> web.Response:
    """接口密钥."""
    return await _show(request)


async def _show(request: web.Request, *, made: str = "", refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, api_keys.READ)
    return await staff_page(
        request,
        "staff/api_keys.html",
        refusal=refusal,
        keys=await api_keys.api_keys(viewer=who.viewer, place_id=who.place_id),
        made=made,
        address=f"{origin(request)}{BASE}",
        jurisdiction=(await places.place(who.place_id)).slug,
        longest=api_keys.LONGEST,
    )


@fresh_form()
async def make(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发密钥: told on this page only."""
    try:
        key = await api_keys.make(by=sent.who.viewer, place_id=sent.who.place_id, name=sent.text("name"))
    except Invalid as refusal:
        return await _show(request, refusal=refusal)
    response = await _show(request, made=key)
    response.headers["Cache-Control"] = "no-store"
    return response


@fresh_form()
async def end(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用密钥."""
    try:
        await api_keys.end(whole(request.match_info["id"]), by=sent.who.viewer, place_id=sent.who.place_id)
    except (NotFound, Taken) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "api_key_end")
