"""Texts that staff use often: written, changed and taken off the list."""

from __future__ import annotations

from aiohttp import web

from casework import canned
from casework.blanks import names
from models.errors import Invalid, Refusal
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME = "/desk/canned"


async def show(request: web.Request) -> web.Response:
    """常用语."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None, changed: int = 0
) -> web.Response:
    who = await worker(request, canned.VERB)
    texts = await canned.canned_answers(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(
        request,
        "staff/canned.html",
        refusal=refusal,
        texts=texts,
        typed=typed or {},
        changed=changed,
        blanks=[*names()],
    )


@form
async def write(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加一条."""
    try:
        await canned.write(
            by=sent.who.viewer, place_id=sent.who.place_id, title=sent.text("title"), text=sent.text("text")
        )
    except Invalid as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields))
    return done(HOME, "canned_write")


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改一条."""
    canned_id = whole(request.match_info["id"])
    try:
        await canned.change(canned_id, by=sent.who.viewer, title=sent.text("title"), text=sent.text("text"))
    except Invalid as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields), changed=canned_id)
    return done(HOME, "canned_change")


@fresh_form()
async def erase(request: web.Request, sent: Sent) -> web.StreamResponse:
    """删一条."""
    await canned.erase(whole(request.match_info["id"]), by=sent.who.viewer)
    return done(HOME, "canned_erase")
