"""巡查: today's stops, ticked once, missed ones listed, a case of what is found; and nobody else's neighbourhood."""

from __future__ import annotations

import asyncio

import pytest

from casework.cases import catalogue
from casework.patrols import looking_back, rounds, routes
from casework.patrols.routes import RouteShape
from models.case import Case, CaseSource
from models.errors import Invalid, NotFound, Refusal, Taken, WrongState
from models.home import Building, Estate
from models.patrol import PatrolFinding, PatrolRoute
from models.transaction import fetch
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.walk.town_cases import take_in_catalogue

WORKING_DAYS = ("1", "2", "3", "4", "5")
STOPS = "3号楼楼道｜灯、杂物\n垃圾房"


async def laid(cast: Cast, *, stops: str = STOPS, days: tuple[str, ...] = WORKING_DAYS, name: str = "日常") -> int:
    """A route that 小陈 walks."""
    shape = RouteShape(name, days, stops, goes_id=cast.chen.person_id or 0)
    return await routes.lay(shape, by=cast.gao, place_id=cast.here.id)


async def stops_today(cast: Cast) -> list[rounds.StopToday]:
    return [stop for route in await rounds.today(viewer=cast.chen, place_id=cast.here.id) for stop in route.stops]


async def test_of_many_who_tick_a_stop_at_once_one_is_first(cast: Cast) -> None:
    await laid(cast)
    stop = (await stops_today(cast))[0]
    done = await asyncio.gather(
        *(rounds.tick(stop.id, by=by) for by in (cast.chen, cast.lin) * 10), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType"] + ["Taken"] * 19
    assert [one.by != "" for one in await stops_today(cast)] == [True, False]


async def test_a_route_is_walked_on_its_days_and_not_on_public_holidays(cast: Cast, clock: StillClock) -> None:
    await laid(cast)
    stop = (await stops_today(cast))[0]
    clock.forward(days=5)
    assert await stops_today(cast) == []
    with pytest.raises(WrongState):
        await rounds.tick(stop.id, by=cast.chen)
    clock.forward(days=30)  # Monday 6 April 2026: 清明节, a public holiday.
    assert await stops_today(cast) == []
    await laid(cast, days=("1",), name="节日")
    await PatrolRoute.filter(name="节日").update(on_holidays=True)
    assert len(await stops_today(cast)) == 2


async def test_stops_that_were_missed_are_listed_and_the_rate_says_how_many_are_done(
    cast: Cast, clock: StillClock
) -> None:
    await laid(cast)
    clock.forward(days=1)
    for stop in await stops_today(cast):
        await rounds.tick(stop.id, by=cast.chen)
    clock.forward(days=1)
    await rounds.tick((await stops_today(cast))[0].id, by=cast.lin)
    clock.forward(days=1)
    [missed] = await looking_back.missed(viewer=cast.gao, place_id=cast.here.id)
    assert (missed.day.isoformat(), missed.missed, missed.of) == ("2026-03-04", ("垃圾房",), 2)
    [rate] = await looking_back.rates(viewer=cast.gao, place_id=cast.here.id)
    assert (rate.due, rate.done, rate.percent) == (4, 3, 75)


async def test_a_changed_route_keeps_what_was_missed_before(cast: Cast, clock: StillClock) -> None:
    former = await laid(cast)
    clock.forward(days=2)
    shape = RouteShape("新的", WORKING_DAYS, "大门口", instead_of=former)
    await routes.lay(shape, by=cast.gao, place_id=cast.here.id)
    assert [one.name for one in await stops_today(cast)] == ["大门口"]
    [missed] = await looking_back.missed(viewer=cast.gao, place_id=cast.here.id)
    assert (missed.day.isoformat(), len(missed.missed)) == ("2026-03-03", 2)
    with pytest.raises(Taken):
        await routes.retire(former, by=cast.gao)


async def test_what_is_found_at_a_stop_becomes_one_case_of_its_building(cast: Cast, clock: StillClock) -> None:
    await take_in_catalogue()
    estate = await Estate.create(created_at=clock.moment, place=cast.here, name="柳荫")
    building = await Building.create(created_at=clock.moment, place=cast.here, estate=estate, name="3号楼", sort="3")
    await laid(cast)
    stop = (await stops_today(cast))[0]
    done = await asyncio.gather(
        *(rounds.report(stop.id, by=cast.chen, text="楼道灯坏了😀", key="k1") for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Case) for one in done) == 1
    case = await Case.get(id=next(one for one in done if isinstance(one, Case)).id)
    assert (case.source, case.building_id, case.where_text) == (CaseSource.PATROL, building.id, "3号楼楼道")
    assert case.kind_key in await catalogue.kinds_of(cast.here.id)
    [seen, _] = await stops_today(cast)
    assert (seen.cases, seen.by) == (((case.id, case.number),), "小陈")
    assert await PatrolFinding.all().count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"weekdays": ()}, {"weekdays": ("8",)}, {"stops": "\n"}, {"stops": "长" * 61}, {"goes_id": 9999}],
)
async def test_a_route_that_does_not_fit_is_refused(cast: Cast, wrong: dict[str, object]) -> None:
    fit: dict[str, object] = {"name": "日常", "weekdays": WORKING_DAYS, "stops": STOPS}
    with pytest.raises(Invalid):
        await routes.lay(RouteShape(**{**fit, **wrong}), by=cast.gao, place_id=cast.here.id)  # pyright: ignore[reportArgumentType]
    assert await fetch("SELECT id FROM patrol_route") == []


async def test_nobody_elsewhere_sees_walks_or_changes_it(cast: Cast) -> None:
    route_id = await laid(cast)
    stop = (await stops_today(cast))[0]
    for by in (cast.outsider, cast.wang, cast.observer, cast.zhou):
        for attempt in (
            rounds.tick(stop.id, by=by),
            rounds.report(stop.id, by=by, text="灯坏了", key="k"),
            routes.retire(route_id, by=by),
            rounds.today(viewer=by, place_id=cast.here.id),
        ):
            with pytest.raises(NotFound):
                await attempt
    for by in (cast.chen, cast.outsider):
        with pytest.raises(Refusal):
            await routes.lay(RouteShape("x", WORKING_DAYS, STOPS), by=by, place_id=cast.here.id)
