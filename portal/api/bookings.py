"""Bookings as JSON: counters and rooms, their free times, booking and taking it back, and the desk's day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from aiohttp import web
from pydantic import AwareDatetime, Field

from casework import booking_arrivals, bookings, spots
from casework.booking_arrivals import Expected
from casework.bookings import BookingLine
from models import clock
from models.booking import Spot
from models.operation import Body, Parameter
from portal.api.acting import (
    acting,
    acting_as_somebody,
    acts,
    id_of,
    reading,
    reading_as_somebody,
    reads,
)
from portal.api.reading import MOST_ID, DoneAnswer, answer, day_in_query, given, number_in_path, told

Number = Annotated[int, Field(ge=0, le=MOST_ID)]


class SpotAnswer(Body):
    """A counter or room. ``hours`` are shifts of a day (Asia/Shanghai), cut into ``slot_minutes``."""

    id: int
    kind: str
    name: str
    hours: str
    slot_minutes: int
    on_rest_days: bool


class SpotsAnswer(Body):
    """Those that can be booked, and for which days."""

    spots: list[SpotAnswer]
    days: list[dt.date]


class SlotAnswer(Body):
    """A time that nobody has yet."""

    starts_at: dt.datetime
    ends_at: dt.datetime


class SlotsAnswer(Body):
    """The free times of a day."""

    free: list[SlotAnswer]


class BookingAnswer(Body):
    """A booking: who comes when, and where to."""

    id: int
    spot: str
    person_id: int
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class BookingsAnswer(Body):
    """One's own that are still to come."""

    bookings: list[BookingAnswer]


class CameForAnswer(Body):
    """An open ``case`` or ``mediation`` of who booked, because of which they may have come."""

    about: str
    id: int
    number: str


class ExpectedAnswer(Body):
    """A booking of a day; ``came_at``: since when they are there; ``may_arrive``: that can be written down now."""

    booking: BookingAnswer
    came_at: dt.datetime | None
    may_arrive: bool
    matters: list[CameForAnswer]


class BookingDayAnswer(Body):
    """Who comes on a day, in the order of time."""

    day: dt.date
    expected: list[ExpectedAnswer]


class BookBody(Body):
    """A time as it was listed free."""

    spot: Number
    starts_at: AwareDatetime


class BookForBody(BookBody):
    """The same for somebody of the neighbourhood."""

    person: Number


class CameBody(Body):
    """Because of what they came, as the day lists it: that counts as a trip of it. '' for something else."""

    about: Literal["", "case", "mediation"] = ""
    matter: Number = 0


class AddSpotBody(Body):
    """A counter or room, its opening hours (``08:30-11:30 13:00-17:00``) and how many minutes a time takes."""

    kind: Literal["counter", "room"]
    name: Annotated[str, Field(max_length=80)]
    hours: Annotated[str, Field(max_length=200)]
    minutes: Annotated[int, Field(ge=0, le=100_000)]
    on_rest_days: bool = False


class AddedSpotAnswer(Body):
    """Its number."""

    id: int


def _booking(one: BookingLine) -> BookingAnswer:
    return told(BookingAnswer, one)


def _spot(one: Spot) -> SpotAnswer:
    return told(SpotAnswer, one, kind=one.kind.value)


def _expected(one: Expected) -> ExpectedAnswer:
    matters = [told(CameForAnswer, matter, about=matter.about.value) for matter in one.matters]
    return told(ExpectedAnswer, one, booking=_booking(one.line), matters=matters)


async def show_spots(request: web.Request) -> web.Response:
    """窗口和活动室."""
    who = await reading_as_somebody(request)
    found = await spots.spots(viewer=who.viewer, place_id=who.place_id)
    return answer(SpotsAnswer(spots=[_spot(one) for one in found], days=spots.days()))


async def show_free(request: web.Request) -> web.Response:
    """还空着的时间."""
    who, on = await reading_as_somebody(request), day_in_query(request, "day") or clock.today()
    found = await bookings.free(number_in_path(request, "id"), viewer=who.viewer, on=on)
    return answer(SlotsAnswer(free=[told(SlotAnswer, one) for one in found]))


async def show_own(request: web.Request) -> web.Response:
    """我的预约."""
    who = await reading_as_somebody(request)
    return answer(BookingsAnswer(bookings=[_booking(one) for one in await bookings.mine(viewer=who.viewer)]))


