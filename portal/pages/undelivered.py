"""Replies that did not reach the resident: whom to ring, and taking them off once that was done."""

from __future__ import annotations

from aiohttp import web

from casework import replies
from casework.cases import hearing
from models import clock
from models.wording import say
from portal.render import page
from portal.staff import staff_page, worker


async def show(request: web.Request) -> web.Response:
    """没送到的答复."""
    who = await worker(request, "question.read")
    return await staff_page(
        request,
        "staff/undelivered.html",
        undelivered=await replies.undelivered(viewer=who.viewer),
        of_cases=await hearing.unheard(viewer=who.viewer),
    )


async def show_print(request: web.Request) -> web.Response:
    """打印没送到的答复，照着打电话."""
    who = await worker(request, "question.read")
    return await page(
        request,
        "staff/print_undelivered.html",
        undelivered=await replies.undelivered(viewer=who.viewer),
        of_cases=await hearing.unheard(viewer=who.viewer),
        heading=say("pages.undelivered.print"),
        back="/desk/undelivered",
        today=clock.today(),
    )
