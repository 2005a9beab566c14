"""What the pack's owners must look at: past its review day, due soon, and what changes in January and July.

The street's desk sees the lists of the places below it; whoever may read sums only sees how many.
"""

from __future__ import annotations

from aiohttp import web

from casework import upkeep
from people.permissions import may, may_somewhere
from portal.staff import staff_page, worker


async def show(request: web.Request) -> web.Response:
    """该核对的条目."""
    viewer = (await worker(request, "figures.read")).viewer
    return await staff_page(
        request,
        "staff/upkeep.html",
        lists=await upkeep.lists(viewer=viewer) if may(viewer, "upkeep.read", None) else None,
        board=[] if may_somewhere(viewer, "guide.draft") else await upkeep.sums(viewer=viewer),
        soon_days=upkeep.SOON_DAYS,
    )
