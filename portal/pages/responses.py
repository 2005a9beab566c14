"""发帖必响应: what still waits for an official reply, and how often one came in time."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum import owed, responses
from models import clock
from people.permissions import may
from portal.staff import staff_page, worker

DAYS = 30


async def show(request: web.Request) -> web.Response:
    """还没有答复的帖子和响应率; for who sees sums only, these alone."""
    who = await worker(request, "response.count")
    since = clock.now() - dt.timedelta(days=DAYS)
    reads = may(who.viewer, "response.read", who.place_id)
    place_id = who.place_id if reads else None
    return await staff_page(
        request,
        "staff/responses.html",
        waiting=await responses.waiting(viewer=who.viewer, place_id=who.place_id) if reads else [],
        reads=reads,
        rates=await responses.rates(viewer=who.viewer, since=since, place_id=place_id),
        units=await owed.unit_rates(viewer=who.viewer, since=since, place_id=place_id),
        days=DAYS,
    )
