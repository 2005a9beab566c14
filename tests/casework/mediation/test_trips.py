"""零跑, 一次 and 多次 with talks, walk-ins and booked times equal an independent count over raw rows."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import booking_arrivals, bookings, spots
from casework.cases import rates, reporting
from casework.cases.rates import Share
from casework.cases.reporting import Facts
from casework.mediation import agreements, applying, consents, figures, mediators, sessions, trips
from casework.mediation.applying import Asked, TakenDown
from models import clock
from models.booking import Booking
from models.case import CaseSource, CaseStep
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.mediation import Mediation, MediationSession, MediationStep
from models.transaction import fetch
from people.viewers import SYSTEM, Viewer
from tests.casework.cases.recount import recounted, recounted_mediations
from tests.casework.mediation.conftest import HOUR, Quarrel


async def spot(quarrel: Quarrel) -> int:
    """A counter that is open all day, every day."""
    return await spots.add(
        by=quarrel.cast.gao,
        place_id=quarrel.cast.here.id,
        kind="counter",
        name="一号窗口",
        hours="00:00-23:55",
        slot_minutes=5,
        on_rest_days="yes",
    )


async def booked(quarrel: Quarrel, spot_id: int, by: Viewer) -> Booking:
    """The next free time, as it comes."""
    [first, *_] = await bookings.free(spot_id, viewer=SYSTEM, on=clock.today())
    await bookings.book(spot_id, by=by, starts_at=first.starts_at)
    quarrel.clock.forward(minutes=15)
    return await Booking.all().order_by("-id").first() or await Booking.get(id=0)


async def lived(quarrel: Quarrel) -> Mediation:
    """王 asks at the desk and comes to a booked time; 李 comes to one talk; 孙 talks by telephone besides."""
    asked = Asked("夜里太响", "李叔", "3号楼402")
    who = TakenDown("王阿姨", "3号楼501", came=True)
    made = await applying.take_down(asked, who, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)
    for side in (quarrel.wang, quarrel.li):
        await consents.consent(made.id, by=side)
    await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.sun.person_id or 0)
    booking = await booked(quarrel, await spot(quarrel), quarrel.wang)
    await booking_arrivals.arrive(booking.id, by=quarrel.cast.chen, about="mediation", matter_id=made.id)
    for way in ("meet", "phone"):
        await sessions.meet(made.id, by=quarrel.sun, way=way, at=clock.now() + HOUR, where="调解室")
    quarrel.clock.forward(hours=1)
    for session in await MediationSession.all():
        await sessions.arrive(session.id, by=quarrel.sun, party="other")
    day = clock.today() + dt.timedelta(days=7)
    await agreements.draft(made.id, by=quarrel.sun, text="说好了", follow_up_on=day)
    return made


async def shares() -> dict[str, tuple[int, int]]:
    [line] = await figures.rates(viewer=SYSTEM)
    names = ("agreed", "signed", "kept", "no_trip", "one_trip", "more_trips")
    found: dict[str, Share] = {name: getattr(line, name) for name in names}
    return {name: (one.count, one.of) for name, one in found.items()}


async def raw() -> dict[str, tuple[int, int]]:
    tables = ("mediation", "mediation_step", "mediation_session")
    return recounted_mediations(*[await fetch(f"SELECT * FROM {table}") for table in tables])


async def test_trips_to_talks_to_the_desk_and_to_booked_times_equal_a_count_over_raw_rows(quarrel: Quarrel) -> None:
    made = await lived(quarrel)
    found = await shares()
    assert found == await raw()
    assert [found[name] for name in ("no_trip", "one_trip", "more_trips")] == [(0, 2), (1, 2), (1, 2)]
    quarrel.clock.forward(days=1)
    await trips.trip(made.id, by=quarrel.cast.chen, party="other")
    found = await shares()
    assert found == await raw()
    assert found["more_trips"] == (2, 2)


@pytest.mark.parametrize(
    ("noted", "trips_of_other"),
    [("2026-03-04 07:59", 1), ("2026-03-04 00:10", 1), ("2026-03-04 23:50", 1), ("2026-03-03 23:50", 2)],
)
async def test_a_trip_noted_by_hand_on_the_day_of_a_talk_is_that_visit(
    quarrel: Quarrel, noted: str, trips_of_other: int
) -> None:
    """The talk is at 8:05 in Shanghai, five minutes into the day of UTC."""
    made = await quarrel.assigned()
    at = dt.datetime(2026, 3, 4, 8, 5, tzinfo=clock.SHANGHAI)
    await sessions.meet(made.id, by=quarrel.sun, way="meet", at=at, where="调解室")
    presses = {at: "arrive", dt.datetime.fromisoformat(noted).replace(tzinfo=clock.SHANGHAI): "trip"}
    for moment in sorted(presses):
        quarrel.clock.at(moment)
        if presses[moment] == "trip":
            await trips.trip(made.id, by=quarrel.cast.chen, party="other")
        else:
            await sessions.arrive((await MediationSession.get()).id, by=quarrel.cast.chen, party="other")
    found = await shares()
    assert found == await raw()
    assert found[{1: "one_trip", 2: "more_trips"}[trips_of_other]] == (1, 2)
    assert await MediationStep.filter(verb="mediation.trip").count() == 1, "what was noted stands"


async def test_the_other_sides_trip_and_a_talk_by_telephone_on_that_day_take_nothing_away(quarrel: Quarrel) -> None:
    made = await quarrel.assigned()
    for way in ("phone", "meet"):
        await sessions.meet(made.id, by=quarrel.sun, way=way, at=clock.now() + HOUR, where="调解室")
    quarrel.clock.forward(hours=1)
    call, talk = await MediationSession.all().order_by("id")
    await sessions.arrive(call.id, by=quarrel.sun, party="applicant")
    await sessions.arrive(talk.id, by=quarrel.sun, party="other")
    await trips.trip(made.id, by=quarrel.cast.chen, party="applicant")
    found = await shares()
    assert found == await raw()
    assert found["one_trip"] == (2, 2)


async def test_of_a_case_a_booked_time_is_a_trip_and_is_counted_as_one(quarrel: Quarrel) -> None:
    facts = Facts("stair_light", "3号楼5楼的楼道灯坏了")
    case = await reporting.report(facts, by=quarrel.wang, source=CaseSource.WEB)
    other = await quarrel.town.report()
    booking = await booked(quarrel, await spot(quarrel), quarrel.wang)
    here = quarrel.cast.here.id
    [line] = await booking_arrivals.expected(viewer=quarrel.cast.chen, place_id=here, on=clock.today())
    assert [(one.about.value, one.id) for one in line.matters] == [("case", case.id)]
    with pytest.raises(Invalid, match="not_theirs"):
        await booking_arrivals.arrive(booking.id, by=quarrel.cast.chen, about="case", matter_id=other.id)
    assert (await Booking.get(id=booking.id)).came_at is None, "refused as a whole"
    await booking_arrivals.arrive(booking.id, by=quarrel.cast.chen, about="case", matter_id=case.id)
    tables = ("cases", "case_step", "case_reporter")
    counted = recounted(*[await fetch(f"SELECT * FROM {table}") for table in tables])
    [found] = await rates.rates(viewer=SYSTEM)
    assert (found.one_trip.count, found.one_trip.of) == counted["one_trip"]
    assert await CaseStep.filter(case_id=case.id, verb="case.trip").count() == 1


async def test_who_booked_arrives_once_at_their_time_and_cancels_no_more(quarrel: Quarrel) -> None:
    spot_id, chen = await spot(quarrel), quarrel.cast.chen
    [first, *_] = await bookings.free(spot_id, viewer=SYSTEM, on=clock.today() + dt.timedelta(days=1))
    await bookings.book(spot_id, by=quarrel.wang, starts_at=first.starts_at)
    booking = await Booking.get()
    with pytest.raises(WrongState, match="not_time"):
        await booking_arrivals.arrive(booking.id, by=chen)
    quarrel.clock.moment = first.starts_at - dt.timedelta(minutes=30)
    done = await asyncio.gather(
        *(booking_arrivals.arrive(booking.id, by=chen) for _ in range(4)), return_exceptions=True
    )
    assert sorted(isinstance(one, Taken) for one in done) == [False, True, True, True]
    with pytest.raises(Taken):
        await bookings.cancel(booking.id, by=quarrel.wang)
    for stranger in (quarrel.cast.outsider, quarrel.wang, quarrel.sun):
        with pytest.raises((NotFound, NotAllowed)):
            await booking_arrivals.arrive(booking.id, by=stranger)


async def test_of_two_matters_none_of_anybody_elses_is_offered(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await booked(quarrel, spot_id := await spot(quarrel), quarrel.wang)
    await booked(quarrel, spot_id, quarrel.xiaowang)
    here = quarrel.cast.here.id
    lines = await booking_arrivals.expected(viewer=quarrel.cast.chen, place_id=here, on=clock.today())
    offered = {one.line.name: [(matter.about.value, matter.id) for matter in one.matters] for one in lines}
    assert offered == {"王阿姨": [("mediation", made.id)], "小王": []}
    assert await MediationStep.filter(verb="mediation.trip").count() == 0