async def book(request: web.Request) -> web.Response:
    """预约."""
    who, body = await acting_as_somebody(request), await given(request, BookBody)
    await bookings.book(body.spot, by=who.viewer, starts_at=body.starts_at)
    return answer(DoneAnswer())


async def cancel(request: web.Request) -> web.Response:
    """取消预约."""
    who = await acting_as_somebody(request)
    await bookings.cancel(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def show_day(request: web.Request) -> web.Response:
    """一天的预约."""
    who, on = await reading(request, "booking.read"), day_in_query(request, "day") or clock.today()
    found = await booking_arrivals.expected(viewer=who.viewer, place_id=who.place_id, on=on)
    return answer(BookingDayAnswer(day=on, expected=[_expected(one) for one in found]))


async def book_for(request: web.Request) -> web.Response:
    """替居民预约."""
    who, body = await acting(request), await given(request, BookForBody)
    await bookings.book_for(body.spot, by=who.viewer, person_id=body.person, starts_at=body.starts_at)
    return answer(DoneAnswer())


async def cancel_for(request: web.Request) -> web.Response:
    """替居民取消预约."""
    who = await acting(request)
    await bookings.cancel_for(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


async def arrive(request: web.Request) -> web.Response:
    """到了."""
    who, body = await acting(request), await given(request, CameBody)
    booking_id = number_in_path(request, "id")
    await booking_arrivals.arrive(booking_id, by=who.viewer, about=body.about, matter_id=body.matter)
    return answer(DoneAnswer())


async def add_spot(request: web.Request) -> web.Response:
    """加窗口或活动室."""
    who, body = await acting(request), await given(request, AddSpotBody)
    made = await spots.add(
        by=who.viewer,
        place_id=who.place_id,
        kind=body.kind,
        name=body.name,
        hours=body.hours,
        slot_minutes=body.minutes,
        on_rest_days="yes" if body.on_rest_days else "",
    )
    return answer(AddedSpotAnswer(id=made))


async def retire_spot(request: web.Request) -> web.Response:
    """停用."""
    who = await acting(request)
    await spots.retire(number_in_path(request, "id"), by=who.viewer)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/spots", show_spots),
    web.post("/api/v1/spots", add_spot),
    web.get("/api/v1/spots/{id}/free", show_free),
    web.post("/api/v1/spots/{id}/retire", retire_spot),
    web.get("/api/v1/my/bookings", show_own),
    web.post("/api/v1/my/bookings", book),
    web.post("/api/v1/my/bookings/{id}/cancel", cancel),
    web.get("/api/v1/bookings", show_day),
    web.post("/api/v1/bookings", book_for),
    web.post("/api/v1/bookings/{id}/cancel", cancel_for),
    web.post("/api/v1/bookings/{id}/arrive", arrive),
)
_DAY = Parameter("day", "query", {"type": "string", "format": "date"}, "a day; today where there is none")
_SPOT, _BOOKING = (id_of("counter's or room"),), (id_of("booking"),)
OPERATIONS = (
    reads("listSpots", "spots", "Counters and rooms that can be booked", gives=SpotsAnswer),
    acts("addSpot", "spots", "A counter or room to book", takes=AddSpotBody, gives=AddedSpotAnswer, needs_staff=True),
    reads("listFreeTimes", "spots/{id}/free", "Its free times of a day", gives=SlotsAnswer, parameters=(*_SPOT, _DAY)),
    acts("retireSpot", "spots/{id}/retire", "Nobody books it any more", parameters=_SPOT, needs_staff=True),
    reads("listOwnBookings", "my/bookings", "One's own bookings to come", gives=BookingsAnswer),
    acts("book", "my/bookings", "A time for oneself; taken once", takes=BookBody),
    acts("cancelBooking", "my/bookings/{id}/cancel", "One's own; the time is free again", parameters=_BOOKING),
    reads(
        "listBookingsOfDay",
        "bookings",
        "Who comes on a day",
        gives=BookingDayAnswer,
        parameters=(_DAY,),
        needs_staff=True,
    ),
    acts("bookFor", "bookings", "A time for somebody of the neighbourhood", takes=BookForBody, needs_staff=True),
    acts(
        "cancelBookingFor",
        "bookings/{id}/cancel",
        "Of somebody, who is told",
        parameters=_BOOKING,
        needs_staff=True,
    ),
    acts(
        "arriveForBooking",
        "bookings/{id}/arrive",
        "Who booked is there, and because of what",
        takes=CameBody,
        parameters=_BOOKING,
        needs_staff=True,
    ),
)
