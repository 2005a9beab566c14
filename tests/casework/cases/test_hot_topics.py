"""Topics of the week equal an independent count over raw rows, and what came before is looked up by its number."""

from __future__ import annotations

import pytest

from casework.cases import answering, catalogue, hot_topics, joining, merging, repeats, reporting
from casework.cases.reporting import Facts
from models.case import Case, CaseSource
from models.home import Building, Estate
from models.transaction import fetch
from people.viewers import SYSTEM
from tests.casework.cases.conftest import Town
from tests.casework.cases.planned import as_if_counted
from tests.casework.cases.recount import recounted_topics
from tests.conftest import StillClock
from tests.portal.statements import statements


async def test_what_grew_most_is_the_first_topic(town: Town, clock: StillClock) -> None:
    for at in range(3):
        await town.report(f"{at}号楼的楼道灯坏了")
    clock.forward(days=8)
    lamp = await town.report("1号楼的楼道灯坏了")
    for at in range(4):
        await town.report(f"{at}号楼电梯老是停", kind="lift_out_of_order")
    [first, second] = await hot_topics.topics(viewer=SYSTEM)
    assert (first.name, first.growth, first.repeated) == ("电梯停运", 4, 3)
    assert (second.growth, second.repeated) == (-2, 1)
    found = await repeats.earlier(lamp.id, viewer=town.cast.chen)
    assert [one.number for one in found] == ["C-0003", "C-0002", "C-0001"]
    clock.forward(days=90)
    again = await town.report("1号楼的楼道灯坏了")
    assert [one.number for one in await repeats.earlier(again.id, viewer=town.cast.chen)] == ["C-0004"]


async def test_the_topics_equal_an_independent_count_over_raw_rows(town: Town, clock: StillClock) -> None:
    estate = await Estate.create(created_at=clock.moment, place=town.cast.here, name="柳荫")
    block = await Building.create(created_at=clock.moment, place=town.cast.here, estate=estate, name="3号楼", sort="3")

    async def walked(kind: str, *, building_id: int | None) -> Case:
        """Found on a round: nobody reported it but who walks."""
        facts = Facts(kind, "坏了", building_id=building_id)
        return await reporting.report(facts, by=town.cast.chen, source=CaseSource.PATROL)

    await walked("lift_out_of_order", building_id=block.id)
    clock.forward(days=92)
    withdrawn = await town.report("5号楼的楼道灯坏了")
    await answering.withdraw(withdrawn.id, by=town.cast.wang)
    await walked("stair_light", building_id=block.id)
    clock.forward(days=9)
    alone = await town.report("6号楼的楼道灯坏了")
    same_spot, again = await walked("stair_light", building_id=block.id), await town.report("7号楼的楼道灯坏了")
    await walked("stair_light", building_id=None)
    await walked("lift_out_of_order", building_id=block.id)
    for one in (alone, same_spot):
        await joining.join(one.id, by=town.cast.li, conversation_id=town.cast.li_conversation)
    await merging.merge(again.id, by=town.cast.chen, into=alone.id)
    raw = {table: await fetch(f"SELECT * FROM {table}") for table in ("cases", "case_reporter")}
    counted = recounted_topics({**raw, "question": [], "post": []}, clock.moment, {})
    names = {kind.name: key for key, kind in (await catalogue.kinds_of(None)).items()}
    found = await hot_topics.topics(viewer=SYSTEM)
    told = {names[one.name]: (one.cases, 0, 0, one.before, one.joined, one.repeated) for one in found}
    assert told == counted
    assert counted == {"stair_light": (4, 0, 0, 2, 2, 2), "lift_out_of_order": (1, 0, 0, 0, 0, 0)}


@pytest.mark.databases("sqlite")
async def test_what_came_before_is_looked_up_by_its_number_whatever_the_statistics_say(town: Town) -> None:
    await town.report()
    with statements() as listened:
        await hot_topics.topics(viewer=SYSTEM)
    [(asked, values)] = [one for one in listened.asked if "case_reporter" in one[0]]
    plan = await as_if_counted(asked, values)
    looked_up = ("y USING INDEX idx_case_report_convers", "y USING INDEX idx_case_report_person")
    assert all(one in plan for one in looked_up), plan
    assert plan.count("SEARCH o USING INTEGER PRIMARY KEY (rowid=?)") == 2
    assert "o USING INDEX idx_cases_buildin" in plan, plan
    assert "kind_key=?" not in plan, plan
