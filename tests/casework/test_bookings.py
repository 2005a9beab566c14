"""预约: a time is taken once however many want it, freed when cancelled, and nobody else's neighbourhood's."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Coroutine, Sequence

import pytest
from tortoise.context import TortoiseContext

from casework import bookings, spots, timelines
from models.booking import Booking
from models.clock import today
from models.contact import Contact
from models.conversation import Utterance
from models.errors import Invalid, NotFound, Taken
from models.person import RoleName
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.people.records_cast import id_of, member, settled
from tests.people.town import Town

HOURS = "08:30-11:30 13:00-17:00"


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Monday 2 March 2026, 9:10."""
    return await settled()


async def spot(town: Town, *, hours: str = HOURS, minutes: int = 60, rest: str = "") -> int:
    return await spots.add(
        by=await member(town, RoleName.SECRETARY, name="高"),
        place_id=town.here,
        kind="counter",
        name="一号窗口",
        hours=hours,
        slot_minutes=minutes,
        on_rest_days=rest,
    )


async def at(spot_id: int, number: int = 0) -> dt.datetime:
    return (await bookings.free(spot_id, viewer=SYSTEM, on=today()))[number].starts_at


async def tried(calls: Sequence[Coroutine[None, None, None]]) -> Counter[str]:
    done = await asyncio.gather(*calls, return_exceptions=True)
    return Counter("done" if one is None else getattr(one, "key", repr(one)) for one in done)


async def test_of_a_hundred_who_want_a_time_at_once_one_gets_it(town: Town) -> None:
    spot_id, chen = await spot(town), await member(town)
    wanted = await at(spot_id)
    person_id = await id_of(town, "李示例")
    calls = [bookings.book_for(spot_id, by=chen, person_id=person_id, starts_at=wanted) for _ in range(100)]
    assert await tried(calls) == {"done": 1, "booking.taken": 99}
    assert await Booking.all().count() == 1
    [line] = await bookings.of_day(viewer=chen, place_id=town.here, on=today())
    assert (line.name, line.spot, line.starts_at) == ("李示例", "一号窗口", wanted)
    assert wanted not in {one.starts_at for one in await bookings.free(spot_id, viewer=SYSTEM, on=today())}
    [on_line, *_] = [one for one in (await timelines.of_person(person_id, viewer=chen)).lines if one.what == "booking"]
    assert on_line.text == "一号窗口"


async def test_a_resident_books_three_at_once_and_cancels_and_the_time_is_free_again(town: Town) -> None:
    spot_id = await spot(town)
    wang, li = [await member(town, RoleName.RESIDENT, name=name) for name in ("王", "李")]
    times = [one.starts_at for one in await bookings.free(spot_id, viewer=wang, on=today())]
    assert await tried([bookings.book(spot_id, by=wang, starts_at=one) for one in times[:5]]) == {
        "done": 3,
        "booking.too_many": 2,
    }
    [first, *_] = await bookings.mine(viewer=wang)
    with pytest.raises(NotFound):
        await bookings.cancel(first.id, by=li)
    assert await tried([bookings.cancel(first.id, by=wang) for _ in range(2)]) == {"done": 1, "booking.settled": 1}
    await bookings.book(spot_id, by=li, starts_at=first.starts_at)
    assert [one.starts_at for one in await bookings.mine(viewer=li)] == [first.starts_at]


