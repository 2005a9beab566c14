"""走访: planned, recorded once, who was not visited for long, a case of a visit, and nobody else's neighbourhood."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from tortoise.context import TortoiseContext

from casework import timelines, visit_lists, visits
from models.case import Case, CaseSource
from models.clock import today
from models.errors import Invalid, NotFound, Taken
from models.service import Service
from models.transaction import fetch
from models.visit import PlanState, VisitPlan
from people import homes, notices
from people.records import services
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.people.records_cast import id_of, member, settled
from tests.people.town import Town
from tests.walk.town_cases import take_in_catalogue


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Of five people three live alone, and one elsewhere."""
    return await settled()


async def planned(by: Viewer, person_id: int, *, key: str = "a", days: int = 0) -> int:
    day = today() + dt.timedelta(days=days)
    await visits.plan(by=by, visit_day=day, goes_id=by.person_id or 0, key=key, person_id=person_id)
    return (await VisitPlan.get(key=key)).id


async def unvisited(town: Town) -> str:
    found = await visit_lists.lapsed(viewer=SYSTEM, place_id=town.here)
    assert found.total == len(found.lines)
    return " ".join(sorted(one.name for one in found.lines))


async def tried(*calls: object) -> list[str]:
    done = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[arg-type]
    return sorted("done" if one is None or isinstance(one, Case) else getattr(one, "key", repr(one)) for one in done)


async def test_who_lives_alone_is_listed_until_visited_and_again_after_so_many_days(
    town: Town, clock: StillClock
) -> None:
    chen = await member(town)
    assert await unvisited(town) == "周虚构 李示例 王示范 钱演试"
    li, zhou = await id_of(town, "李示例"), await id_of(town, "周虚构")
    await visits.record(by=chen, visit_day=today(), words="都好", next_day=None, key="v", person_id=li)
    [row] = await fetch("SELECT open_home_id FROM residence WHERE person_id=$1", zhou)
    await services.note(by=chen, kind="visit", day=today(), words="", key="h", home_id=row["open_home_id"])
    await services.note(by=chen, kind="call", day=today(), words="", key="c", person_id=await id_of(town, "钱演试"))
    assert "李示例" not in await unvisited(town)
    assert "周虚构" not in await unvisited(town), "a visit to the home is one to who lives there"
    assert "钱演试" in await unvisited(town), "a call is no visit"
    clock.forward(days=30)
    assert {"李示例", "周虚构"} <= {*(await unvisited(town)).split()}


async def test_a_plan_is_due_overdue_and_recorded_by_one_of_two_with_the_next_date(
    town: Town, clock: StillClock
) -> None:
    chen, person_id = await member(town), await id_of(town, "李示例")
    plan_id = await planned(chen, person_id)
    [line] = await visit_lists.plans(viewer=chen, place_id=town.here)
    assert (line.name, line.goes, line.is_due, line.is_overdue) == ("李示例", chen.name, True, False)
    clock.forward(days=2)
    [line] = await visit_lists.plans(viewer=chen, place_id=town.here)
    assert (line.is_due, line.is_overdue) == (False, True)
    [on_line, *_] = (await timelines.of_person(person_id, viewer=chen)).lines
    assert on_line.what == "visit_plan"
    following = today() + dt.timedelta(days=14)

    async def note() -> None:
        await visits.record_planned(plan_id, by=chen, visit_day=today(), words="血压高", next_day=following)

    assert await tried(note(), note(), visits.drop(plan_id, by=chen)) == ["done", "visit.settled", "visit.settled"]
    if await Service.all().count():
        assert [one.day for one in await visit_lists.plans(viewer=chen, place_id=town.here)] == [following]
        assert "service" in {one.what for one in (await timelines.of_person(person_id, viewer=chen)).lines}


async def test_a_visit_becomes_one_case_though_two_press_at_once(town: Town) -> None:
    await take_in_catalogue()
    chen, person_id = await member(town), await id_of(town, "李示例")
    await visits.record(
        by=chen, visit_day=today(), words="楼道灯不亮，怕摔", next_day=None, key="v", person_id=person_id
    )
    visit = await Service.get()
    assert await tried(*(visits.report(visit.id, by=chen) for _ in range(4))) == ["done", *["visit.reported"] * 3]
    case = await Case.get()
    assert (case.source, case.text, case.behalf_person_id) == (CaseSource.VISIT, "楼道灯不亮，怕摔", person_id)
    [line] = await visit_lists.latest(viewer=chen, place_id=town.here)
    assert (line.case_id, line.words) == (case.id, "楼道灯不亮，怕摔")
    assert (await VisitPlan.get()).state is PlanState.DONE


@pytest.mark.databases("sqlite")
async def test_what_cannot_be_is_refused_and_leaves_nothing(town: Town) -> None:
    chen, li = await member(town), await id_of(town, "李示例")
    stranger = await member(town, place_id=town.there, name="外人")
    for days in (-1, 367):
        with pytest.raises(Invalid, match="day"):
            await planned(chen, li, key="x", days=days)
    with pytest.raises(Invalid, match="nobody"):
        await visits.plan(by=chen, visit_day=today(), goes_id=stranger.person_id or 0, key="x", person_id=li)
    with pytest.raises(Invalid, match="day"):
        await visits.record(
            by=chen,
            visit_day=today(),
            words="好",
            next_day=today() - dt.timedelta(days=9),
            key="x",
            person_id=li,
        )
    assert (await Service.all().count(), await VisitPlan.all().count()) == (0, 0)
    plan_id = await planned(chen, li)
    await planned(chen, li)
    assert await VisitPlan.all().count() == 1, "the same form twice is once"
    for call in (
        visits.drop(plan_id, by=stranger),
        visits.record_planned(plan_id, by=stranger, visit_day=today(), words="", next_day=None),
        planned(stranger, li, key="y"),
        visit_lists.plans(viewer=stranger, place_id=town.here),
    ):
        with pytest.raises(NotFound):
            await call
    await visits.drop(plan_id, by=chen)
    with pytest.raises(Taken):
        await visits.drop(plan_id, by=chen)
    await services.note(by=chen, kind="visit", day=today(), words="", key="e", person_id=li)
    with pytest.raises(Invalid, match="no_words"):
        await visits.report((await Service.get()).id, by=chen)
    assert (await homes.search("李示例", viewer=SYSTEM, place_id=town.here))[0].person_id == li


@pytest.mark.databases("sqlite")
async def test_who_goes_tomorrow_is_told_how_many_visits_once_and_never_to_whom(town: Town, clock: StillClock) -> None:
    chen = await member(town)
    for number, name in enumerate(("李示例", "周虚构")):
        await planned(chen, await id_of(town, name), key=f"k{number}", days=2)
    assert await visits.remind(by=SYSTEM) == 0
    clock.forward(days=1)
    assert [await visits.remind(by=SYSTEM) for _ in range(2)] == [1, 0]
    clock.forward(days=1)
    assert await visits.remind(by=SYSTEM) == 0
    [told] = await notices.notices(viewer=chen)
    assert told.text == "明天有 2 次走访要去。"
