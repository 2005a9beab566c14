"""The figures of cases equal an independent count over raw rows; done stands beside solved."""

from __future__ import annotations

import importlib
from dataclasses import fields

from casework.cases import (
    accepting,
    answering,
    bulk,
    catalogue,
    dispatching,
    joining,
    merging,
    rates,
    repeats,
    reporting,
    trips,
)
from casework.cases.rates import Grouping, Rates, Share
from casework.cases.reporting import Facts
from models.case import Case, CaseSource
from models.home import Building, Estate
from models.transaction import execute, fetch, is_postgres
from people.viewers import SYSTEM
from tests.casework.cases.conftest import Town, done_by, worked
from tests.casework.cases.recount import recounted, recounted_topics
from tests.conftest import StillClock
from tests.portal.statements import statements


async def lived(town: Town, clock: StillClock) -> None:
    """One solved, one done but not solved, one late, one sent back, two that a bulk action took and gave back."""
    solved, unsolved, late = [await town.report(f"{at}号楼的楼道灯坏了") for at in range(3)]
    for case in (solved, unsolved):
        await worked(town, case)
    await answering.rate(solved.id, by=town.cast.wang, solved=True, satisfied=True)
    await answering.rate(unsolved.id, by=town.cast.wang, satisfied=False)
    await answering.rate(unsolved.id, by=town.cast.wang, solved=False)
    back = await town.report("5号楼的楼道灯坏了")
    await dispatching.dispatch((await accepting.accept(back.id, by=town.cast.chen)).id, by=town.cast.chen)
    await dispatching.send_back(back.id, by=town.wu, reason="facts_missing", note="不知道几楼")
    held = [await town.report(f"{at}号楼的楼道灯坏了") for at in (6, 7)]
    taken = await bulk.do("accept", [case.id for case in held], by=town.cast.chen)
    await bulk.undo(taken.id, by=town.cast.chen)
    await accepting.accept(late.id, by=town.cast.chen)
    await dispatching.dispatch(late.id, by=town.cast.chen)
    clock.forward(days=20)
    await accepting.accept(held[0].id, by=town.cast.chen)
    await done_by(town, late)
    for case in (held[0], held[1], held[1]):
        await trips.trip(case.id, by=town.cast.chen)


async def one_line() -> Rates:
    [line] = await rates.rates(Grouping.KIND, viewer=SYSTEM, days=40)
    return line


async def test_the_figures_equal_an_independent_count_over_raw_rows(town: Town, clock: StillClock) -> None:
    await lived(town, clock)
    line = await one_line()
    raw = [await fetch(f"SELECT * FROM {table}") for table in ("cases", "case_step", "case_reporter")]
    counted = recounted(*raw)
    shares = {one.name: getattr(line, one.name) for one in fields(line)}
    given = {name: (share.count, share.of) for name, share in shares.items() if isinstance(share, Share)}
    assert given == counted
    assert {name for name, (count, _) in counted.items() if count == 0} == set(), "every share has something to count"
    assert counted["in_time"] == (2, 3)
    assert counted["solved"] == (1, 2)
    assert [counted[name][0] for name in ("one_trip", "more_trips")] == [1, 1]


async def _tallies() -> list[dict[str, object]]:
    rows = await fetch("SELECT * FROM case_tally ORDER BY case_id")
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


async def _counted_anew() -> list[dict[str, object]]:
    await execute("DELETE FROM case_tally")
    migration = importlib.import_module("models.migrations.0044_case_tallies").Migration
    for step in migration.operations[1:]:
        await execute(step.sql)
    return await _tallies()


async def test_what_the_database_kept_of_each_case_is_what_one_count_over_everything_gives(
    town: Town, clock: StillClock
) -> None:
    await lived(town, clock)
    one, other = [await town.report(f"{at}号楼的楼道灯坏了") for at in (8, 9)]
    await merging.merge(one.id, by=town.cast.chen, into=other.id)
    kept = await _tallies()
    assert len(kept) == await Case.all().count()
    assert await _counted_anew() == kept


BY_HAND = (
    "UPDATE cases SET state='withdrawn' WHERE id={0}",
    "UPDATE cases SET kind_key='camera', source='walk_in', team_id=NULL WHERE id={1}",
    "UPDATE cases SET created_at='2026-01-01 00:00:00+00:00' WHERE id={2}",
    "UPDATE case_step SET facts='{{\"late\": true}}' WHERE case_id={0} AND verb='case.reply'",
    "UPDATE case_step SET case_id={2} WHERE case_id={3} AND verb='case.accept'",
    "DELETE FROM case_step WHERE case_id={1} AND verb='case.contact'",
    "DELETE FROM case_reporter WHERE case_id={0}",
)
"""What no verb does: rows put right, without a step."""


async def test_what_was_changed_by_hand_and_left_no_step_is_counted_as_it_stands(town: Town, clock: StillClock) -> None:
    await lived(town, clock)
    ids = [case.id for case in await Case.all().order_by("id")]
    for statement in BY_HAND:
        before = await _tallies()
        await execute(statement.format(*ids))
        kept = await _tallies()
        assert kept != before, statement
        assert kept == await _counted_anew(), statement


async def test_the_figures_read_an_index_over_narrow_rows_and_no_step(town: Town) -> None:
    await town.report()
    with statements() as listened:
        await rates.rates(Grouping.KIND, viewer=SYSTEM)
    assert not [one for one in listened.seen if "case_step" in one or "case_reporter" in one]
    [counted] = [text for text, _ in listened.asked if "case_tally" in text]
    if not is_postgres():  # PostgreSQL walks a table of one row without asking its index.
        asked = counted.replace("?", "$1", 1).replace("?", "$2", 1)
        plan = await fetch(f"EXPLAIN QUERY PLAN {asked}", "2026-01-01", "2026-02-01")
        assert "USING INDEX idx_case_tally" in str(plan)


async def test_a_unit_and_a_place_are_named_and_what_has_no_unit_is_not_hidden(town: Town) -> None:
    await worked(town, await town.report())
    await town.report("5号楼的楼道灯坏了")
    by_unit = {line.name: line.reported for line in await rates.rates(Grouping.UNIT, viewer=SYSTEM)}
    assert by_unit == {"property组": 1, "": 1}
    [place] = await rates.rates(Grouping.PLACE, viewer=SYSTEM)
    assert place.reported == 2


async def test_what_grew_most_is_the_first_topic(town: Town, clock: StillClock) -> None:
    for at in range(3):
        await town.report(f"{at}号楼的楼道灯坏了")
    clock.forward(days=8)
    lamp = await town.report("1号楼的楼道灯坏了")
    for at in range(4):
        await town.report(f"{at}号楼电梯老是停", kind="lift_out_of_order")
    [first, second] = await rates.topics(viewer=SYSTEM)
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
    raw = [await fetch(f"SELECT * FROM {table}") for table in ("cases", "case_reporter")]
    counted = recounted_topics(*raw, now=clock.moment)
    names = {kind.name: key for key, kind in (await catalogue.kinds_of(None)).items()}
    told = {
        names[one.name]: (one.now, one.before, one.joined, one.repeated) for one in await rates.topics(viewer=SYSTEM)
    }
    assert told == counted
    assert counted == {"stair_light": (4, 2, 2, 2), "lift_out_of_order": (1, 0, 0, 0)}
