"""The webhook of a neighbourhood: where events of its boards go, what came of each, and sending one again."""

from __future__ import annotations

from aiohttp import web

from models.errors import Invalid, NotFound, Refusal, WrongState
from people import webhooks
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME = "/place/webhook"


async def show(request: web.Request) -> web.Response:
    """Webhook."""
    return await _show(request)


async def _show(
    request: web.Request, *, secret: str = "", typed: str = "", refusal: Refusal | None = None
) -> web.Response:
    who = await worker(request, webhooks.READ)
    return await staff_page(
        request,
        "staff/webhook.html",
        refusal=refusal,
        webhook=await webhooks.webhook(viewer=who.viewer, place_id=who.place_id),
        events=await webhooks.events(viewer=who.viewer, place_id=who.place_id),
        secret=secret,
        typed=typed,
        longest=webhooks.LONGEST,
    )


@fresh_form()
async def set_webhook(request: web.Request, sent: Sent) -> web.StreamResponse:
    """设 Webhook: the secret is told on this page only."""
    url = sent.text("url")
    try:
        secret = await webhooks.set_webhook(sent.who.place_id, by=sent.who.viewer, url=url)
    except Invalid as refusal:
        return await _show(request, typed=url, refusal=refusal)
    return await _show(request, secret=secret)


@form
async def end(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用 Webhook."""
    try:
        await webhooks.end(sent.who.place_id, by=sent.who.viewer)
    except NotFound as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "webhook_end")


@form
async def replay(request: web.Request, sent: Sent) -> web.StreamResponse:
    """再推一次."""
    try:
        await webhooks.replay(whole(request.match_info["id"]), by=sent.who.viewer, place_id=sent.who.place_id)
    except (NotFound, WrongState) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "webhook_replay")
