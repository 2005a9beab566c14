"""Booking a counter or a room: a list of free times, one press for each; and what is booked already."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework import bookings, spots
from models import clock
from models.errors import Invalid, Refusal, Taken
from models.wording import say_refusal
from people.permissions import allow, may
from portal.forms import Sent, day_of, done, own_form, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/bookings"
BOOK = "booking.book"


async def show(request: web.Request) -> web.Response:
    """预约."""
    on, spot_id = day_of(request.query.get("day", "")), whole(request.query.get("spot", "0"))
    return await _show(request, on=on or clock.today(), wanted=spot_id)


async def _show(request: web.Request, *, on: dt.date, wanted: int = 0, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    allow(who.viewer, BOOK, None)
    every = await spots.spots(viewer=who.viewer, place_id=who.place_id) if may(who.viewer, BOOK, who.place_id) else []
    spot = next((one for one in every if one.id == wanted), every[0] if every else None)
    return await page(
        request,
        "bookings.html",
        status=refusal.status if refusal else 200,
        mine=await bookings.mine(viewer=who.viewer),
        spots=every,
        spot=spot,
        on=on,
        days=spots.days(),
        free=await bookings.free(spot.id, viewer=who.viewer, on=on) if spot else [],
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def book(request: web.Request, sent: Sent) -> web.StreamResponse:
    """预约."""
    allow(sent.who.viewer, BOOK, None)
    spot_id, starts_at = sent.number("spot"), sent.moment("starts_at")
    try:
        await bookings.book(spot_id, by=sent.who.viewer, starts_at=starts_at)
    except (Invalid, Taken) as refusal:
        return await _show(request, on=clock.local(starts_at).date(), wanted=spot_id, refusal=refusal)
    return done(HOME, "booking_book")


@own_form
async def cancel(request: web.Request, sent: Sent) -> web.StreamResponse:
    """取消预约."""
    try:
        await bookings.cancel(whole(request.match_info["id"]), by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, on=clock.today(), refusal=refusal)
    return done(HOME, "booking_cancel")
