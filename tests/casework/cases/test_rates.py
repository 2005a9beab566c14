"""The figures of cases equal an independent count over raw rows; done stands beside solved."""

from __future__ import annotations

import importlib
from dataclasses import fields

from casework.cases import (
    accepting,
    answering,
    bulk,
    dispatching,
    merging,
    rates,
    reporting,
    trips,
)
from casework.cases.rates import Grouping, Rates, Share
from casework.cases.reporting import Facts
from casework.privacy import leaving
from models.case import Case, CaseSource
from models.person import RoleName
from models.place import Level, Place
from models.transaction import execute, fetch, is_postgres
from people.viewers import SYSTEM, Viewer
from tests.casework.cases.conftest import Town, done_by, worked
from tests.casework.cases.recount import recounted
from tests.casework.conftest import staff
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


async def _shares_of(by: Grouping, viewer: Viewer) -> dict[str, dict[str, tuple[int, int]]]:
    return {
        line.name: {
            one.name: (share.count, share.of)
            for one in fields(line)
            if isinstance(share := getattr(line, one.name), Share)
        }
        for line in await rates.rates(by, viewer=viewer, days=40)
    }


async def test_a_street_and_a_district_are_an_independent_count_over_what_lies_below(
    town: Town, clock: StillClock
) -> None:
    cast, now = town.cast, clock.moment
    district = await Place.create(created_at=now, slug="district", name="区", level=Level.DISTRICT)
    await Place.filter(id=cast.above.id).update(parent=district)
    other = await Place.create(created_at=now, slug="other", name="街道二", level=Level.SUBDISTRICT, parent=district)
    await Place.filter(id=cast.elsewhere.id).update(parent=other)
    await lived(town, clock)
    for at in range(3):
        facts = Facts("stair_light", f"别处{at}号楼的楼道灯坏了")
        await reporting.report(facts, by=cast.outsider, source=CaseSource.WALK_IN)
    raw = [await fetch(f"SELECT * FROM {table}") for table in ("cases", "case_step", "case_reporter")]
    of_streets = {
        name: recounted([row for row in raw[0] if row["place_id"] == place.id], *raw[1:])
        for name, place in ((cast.above.name, cast.here), (other.name, cast.elsewhere))
    }
    assert await _shares_of(Grouping.SUBDISTRICT, SYSTEM) == of_streets
    assert await _shares_of(Grouping.DISTRICT, SYSTEM) == {"区": recounted(*raw)}
    above = {cast.above.name: of_streets[cast.above.name]}
    assert await _shares_of(Grouping.DISTRICT, cast.observer) == above, "no more is said to be the district's"
    assert await _shares_of(Grouping.SUBDISTRICT, cast.chen) == {cast.here.name: above[cast.above.name]}
    assert set(Grouping) - set(await rates.groupings(viewer=cast.chen)) == {Grouping.SUBDISTRICT, Grouping.DISTRICT}


async def test_who_left_for_good_changes_no_figure(town: Town, clock: StillClock) -> None:
    leaving_one = await staff("老邻居", town.cast.here, role=RoleName.RESIDENT)
    case = await reporting.report(
        Facts("stair_light", "9号楼的楼道灯坏了"), by=leaving_one, source=CaseSource.WEB, place_id=town.cast.here.id
    )
    await worked(town, case)
    await answering.rate(case.id, by=leaving_one, solved=True, satisfied=True)
    before = await one_line()
    await leaving.delete_account(by=leaving_one)
    assert (await one_line()) == before
    raw = [await fetch(f"SELECT * FROM {table}") for table in ("cases", "case_step", "case_reporter")]
    counted = recounted(*raw)
    assert (before.solved.count, before.solved.of) == counted["solved"] == (1, 1)
