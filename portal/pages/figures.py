"""The board of the street: sums of each neighbourhood, for whoever may read figures and nothing else."""

from __future__ import annotations

from aiohttp import web

from casework import figures
from people.records import counts
from people.records.small_groups import LEAST
from portal.staff import staff_page, worker


async def show(request: web.Request) -> web.Response:
    """汇总."""
    viewer = (await worker(request, "figures.read")).viewer
    return await staff_page(
        request,
        "staff/figures.html",
        board=await figures.board(viewer=viewer),
        days=figures.DAYS,
        counts=await counts.counts(viewer=viewer),
        least=LEAST,
    )
