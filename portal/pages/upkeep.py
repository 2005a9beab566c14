"""What the pack's owners must look at: past its review day, due soon, and what changes in January and July."""

from __future__ import annotations

from aiohttp import web

from casework import upkeep
from portal.staff import staff_page, worker

YEARLY = (1, 7)
"""Months in which most figures are set anew."""


async def show(request: web.Request) -> web.Response:
    """该核对的条目."""
    viewer = (await worker(request, "guide.draft")).viewer
    return await staff_page(
        request,
        "staff/upkeep.html",
        late=await upkeep.past_review(viewer=viewer),
        soon=await upkeep.due_soon(viewer=viewer),
        soon_days=upkeep.SOON_DAYS,
        yearly=[(month, await upkeep.changing_in(month, viewer=viewer)) for month in YEARLY],
    )
