"""Replies that did not reach the resident: whom to ring, and taking them off once that was done."""

from __future__ import annotations

from aiohttp import web

from casework import replies
from portal.staff import staff_page, worker


async def show(request: web.Request) -> web.Response:
    """没送到的答复."""
    who = await worker(request, "question.read")
    return await staff_page(request, "staff/undelivered.html", undelivered=await replies.undelivered(viewer=who.viewer))
