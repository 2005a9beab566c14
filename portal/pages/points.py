"""Points: one's own and what for; for staff the sums of each month, and taking back those of a case."""

from __future__ import annotations

from aiohttp import web

from casework.cases import catalogue
from models.errors import Invalid, NotFound, Refusal, Taken, WrongState
from models.rules import rules
from people import points
from people.permissions import allow
from portal.forms import Sent, done, form
from portal.render import page
from portal.session import somebody
from portal.staff import staff_page, worker

COUNT = "points.count"


async def show_own(request: web.Request) -> web.Response:
    """我的积分."""
    who = await somebody(request)
    allow(who.viewer, "points.read", None)
    own = await points.mine(viewer=who.viewer)
    names = {key: kind.name for key, kind in (await catalogue.kinds_of(who.place_id)).items()}
    return await page(request, "me_points.html", own=own, names=names, settings=rules().points)


async def show(request: web.Request) -> web.Response:
    """积分合计."""
    return await _show(request)


async def _show(request: web.Request, *, typed: str = "", refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, COUNT)
    return await staff_page(
        request,
        "staff/points.html",
        refusal=refusal,
        typed=typed,
        sums=await points.sums(viewer=who.viewer, place_id=who.place_id),
        settings=rules().points,
        reasons=points.BY_STAFF,
    )


@form
async def take_back(request: web.Request, sent: Sent) -> web.StreamResponse:
    """收回积分."""
    number = sent.text("number").strip()[:20]
    try:
        await points.take_back(number, by=sent.who.viewer, place_id=sent.who.place_id, reason=sent.text("reason"))
    except (Invalid, NotFound, Taken, WrongState) as refusal:
        return await _show(request, typed=number, refusal=refusal)
    return done("/points", "points_take_back")
