"""Counters and rooms of a neighbourhood: when they are open, and the times their opening is cut into."""

from __future__ import annotations

import datetime as dt
import re

from casework.working_days import kind_of
from models import clock
from models.booking import Spot, SpotKind
from models.errors import Invalid, NotFound, Taken
from models.transaction import transaction
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

LONGEST_NAME, LEAST_MINUTES, MOST_MINUTES = 40, 5, 480
DAYS_AHEAD = 14
MOST_SPOTS = 40
_SHIFT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_BETWEEN = re.compile(r"[\s,，、;；]+")
Times = tuple[dt.datetime, dt.datetime]


async def spots(*, viewer: Viewer, place_id: int) -> list[Spot]:
    """窗口和活动室: those that can be booked."""
    must_see(viewer, "booking.see_free", place_id, thing="place")
    return await Spot.filter(place_id=place_id, retired_at=None).order_by("id").limit(MOST_SPOTS)


async def spot_of(spot_id: int) -> Spot:
    """One that can be booked."""
    found = await Spot.get_or_none(id=spot_id, retired_at=None)
    if found is None:
        raise NotFound("spot.not_found")
    return found


def days() -> list[dt.date]:
    """For which days one books: today and the two weeks after it."""
    return [clock.today() + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]


def slots_of(spot: Spot, on: dt.date) -> list[Times]:
    """The times of a day, whole ones only; none where it is closed, or the day is too far off."""
    if on not in days() or not (spot.on_rest_days or kind_of(on).kind.works):
        return []
    length, found = dt.timedelta(minutes=spot.slot_minutes), list[Times]()
    for opens, closes in shifts_of(spot.hours):
        begins, ends = at(on, opens), at(on, closes)
        while begins + length <= ends:
            found.append((begins, begins + length))
            begins += length
    return found


def at(on: dt.date, time: dt.time) -> dt.datetime:
    """A local time of a day as a moment."""
    return dt.datetime.combine(on, time, clock.SHANGHAI).astimezone(dt.UTC)


def shifts_of(text: str) -> list[tuple[dt.time, dt.time]]:
    """``08:30-11:30 13:00-17:00`` as times, each after the one before; Invalid for anything else."""
    parts = [one for one in _BETWEEN.split(text.strip()) if one]
    read = [_SHIFT.fullmatch(one) for one in parts]
    found = [(dt.time(int(one[1]), int(one[2])), dt.time(int(one[3]), int(one[4]))) for one in read if one]
    flat = [time for shift in found for time in shift]
    if not found or len(found) != len(parts) or flat != sorted(set(flat)):
        raise Invalid("spot.hours")
    return found


async def add(
    *, by: Viewer, place_id: int, kind: str, name: str, hours: str, slot_minutes: int, on_rest_days: str
) -> int:
    """加窗口或活动室; ``on_rest_days``: ``yes`` where it is open on days of rest, too. Gives its number."""
    must_see(by, "spot.add", place_id, thing="place")
    if kind not in {one.value for one in SpotKind} or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid("spot.name", most=LONGEST_NAME)
    written = " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in shifts_of(hours))
    if not LEAST_MINUTES <= slot_minutes <= MOST_MINUTES or len(written) > 80:
        raise Invalid("spot.minutes", least=LEAST_MINUTES, most=MOST_MINUTES)
    async with transaction():
        if await Spot.filter(place_id=place_id, retired_at=None).count() >= MOST_SPOTS:
            raise Invalid("spot.too_many", most=MOST_SPOTS)
        made = await Spot.create(
            created_at=clock.now(),
            place_id=place_id,
            kind=SpotKind(kind),
            name=name.strip(),
            hours=written,
            slot_minutes=slot_minutes,
            on_rest_days=on_rest_days == "yes",
        )
        await record(by, "spot.add", subject="spot", subject_id=made.id, place_id=place_id)
    return int(made.id)


async def retire(spot_id: int, *, by: Viewer) -> None:
    """停用: nobody books it any more; what is booked stands."""
    spot = await Spot.get_or_none(id=spot_id)
    if spot is None:
        raise NotFound("spot.not_found")
    must_see(by, "spot.retire", spot.place_id, thing="spot")
    async with transaction():
        if await Spot.filter(id=spot_id, retired_at=None).update(retired_at=clock.now()) != 1:
            raise Taken("spot.retired")
        await record(by, "spot.retire", subject="spot", subject_id=spot_id, place_id=spot.place_id)
