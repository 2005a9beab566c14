"""Contacts whose messages are paused: put there from a question, listed, and taken off again."""

from __future__ import annotations

from aiohttp import web

from casework import desk, mutes
from models.errors import NotFound
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker

HOME = "/desk/muted"


async def show(request: web.Request) -> web.Response:
    """暂停的居民."""
    who = await worker(request, "conversation.mute")
    return await staff_page(request, "staff/muted.html", pauses=await mutes.muted(viewer=who.viewer))


@form
async def mute(request: web.Request, sent: Sent) -> web.StreamResponse:
    """暂停."""
    question_id = whole(request.match_info["question"])
    shown = await desk.question(question_id, viewer=sent.who.viewer)
    if shown.conversation_id is None:
        raise NotFound("conversation.not_found")
    await mutes.mute(shown.conversation_id, by=sent.who.viewer, hours=sent.number("hours"), reason=sent.text("reason"))
    return done(f"/desk/{question_id}", "mute")


@form
async def unmute(request: web.Request, sent: Sent) -> web.StreamResponse:
    """恢复."""
    await mutes.unmute(whole(request.match_info["id"]), by=sent.who.viewer)
    return done(HOME, "unmute")