@pytest.mark.databases("sqlite")
async def test_times_are_whole_ones_of_open_days_to_come(town: Town, clock: StillClock) -> None:
    spot_id = await spot(town, minutes=50)
    free = [one.starts_at.astimezone(dt.timezone(dt.timedelta(hours=8))) for one in await _free(spot_id, today())]
    assert [f"{one:%H:%M}" for one in free] == ["09:20", "10:10", "13:00", "13:50", "14:40", "15:30"]
    saturday = dt.date(2026, 3, 7)
    assert await _free(spot_id, saturday) == []
    assert await _free(await spot(town, rest="yes"), saturday) != []
    assert await _free(spot_id, today() + dt.timedelta(days=14)) == []
    wang = await member(town, RoleName.RESIDENT, name="王")
    for wrong in (free[0] + dt.timedelta(minutes=1), clock.moment - dt.timedelta(minutes=40)):
        with pytest.raises(Invalid, match="no_such_time"):
            await bookings.book(spot_id, by=wang, starts_at=wrong)
    for hours in ("", "9-10", "17:00-08:30", "08:30-11:30 11:00-12:00", "08:30-25:00"):
        with pytest.raises(Invalid, match="hours"):
            await spot(town, hours=hours)


async def _free(spot_id: int, on: dt.date) -> list[bookings.Slot]:
    return await bookings.free(spot_id, viewer=SYSTEM, on=on)


@pytest.mark.databases("sqlite")
async def test_nobody_books_or_sees_another_neighbourhood_nor_what_is_retired(town: Town) -> None:
    spot_id, chen, lead = await spot(town), await member(town), await member(town, RoleName.SECRETARY, name="高二")
    strangers: list[Viewer] = [
        await member(town, role, name=f"外{role}", place_id=town.there)
        for role in (RoleName.RESIDENT, RoleName.SECRETARY)
    ]
    person_id, when = await id_of(town, "李示例"), await at(spot_id)
    await bookings.book_for(spot_id, by=chen, person_id=person_id, starts_at=when)
    booking = await Booking.get()
    for one in strangers:
        for call in (
            bookings.book(spot_id, by=one, starts_at=await at(spot_id)),
            bookings.book_for(spot_id, by=one, person_id=person_id, starts_at=await at(spot_id)),
            bookings.cancel_for(booking.id, by=one),
            bookings.of_day(viewer=one, place_id=town.here, on=today()),
            bookings.free(spot_id, viewer=one, on=today()),
            spots.retire(spot_id, by=one),
        ):
            with pytest.raises(NotFound):
                await call
    await spots.retire(spot_id, by=lead)
    with pytest.raises(Taken):
        await spots.retire(spot_id, by=lead)
    with pytest.raises(NotFound):
        await bookings.book_for(spot_id, by=chen, person_id=person_id, starts_at=when)
    assert len(await bookings.of_day(viewer=chen, place_id=town.here, on=today())) == 1


async def test_who_has_a_time_tomorrow_is_told_once_by_day_and_nobody_of_what_was_cancelled(
    town: Town, clock: StillClock
) -> None:
    spot_id = await spot(town)
    wang, li = [await member(town, RoleName.RESIDENT, name=name) for name in ("王", "李")]
    for who in (wang, li):
        now = clock.moment
        await Contact.create(
            created_at=now, channel="telegram", address=who.name, place_id=town.here, person_id=who.person_id
        )
    wanted = [one.starts_at for one in await _free(spot_id, today() + dt.timedelta(days=2))]
    await bookings.book(spot_id, by=wang, starts_at=wanted[0])
    await bookings.book(spot_id, by=li, starts_at=wanted[1])
    await bookings.cancel((await bookings.mine(viewer=li))[0].id, by=li)
    assert await bookings.remind(by=SYSTEM) == 0
    clock.forward(days=1)
    assert [await bookings.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert ["一号窗口" in one.text and "明天" in one.text for one in await Utterance.all()] == [True]
    await bookings.cancel_for((await bookings.mine(viewer=wang))[0].id, by=await member(town))
    told = [one.text for one in await Utterance.all().order_by("id")]
    assert ["一号窗口" in one and "取消了" in one for one in told] == [False, True], "nobody comes for nothing"
    await bookings.book(spot_id, by=li, starts_at=wanted[1])
    assert await bookings.remind(by=SYSTEM) == 0, "who booked today for tomorrow knows"
