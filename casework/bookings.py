"""Counters and rooms that are booked: which times are free, who takes one, and taking it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.once import is_first
from casework.spots import slots_of, spot_of
from courier.letters import Letter, Link
from models import clock
from models.booking import Spot
from models.errors import Invalid, NotFound, Taken
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say, say_moment
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.scope import must_see
from people.telling import tell_resident
from people.viewers import Viewer

MOST_OPEN = 3
"""So many a resident may have before them at once; staff who book for somebody are not held to it."""
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that nobody has yet."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A booking as shown."""

    id: int
    spot: str
    person_id: int
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


async def free(spot_id: int, *, viewer: Viewer, on: dt.date) -> list[Slot]:
    """还空着的时间: of a counter or room on a day, for whoever may book there."""
    spot = await spot_of(spot_id)
    must_see(viewer, "booking.see_free", spot.place_id, thing="spot")
    slots = [one for one in slots_of(spot, on) if one[0] > clock.now()]
    if not slots:
        return []
    rows = await fetch(
        "SELECT starts_at FROM booking WHERE spot_id=$1 AND starts_at>=$2 AND starts_at<=$3 AND once IS NOT NULL",
        spot_id,
        slots[0][0],
        slots[-1][0],
    )
    taken = {moment(row["starts_at"]) for row in rows}
    return [Slot(*one) for one in slots if one[0] not in taken]


async def book(spot_id: int, *, by: Viewer, starts_at: dt.datetime) -> None:
    """预约: a time for oneself."""
    spot = await spot_of(spot_id)
    must_see(by, "booking.book", spot.place_id, thing="spot")
    if by.person_id is None:
        raise NotFound("spot.not_found")
    await _take(spot, person_id=by.person_id, by=by, starts_at=starts_at, verb="booking.book")


async def book_for(spot_id: int, *, by: Viewer, person_id: int, starts_at: dt.datetime) -> None:
    """代为预约: a time for somebody of the neighbourhood."""
    spot = await spot_of(spot_id)
    must_see(by, "booking.book_for", spot.place_id, thing="spot")
    if await fetch_one("SELECT 1 FROM person WHERE id=$1 AND place_id=$2", person_id, spot.place_id) is None:
        raise NotFound("person.not_found")
    await _take(spot, person_id=person_id, by=by, starts_at=starts_at, verb="booking.book_for")


_TAKE = (
    "INSERT INTO booking (created_at, place_id, spot_id, person_id, starts_at, ends_at, once, by_id)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (once) DO NOTHING RETURNING id"
)


async def _take(spot: Spot, *, person_id: int, by: Viewer, starts_at: dt.datetime, verb: str) -> None:
    """Of all who want a time at once the database takes one."""
    slot = next((one for one in slots_of(spot, clock.local(starts_at).date()) if one[0] == starts_at), None)
    if slot is None or starts_at <= clock.now():
        raise Invalid("booking.no_such_time")
    async with transaction():
        if verb == "booking.book":
            await _must_have_few(person_id)
        once = f"{spot.id}:{int(starts_at.timestamp())}"
        row = await fetch_one(_TAKE, clock.now(), spot.place_id, spot.id, person_id, *slot, once, by.person_id)
        if row is None:
            raise Taken("booking.taken")
        await record(by, verb, subject="booking", subject_id=row["id"], place_id=spot.place_id)


async def _must_have_few(person_id: int) -> None:
    """Under the person's row, so that two at once are counted one after the other."""
    await execute("UPDATE person SET is_active=is_active WHERE id=$1", person_id)
    row = await fetch_one(
        "SELECT count(*) AS n FROM booking WHERE person_id=$1 AND starts_at>$2 AND once IS NOT NULL",
        person_id,
        clock.now(),
    )
    if row is not None and row["n"] >= MOST_OPEN:
        raise Invalid("booking.too_many", most=MOST_OPEN)


async def cancel(booking_id: int, *, by: Viewer) -> None:
    """取消预约: one's own, before it begins; the time is free again."""
    row = await _booking(booking_id)
    allow(by, "booking.cancel", None)
    if by.person_id is None or row["person_id"] != by.person_id:
        raise NotFound("booking.not_found")
    await _cancel(row, by=by, verb="booking.cancel")


async def cancel_for(booking_id: int, *, by: Viewer) -> None:
    """代为取消: a booking of somebody of the neighbourhood, who is told."""
    row = await _booking(booking_id)
    must_see(by, "booking.cancel_for", row["place_id"], thing="booking")
    async with transaction():
        await _cancel(row, by=by, verb="booking.cancel_for")
        await _tell(row, "booking_cancelled", kind="booking.cancel_for")


