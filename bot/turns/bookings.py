"""预约: a counter or room on a day and time of those that are free, and taking it back, by digits only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework import bookings, spots
from casework.bookings import BookingLine
from courier.letters import Link
from models import clock
from models.wording import say, say_date, say_moment
from people.permissions import may

MOST_DAYS, MOST_TIMES = 5, 8
"""So many days with free times, and so many times of one, in a list; further times follow."""
BETWEEN = "|"


async def take(scene: Scene) -> Reply | None:
    """预约; or what was picked of it."""
    if scene.chosen is not None:
        return await _picked(scene, scene.chosen.value) if scene.chosen.kind is OfferKind.BOOKING else None
    if not says("bookings", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "booking.book", scene.place_id):
        return reply(scene, Outcome.BOOKING, say("booking.chat.join_first"))
    return await _begin(scene)


async def _begin(scene: Scene) -> Reply:
    """What one has booked, to take back, and what can be booked."""
    own = [one for one in await bookings.mine(viewer=scene.viewer) if one.starts_at > clock.now()]
    found = await spots.spots(viewer=scene.viewer, place_id=scene.place_id)
    offers = (
        *(_offer("cancel", "cancel", str(one.id), at=say_moment(one.starts_at), spot=one.spot) for one in own),
        *(_offer("book", "spot", str(one.id), spot=one.name) for one in found),
    )
    return _linked(reply(scene, Outcome.BOOKING, say(f"booking.chat.{'which' if offers else 'none'}"), offers=offers))


def _offer(words: str, *value: str, **facts: object) -> Offer:
    return Offer(say(f"booking.chat.{words}", **facts), OfferKind.BOOKING, BETWEEN.join(value))


async def _picked(scene: Scene, value: str) -> Reply:
    step, *rest = value.split(BETWEEN)
    return await _STEPS[step](scene, *rest)


async def _days(scene: Scene, spot: str) -> Reply:
    """The next days on which something is free."""
    offers: list[Offer] = []
    for on in spots.days():
        if len(offers) < MOST_DAYS and (free := await bookings.free(int(spot), viewer=scene.viewer, on=on)):
            offers.append(_offer("day", "day", spot, on.isoformat(), "0", day=say_date(on), count=len(free)))
    text = say(f"booking.chat.{'which_day' if offers else 'full'}")
    return reply(scene, Outcome.BOOKING, text, offers=tuple(offers))


async def _times(scene: Scene, spot: str, *which: str) -> Reply:
    """The free times of a day, after so many that were shown, and what comes after those that fit into one list."""
    day, after = which
    on, begin = dt.date.fromisoformat(day), int(after)
    free = await bookings.free(int(spot), viewer=scene.viewer, on=on)
    shown = free[begin : begin + MOST_TIMES]
    if not shown:
        return await _days(scene, spot)
    offers = [
        _offer("time", "at", spot, one.starts_at.isoformat(), time=clock.local(one.starts_at).strftime("%H:%M"))
        for one in shown
    ]
    if len(free) > begin + MOST_TIMES:
        offers.append(_offer("later", "day", spot, day, str(begin + MOST_TIMES)))
    return reply(scene, Outcome.BOOKING, say("booking.chat.which_time", day=say_date(on)), offers=tuple(offers))


async def _book(scene: Scene, spot: str, at: str) -> Reply:
    starts_at = dt.datetime.fromisoformat(at)
    await bookings.book(int(spot), by=scene.viewer, starts_at=starts_at)
    own = await bookings.mine(viewer=scene.viewer)
    return _told(scene, "booked", next(one for one in own if one.starts_at == starts_at))


async def _cancel(scene: Scene, booking: str) -> Reply:
    own = await bookings.mine(viewer=scene.viewer)
    await bookings.cancel(int(booking), by=scene.viewer)
    return _told(scene, "cancelled", next(one for one in own if one.id == int(booking)))


def _told(scene: Scene, words: str, one: BookingLine) -> Reply:
    text = say(f"booking.chat.{words}", at=say_moment(one.starts_at), spot=one.spot)
    return _linked(reply(scene, Outcome.BOOKING, text))


def _linked(told: Reply) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("reminders.booking_link"), "/bookings"),)))


_STEPS: Mapping[str, Callable[..., Awaitable[Reply]]] = {
    "spot": _days,
    "day": _times,
    "at": _book,
    "cancel": _cancel,
}
