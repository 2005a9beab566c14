"""What was reported before a case: of its kind, in its building or by the same people, looked up by its number."""

from __future__ import annotations

import pytest

from casework.cases import answering, merging, repeats, reporting
from casework.cases.reporting import Facts
from models.case import Case, CaseSource
from models.home import Building, Estate
from tests.casework.cases.conftest import Town
from tests.casework.cases.planned import as_if_counted
from tests.conftest import StillClock
from tests.portal.statements import statements


@pytest.fixture
async def block(town: Town, clock: StillClock) -> Building:
    """3号楼."""
    estate = await Estate.create(created_at=clock.moment, place=town.cast.here, name="柳荫")
    return await Building.create(created_at=clock.moment, place=town.cast.here, estate=estate, name="3号楼", sort="3")


async def walked(town: Town, block: Building | None, *, kind: str = "stair_light") -> Case:
    """Found on a round: nobody reported it but who walks."""
    facts = Facts(kind, "坏了", building_id=block.id if block else None)
    return await reporting.report(facts, by=town.cast.chen, source=CaseSource.PATROL)


async def before(case: Case, town: Town) -> list[str]:
    return [one.number for one in await repeats.earlier(case.id, viewer=town.cast.chen)]


async def test_the_same_building_or_the_same_people_within_90_days_the_newest_first(
    town: Town, block: Building, clock: StillClock
) -> None:
    await walked(town, block)
    clock.forward(days=91)
    spot, nowhere, other = await walked(town, block), await walked(town, None), await walked(town, block, kind="camera")
    told = await town.report("楼道灯坏了", building_id=block.id)
    again = await town.report("5号楼的楼道灯坏了", where="5号楼")
    assert await before(told, town) == [spot.number]
    assert await before(again, town) == [told.number], "by the same person, elsewhere"
    assert await before(await walked(town, block), town) == [told.number, spot.number]
    assert [await before(one, town) for one in (spot, nowhere, other)] == [[], [], []]


async def test_what_was_withdrawn_or_merged_is_none_and_there_are_five_at_most(town: Town, block: Building) -> None:
    withdrawn, kept, merged = [await town.report(f"{n}号楼的楼道灯坏了") for n in (1, 2, 3)]
    await answering.withdraw(withdrawn.id, by=town.cast.wang)
    await merging.merge(merged.id, by=town.cast.chen, into=kept.id)
    last = await town.report("4号楼的楼道灯坏了")
    assert await before(last, town) == [kept.number]
    numbers = [(await walked(town, block)).number for _ in range(7)]
    assert await before(await walked(town, block), town) == numbers[:1:-1]


async def test_a_unit_reads_nothing_of_what_was_before(town: Town, block: Building) -> None:
    first, second = await walked(town, block), await walked(town, block)
    await Case.filter(id__in=[first.id, second.id]).update(team_id=town.property.id)
    assert await before(second, town) == [first.number]
    assert await repeats.earlier(second.id, viewer=town.wu) == []


@pytest.mark.databases("sqlite")
async def test_what_came_before_one_case_is_looked_up_by_its_number_whatever_the_statistics_say(
    town: Town, block: Building
) -> None:
    case = await town.report(building_id=block.id)
    with statements() as listened:
        await repeats.earlier(case.id, viewer=town.cast.chen)
    [(asked, values)] = [one for one in listened.asked if "case_reporter" in one[0]]
    plan = await as_if_counted(asked, values)
    looked_up = ("y USING INDEX idx_case_report_convers", "y USING INDEX idx_case_report_person")
    assert all(one in plan for one in looked_up), plan
    assert "SEARCH b USING COVERING INDEX idx_cases_buildin" in plan, plan
    assert "SEARCH o USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan
    assert not [one for one in ("kind_key=?", "SCAN b", "SCAN o", "SCAN x", "SCAN y") if one in plan], plan