_BOOKING = (
    "SELECT b.id, b.place_id, b.person_id, b.starts_at, s.name AS spot FROM booking b JOIN spot s ON s.id=b.spot_id"
    " WHERE b.id=$1"
)


async def _booking(booking_id: int) -> Row:
    row = await fetch_one(_BOOKING, booking_id)
    if row is None:
        raise NotFound("booking.not_found")
    return row


async def _cancel(row: Row, *, by: Viewer, verb: str) -> None:
    async with transaction():
        changed = await execute(
            "UPDATE booking SET once=NULL, cancelled_at=$1 WHERE id=$2 AND once IS NOT NULL AND starts_at>$1"
            " AND came_at IS NULL",
            clock.now(),
            row["id"],
        )
        if changed != 1:
            raise Taken("booking.settled")
        await record(by, verb, subject="booking", subject_id=row["id"], place_id=row["place_id"])


_TO_REMIND = (
    "SELECT b.id, b.place_id, b.person_id, b.starts_at, s.name AS spot FROM booking b JOIN spot s ON s.id=b.spot_id"
    " WHERE b.once IS NOT NULL AND b.starts_at>$1 AND b.starts_at<$2 AND b.created_at<$3 AND NOT EXISTS"
    " (SELECT 1 FROM counter c WHERE c.name='booking.remind:' || CAST(b.id AS TEXT))"
    " ORDER BY b.starts_at, b.id LIMIT $4"
)


async def remind(*, by: Viewer) -> int:
    """提醒预约: by day, who has a time tomorrow (or today, where the job was late), once; gives how many."""
    allow(by, "booking.remind", None)
    now, today = clock.now(), clock.today()
    if is_quiet(now):
        return 0
    until, made = clock.midnight(today + dt.timedelta(days=2)), clock.midnight(today)
    return sum([await _remind(row, by=by) for row in await fetch(_TO_REMIND, now, until, made, MOST_SHOWN)])


async def _remind(row: Row, *, by: Viewer) -> bool:
    async with transaction():
        stands = await execute("UPDATE booking SET once=once WHERE id=$1 AND once IS NOT NULL", row["id"])
        if not stands or not await is_first(f"booking.remind:{row['id']}"):
            return False
        await record(by, "booking.remind", subject="booking", subject_id=row["id"], place_id=row["place_id"])
        await _tell(row, "booking", kind="booking.remind")
    return True


async def _tell(row: Row, key: str, *, kind: str) -> None:
    text = say(f"reminders.{key}", spot=row["spot"], at=say_moment(moment(row["starts_at"])))
    letter = Letter(text, links=(Link(say("reminders.booking_link"), "/bookings"),))
    await tell_resident(letter, person_id=row["person_id"], kind=kind)


_SHOWN = (
    "SELECT b.id, s.name AS spot, b.person_id, p.name, b.starts_at, b.ends_at FROM booking b"
    " JOIN spot s ON s.id=b.spot_id JOIN person p ON p.id=b.person_id WHERE b.once IS NOT NULL AND"
)
_ORDER = f" ORDER BY b.starts_at, b.id LIMIT {MOST_SHOWN}"


async def mine(*, viewer: Viewer) -> list[BookingLine]:
    """我的预约: what is still to come."""
    allow(viewer, "booking.cancel", None)
    rows = await fetch(f"{_SHOWN} b.person_id=$1 AND b.ends_at>$2{_ORDER}", viewer.person_id, clock.now())
    return [_line(row) for row in rows]


async def of_day(*, viewer: Viewer, place_id: int, on: dt.date) -> list[BookingLine]:
    """一天的预约: who comes when, for staff."""
    must_see(viewer, "booking.read", place_id, thing="place")
    begins, ends = clock.midnight(on), clock.midnight(on + dt.timedelta(days=1))
    rows = await fetch(f"{_SHOWN} b.place_id=$1 AND b.starts_at>=$2 AND b.starts_at<$3{_ORDER}", place_id, begins, ends)
    return [_line(row) for row in rows]


def _line(row: Row) -> BookingLine:
    starts_at, ends_at = moment(row["starts_at"]), moment(row["ends_at"])
    return BookingLine(row["id"], row["spot"], row["person_id"], row["name"], starts_at, ends_at)
