"""评议 of key small matters: rated once by those on the frozen roll, summed up and nothing else, told after the end."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter

import pytest

from casework.ledgers import keeping
from casework.privacy import leaving
from forum.key_matters import clearing, planning, putting, rating, showing, telling
from forum.key_matters.rating import Appraised
from forum.key_matters.rolls import COLUMNS
from forum.key_matters.steps import Days, move
from forum.key_matters.steps import S as Step
from models import clock as models_clock
from models.bell import BellLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.key_matter import KeyMatter, KeyMove, KeyRated, KeySupporter, KeyTally, KeyVoice, KeyYear
from models.person import RoleName
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person
from tests.forum.promises import building, moves_in, street
from tests.forum.test_key_matters import carried, days
from tests.models import made


async def done(cast: Neighbours, clock: StillClock) -> tuple[int, int, int]:
    """The one that was chosen is struck off by another secretary; gives the list, the matter and its entry."""
    year, matter, entry = await carried(cast, clock)
    await keeping.claim(entry, by=cast.gao, note="灯换好了")
    other = await person("副书记", cast.here, RoleName.SECRETARY)
    await keeping.strike_off(entry, by=other, note="去看过，都亮")
    return year, matter, entry


async def begun(cast: Neighbours, clock: StillClock) -> tuple[int, int]:
    """And those who live here may rate it."""
    year, matter, _ = await done(cast, clock)
    await move(year, Step.APPRAISE, by=cast.gao)
    return year, matter


async def seen(matter: int, viewer: Viewer) -> Appraised:
    found = (await showing.matter(matter, viewer=viewer)).appraised
    assert found is not None
    return found


async def test_who_lives_here_when_it_begins_rates_a_matter_once(cast: Neighbours, clock: StillClock) -> None:
    year, matter, _ = await done(cast, clock)
    with pytest.raises(WrongState, match="not_rated_now"):
        await rating.rate(matter, by=cast.wang, outcome=5, unit=5)
    await move(year, Step.APPRAISE, by=cast.gao)
    late = await person("新来的", cast.here, RoleName.RESIDENT)
    await moves_in(cast, late, into=await building(cast), label="501")
    who = {late: NotAllowed, cast.chen: NotAllowed, cast.police: NotAllowed}
    for viewer, error in (*who.items(), (cast.stranger, NotFound), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await rating.rate(matter, by=viewer, outcome=5, unit=5)
    for outcome, unit in ((0, 5), (5, 6)):
        with pytest.raises(Invalid):
            await rating.rate(matter, by=cast.wang, outcome=outcome, unit=unit)
    tries = (rating.rate(matter, by=cast.wang, outcome=5, unit=2) for _ in range(5))
    came = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert came == {type(None): 1, Taken: 4}
    tally = await KeyTally.get(matter_id=matter)
    assert (tally.rated, tally.outcome_5, tally.unit_2, tally.unit_5) == (1, 1, 1, 0)
    found = await seen(matter, cast.wang)
    assert (found.roll_size, found.on_roll, found.has_rated, found.waits) == (2, True, True, False)
    assert [one.id for one in (await showing.year(year, viewer=cast.li)).to_rate] == [matter]
    assert (await showing.year(year, viewer=cast.wang)).to_rate == ()


async def test_only_what_was_chosen_and_is_struck_off_is_rated(cast: Neighbours, clock: StillClock) -> None:
    year, matter, entry = await done(cast, clock)
    await move(year, Step.APPRAISE, by=cast.gao)
    for other in await KeyMatter.filter(key_year_id=year).exclude(id=matter):
        with pytest.raises(WrongState, match="not_done"):
            await rating.rate(other.id, by=cast.wang, outcome=5, unit=5)
    await keeping.reopen(entry, by=cast.gao, note="又不亮了", due=models_clock.today() + dt.timedelta(days=3))
    with pytest.raises(WrongState, match="not_done"):
        await rating.rate(matter, by=cast.wang, outcome=5, unit=5)
    assert (await showing.year(year, viewer=cast.wang)).to_rate == ()


async def test_sums_are_told_when_the_list_has_ended_and_not_before(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 6)
    year, matter = await begun(cast, clock)
    for at, who in enumerate(people):
        await rating.rate(matter, by=who, outcome=5 if at else 1, unit=4)
    for viewer in (cast.wang, cast.gao):
        found = await seen(matter, viewer)
        assert (found.rated, found.outcome, found.unit) == (None, None, None)
    clock.forward(days=41)  # The last day.
    assert await rating.end_due(by=SYSTEM) == 0
    await rating.rate(matter, by=cast.li, outcome=5, unit=4)
    clock.forward(days=1)
    with pytest.raises(WrongState):
        await rating.rate(matter, by=cast.wang, outcome=5, unit=5)  # Whatever the jobs do.
    assert (await seen(matter, cast.wang)).rated is None
    ended = await asyncio.gather(rating.end_due(by=SYSTEM), rating.end_due(by=SYSTEM))
    assert sum(ended) == 1
    found = await seen(matter, cast.wang)
    assert found.outcome is not None
    assert found.unit is not None
    assert (found.rated, [*found.outcome.counts.values()], found.outcome.average) == (7, [1, 0, 0, 0, 6], 4.4)
    assert found.unit.average == 4.0
    last = await KeyMove.filter(key_year_id=year).order_by("-id").first()
    assert last is not None
    assert (last.after, last.reason) == (Step.ENDED, "评议到期，结果公布了。")
    with pytest.raises(NotAllowed):
        await rating.end_due(by=cast.gao)


async def test_of_fewer_than_five_no_sums_are_kept(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 4)
    year, matter = await begun(cast, clock)
    for who in people:
        await rating.rate(matter, by=who, outcome=5, unit=4)
    await move(year, Step.ENDED, by=cast.gao, reason="年底了")
    found = await seen(matter, cast.gao)
    assert (found.rated, found.outcome, found.unit) == (4, None, None)
    tally = await KeyTally.get(matter_id=matter)
    assert [getattr(tally, column) for column in COLUMNS] == [0] * 10


async def test_no_row_tells_how_anybody_rated(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 6)
    _, matter = await begun(cast, clock)
    for at, who in enumerate(people):
        await rating.rate(matter, by=who, outcome=at % 5 + 1, unit=4)
    dump = await made.contents()
    assert len(dump["key_rated"]) == 6
    assert set(dump["key_rated"][0]) == {"id", "created_at", "matter_id", "person_id"}
    assert set(dump["key_voice"][0]) == {"id", "created_at", "key_year_id", "person_id"}
    assert len(dump["key_tally"]) == 1
    assert {row["detail"] for row in dump["audit_line"] if row["verb"] == rating.RATE} == {""}


async def test_what_is_carried_out_once_more_is_rated_anew(cast: Neighbours, clock: StillClock) -> None:
    year, matter = await begun(cast, clock)
    await rating.rate(matter, by=cast.wang, outcome=1, unit=1)
    with pytest.raises(Invalid):
        await move(year, Step.CARRY_OUT, by=cast.gao, reason=" ")
    await move(year, Step.CARRY_OUT, by=cast.gao, reason="居民说三楼还是不亮")
    for table in (KeyRated, KeyTally, KeyVoice):
        assert await table.all().count() == 0
    assert (await showing.matter(matter, viewer=cast.wang)).appraised is None
    await move(year, Step.APPRAISE, by=cast.gao)
    await rating.rate(matter, by=cast.wang, outcome=5, unit=5)
    assert (await KeyTally.get(matter_id=matter)).rated == 1


async def test_there_is_time_to_rate_before_it_begins(cast: Neighbours, clock: StillClock) -> None:
    year, _, _ = await done(cast, clock)
    short = days(models_clock.today() - dt.timedelta(days=53))  # The appraisal ends six days from now.
    await planning.set_days(year, by=cast.gao, days=short)
    with pytest.raises(WrongState, match="no_time_to_rate"):
        await move(year, Step.APPRAISE, by=cast.gao)
    assert (await KeyYear.get(id=year)).rated_as_of is None
    await planning.set_days(year, by=cast.gao, days=days(models_clock.today() - dt.timedelta(days=52)))
    await move(year, Step.APPRAISE, by=cast.gao)
    assert (await KeyYear.get(id=year)).roll_size == 2


async def test_those_on_the_roll_are_told_once(cast: Neighbours, clock: StillClock) -> None:
    people = await street(cast, 3)
    year, _ = await begun(cast, clock)
    assert await telling.tell_roll(by=SYSTEM) == 5
    assert await telling.tell_roll(by=SYSTEM) == 0
    told = await BellLine.filter(subject=f"key_year:{year}").values_list("person_id", flat=True)
    assert set(told) == {each.person_id for each in (*people, cast.wang, cast.li)}
    with pytest.raises(NotAllowed):
        await telling.tell_roll(by=cast.gao)


async def test_who_leaves_is_on_no_roll_and_what_was_counted_stays(cast: Neighbours, clock: StillClock) -> None:
    _, matter = await begun(cast, clock)
    await rating.rate(matter, by=cast.li, outcome=5, unit=5)
    await leaving.delete_account(by=cast.li)
    for table in (KeyRated, KeyVoice):
        assert not await table.filter(person_id=cast.li.person_id).exists()
    assert (await KeyTally.get(matter_id=matter)).rated == 1


async def test_a_while_after_the_end_nobody_knows_who_wanted_or_rated_what(cast: Neighbours, clock: StillClock) -> None:
    year, matter = await begun(cast, clock)
    await rating.rate(matter, by=cast.li, outcome=5, unit=5)
    running = await planning.plan(
        by=cast.gao, place_id=cast.here.id, year=2027, intro="", days=days(models_clock.today())
    )
    await putting.put(running, by=cast.wang, title="还在征集的")
    later = models_clock.now() + dt.timedelta(days=1)
    assert [await kind.clear(later, 100) for kind in clearing.KINDS] == [0, 0, 0]  # type: ignore[operator]
    await move(year, Step.ENDED, by=cast.gao, reason="年底了")
    before = {one.number: one.wanted_by for one in (await showing.year(year, viewer=cast.wang)).matters}
    assert [await kind.clear(models_clock.now(), 100) for kind in clearing.KINDS] == [0, 0, 0]  # type: ignore[operator]
    assert [await kind.clear(later, 100) for kind in clearing.KINDS] == [3, 1, 2]  # type: ignore[operator]
    assert await KeySupporter.all().count() == 1
    assert {one.number: one.wanted_by for one in (await showing.year(year, viewer=cast.wang)).matters} == before
    assert (await seen(matter, cast.wang)).rated == 1


async def test_an_appraisal_that_runs_is_only_lengthened_and_everybody_reads_why(
    cast: Neighbours, clock: StillClock
) -> None:
    year, matter = await begun(cast, clock)
    found = dict((await showing.year(year, viewer=cast.gao)).days)
    before = found[Step.APPRAISE]
    shorter = found | {Step.APPRAISE: Days(before.starts_on, before.ends_on - dt.timedelta(days=1))}
    longer = found | {Step.APPRAISE: Days(before.starts_on, before.ends_on + dt.timedelta(days=3))}
    later = found | {Step.APPRAISE: Days(before.starts_on + dt.timedelta(days=1), before.ends_on)}
    for wrong in (shorter, later):
        with pytest.raises(WrongState):
            await planning.set_days(year, by=cast.gao, days=wrong, reason="想早点结束")
    with pytest.raises(Invalid):
        await planning.set_days(year, by=cast.gao, days=longer, reason=" ")
    await planning.set_days(year, by=cast.gao, days=longer, reason="下雨，好几户没来得及评")
    card = await showing.year(year, viewer=cast.wang)
    assert card.days[Step.APPRAISE] == longer[Step.APPRAISE]
    assert (card.moves[-1].before, card.moves[-1].after) == (Step.APPRAISE, Step.APPRAISE)
    assert "好几户" in card.moves[-1].reason
    clock.at(dt.datetime.combine(longer[Step.APPRAISE].ends_on + dt.timedelta(days=1), dt.time(1)))
    over = found | {Step.APPRAISE: Days(before.starts_on, before.ends_on + dt.timedelta(days=30))}
    with pytest.raises(WrongState, match="appraisal_fixed"):
        await planning.set_days(year, by=cast.gao, days=over, reason="到期以后又想延长")
    with pytest.raises(WrongState):
        await rating.rate(matter, by=cast.wang, outcome=5, unit=5)


async def test_the_days_in_which_residents_put_something_do_not_end_early(cast: Neighbours, clock: StillClock) -> None:
    year = await planning.plan(by=cast.gao, place_id=cast.here.id, year=2026, intro="", days=days(models_clock.today()))
    found = days(models_clock.today())
    early = found | {Step.COLLECT: Days(models_clock.today(), found[Step.COLLECT].ends_on - dt.timedelta(days=1))}
    with pytest.raises(WrongState, match="not_shorter"):
        await planning.set_days(year, by=cast.gao, days=early)
