"""Bookings for staff: who comes on a day, booking for somebody, and which counters and rooms there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from casework import booking_arrivals, bookings, spots
from models import clock
from models.errors import Invalid, Refusal, Taken, WrongState
from people.records import cards
from portal.forms import Sent, day_of, done, form, whole
from portal.staff import staff_page, worker

HOME = "/bookings/day"
READ = "booking.read"


async def show(request: web.Request) -> web.Response:
    """一天的预约."""
    query = request.query
    on, spot_id, person_id = day_of(query.get("day", "")), query.get("spot", "0"), query.get("person", "0")
    return await _show(request, on=on, spot_id=whole(spot_id), person_id=whole(person_id))


async def _show(
    request: web.Request,
    *,
    on: dt.date | None = None,
    spot_id: int = 0,
    person_id: int = 0,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> web.Response:
    who = await worker(request, READ)
    viewer, place_id, on = who.viewer, who.place_id, on or clock.today()
    every = await spots.spots(viewer=viewer, place_id=place_id)
    spot = next((one for one in every if one.id == spot_id), every[0] if every else None)
    return await staff_page(
        request,
        "staff/bookings.html",
        refusal=refusal,
        typed=typed,
        on=on,
        days=spots.days(),
        lines=await booking_arrivals.expected(viewer=viewer, place_id=place_id, on=on),
        spots=every,
        spot=spot,
        person=await cards.person(person_id, viewer=viewer) if person_id else None,
        free=await bookings.free(spot.id, viewer=viewer, on=on) if spot and person_id else [],
    )


@form
async def book_for(request: web.Request, sent: Sent) -> web.StreamResponse:
    """替居民预约."""
    starts_at, spot_id, person_id = sent.moment("starts_at"), sent.number("spot"), sent.number("person")
    on = clock.local(starts_at).date()
    try:
        await bookings.book_for(spot_id, by=sent.who.viewer, person_id=person_id, starts_at=starts_at)
    except (Invalid, Taken) as refusal:
        return await _show(request, on=on, spot_id=spot_id, person_id=person_id, refusal=refusal)
    return done(f"{HOME}?day={on:%Y-%m-%d}", "booking_book")


@form
async def cancel_for(request: web.Request, sent: Sent) -> web.StreamResponse:
    """替居民取消预约."""
    try:
        await bookings.cancel_for(whole(request.match_info["id"]), by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "booking_cancel")


@form
async def arrive(request: web.Request, sent: Sent) -> web.StreamResponse:
    """到了: who booked is there, and because of what."""
    on, (about, _, matter) = sent.date("day"), sent.text("about").partition(":")
    try:
        await booking_arrivals.arrive(
            whole(request.match_info["id"]), by=sent.who.viewer, about=about, matter_id=whole(matter or "0")
        )
    except (Invalid, Taken, WrongState) as refusal:
        return await _show(request, on=on, refusal=refusal)
    return done(f"{HOME}?day={on:%Y-%m-%d}" if on else HOME, "booking_arrive")


@form
async def add(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加窗口或活动室."""
    minutes = sent.text("minutes").strip()
    try:
        await spots.add(
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            kind=sent.text("kind"),
            name=sent.text("name"),
            hours=sent.text("hours"),
            slot_minutes=int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 6 else 0,
            on_rest_days=sent.text("on_rest_days"),
        )
    except Invalid as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields))
    return done(HOME, "spot_add")


@form
async def retire(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用."""
    try:
        await spots.retire(whole(request.match_info["id"]), by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "spot_retire")
