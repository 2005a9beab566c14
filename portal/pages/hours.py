"""Hours of volunteers: one's own, and on paper for whoever needs to show them."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from forum.activities import hours
from forum.activities.hours import Hours
from models import clock
from models.errors import Invalid, Refusal
from models.wording import say, say_refusal
from portal.forms import day_of, whole
from portal.render import page
from portal.session import Visitor, neighbours_in, somebody
from portal.staff import worker


async def show(request: web.Request) -> web.Response:
    """我的志愿时长."""
    who = await somebody(request)
    refusal: Refusal | None = None
    try:
        own = await _own(request, who)
    except Invalid as wrong:
        own, refusal = await hours.mine(viewer=who.viewer, place_id=neighbours_in(who)), wrong
    return await page(
        request,
        "me_hours.html",
        status=refusal.status if refusal else 200,
        own=own,
        problem=say_refusal(refusal) if refusal else "",
    )


async def _own(request: web.Request, who: Visitor) -> Hours:
    since, until = _day(request, "since"), _day(request, "until")
    return await hours.mine(viewer=who.viewer, place_id=neighbours_in(who), since=since, until=until)


def _day(request: web.Request, name: str) -> dt.date | None:
    return day_of(request.query.get(name, ""))


async def show_paper(request: web.Request) -> web.Response:
    """打印志愿时长证明: one's own."""
    who = await somebody(request)
    own = await _own(request, who)
    return await _paper(request, own, back="/me/hours")


async def show_paper_of(request: web.Request) -> web.Response:
    """打印志愿时长证明: of somebody of the neighbourhood, by staff."""
    who = await worker(request, "hours.certify")
    person_id = whole(request.match_info["id"])
    found = await hours.certify(
        person_id,
        by=who.viewer,
        place_id=who.place_id,
        since=_day(request, "since"),
        until=_day(request, "until"),
    )
    return await _paper(request, found, back=f"/people/{person_id}")


async def _paper(request: web.Request, found: Hours, *, back: str) -> web.Response:
    heading = say("activity.words.paper")
    return await page(request, "print_hours.html", found=found, heading=heading, back=back, today=clock.today())
