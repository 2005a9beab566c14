"""Points of a case: given when it is checked, to who reported it first; gone when it no longer counts."""

from __future__ import annotations

import pytest

from casework.cases import accepting, answering, checking, joining, merging, reporting, working
from casework.cases.reporting import Facts
from models.case import Case, CaseSource
from models.home import Building, Estate
from models.person import RoleName
from people import points
from people.viewers import Viewer
from tests.casework.cases.conftest import Town
from tests.casework.conftest import staff
from tests.conftest import StillClock


@pytest.fixture
async def aunt(town: Town) -> Viewer:
    """王阿姨, known by name."""
    return await staff("王阿姨", town.cast.here, role=RoleName.RESIDENT)


@pytest.fixture
async def building(town: Town, clock: StillClock) -> Building:
    estate = await Estate.create(created_at=clock.moment, place=town.cast.here, name="柳荫")
    return await Building.create(created_at=clock.moment, place=town.cast.here, estate=estate, name="3号楼", sort="3")


async def checked(town: Town, by: Viewer, **facts: object) -> Case:
    """Reported on a page, done and checked."""
    said = Facts("stair_light", "楼道灯坏了", **facts)  # pyright: ignore[reportArgumentType]
    case = await reporting.report(said, by=by, source=CaseSource.WEB)
    await accepting.accept(case.id, by=town.cast.chen)
    await working.contact(case.id, by=town.cast.chen, way="phone", note="约了下午")
    await working.handle(case.id, by=town.cast.chen, note="换了灯泡", after=[7])
    return await checking.check(case.id, by=town.cast.gao, way="on_the_spot")


async def balance(viewer: Viewer) -> int:
    return (await points.mine(viewer=viewer)).balance


async def test_a_report_counts_when_it_was_checked_and_the_same_spot_once(
    town: Town, aunt: Viewer, building: Building
) -> None:
    case = await reporting.report(Facts("stair_light", "楼道灯坏了"), by=aunt, source=CaseSource.WEB)
    await accepting.accept(case.id, by=town.cast.chen)
    assert await balance(aunt) == 0, "accepted is not checked"
    li = await staff("李叔", town.cast.here, role=RoleName.RESIDENT)
    await checked(town, aunt, building_id=building.id, where="2楼")
    await checked(town, li, building_id=building.id, where="三楼")
    assert (await balance(aunt), await balance(li)) == (5, 0)
    await checked(town, li, where="大门口")
    await checked(town, li, where="大门口 ")
    assert await balance(li) == 5
    await checked(town, li)
    await checked(town, li)
    assert await balance(li) == 15, "of no place is not of one place"


async def test_who_works_here_and_who_is_not_known_get_none(town: Town, aunt: Viewer) -> None:
    await checked(town, aunt, where="大门口")
    case = await town.report()
    await accepting.accept(case.id, by=town.cast.chen)
    await working.contact(case.id, by=town.cast.chen, way="phone", note="约了下午")
    await working.handle(case.id, by=town.cast.chen, note="换了灯泡", after=[7])
    await checking.check(case.id, by=town.cast.gao, way="on_the_spot")
    [month] = await points.sums(viewer=town.cast.gao, place_id=town.cast.here.id)
    assert (month.given, month.people) == (5, 1)


async def test_what_is_merged_refused_or_withdrawn_afterwards_is_taken_back(town: Town, aunt: Viewer) -> None:
    first = await checked(town, aunt, where="大门口")
    other = await checked(town, aunt, where="后门口")
    third = await checked(town, aunt, where="车棚")
    assert await balance(aunt) == 15
    await merging.merge(other.id, by=town.cast.chen, into=first.id)
    await answering.withdraw(third.id, by=aunt)
    assert await balance(aunt) == 5
    await checking.reply(first.id, by=town.cast.gao, text="好了")
    await answering.reopen(first.id, by=aunt, text="又坏了")
    assert await balance(aunt) == 5, "not solved is not false"
    again = await Case.get(id=first.id)
    lead = await _owner(town, again)
    await accepting.refuse(first.id, by=lead, reason="no_facts", where_to="居委会")
    assert await balance(aunt) == 0


async def test_who_withdrew_gets_none_for_what_another_still_waits_for(town: Town, aunt: Viewer) -> None:
    case = await reporting.report(Facts("stair_light", "楼道灯坏了"), by=aunt, source=CaseSource.WEB)
    await joining.join(case.id, by=await staff("李叔", town.cast.here, role=RoleName.RESIDENT))
    await answering.withdraw(case.id, by=aunt)
    await accepting.accept(case.id, by=town.cast.chen)
    await working.contact(case.id, by=town.cast.chen, way="phone", note="约了下午")
    await working.handle(case.id, by=town.cast.chen, note="换了灯泡", after=[7])
    await checking.check(case.id, by=town.cast.gao, way="on_the_spot")
    assert await balance(aunt) == 0


async def _owner(town: Town, case: Case) -> Viewer:
    people = (town.cast.chen, town.cast.lin, town.cast.gao, town.cast.zhou, town.cast.admin)
    return next(one for one in people if one.person_id == case.owner_id)


async def test_who_leads_takes_back_what_turned_out_false_and_she_sees_why(town: Town, aunt: Viewer) -> None:
    case = await checked(town, aunt, where="大门口")
    await points.take_back(case.number.lower(), by=town.cast.gao, place_id=town.cast.here.id, reason="false")
    own = await points.mine(viewer=aunt)
    assert (own.balance, [line.case_number for line in own.lines]) == (0, [case.number] * 2)
    for by in (town.cast.chen, town.cast.outsider, aunt):
        with pytest.raises(Exception, match=r"not_found|not_allowed"):
            await points.take_back(case.number, by=by, place_id=town.cast.here.id, reason="false")
