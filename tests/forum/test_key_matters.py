"""关键小事: put in the days of collection, chosen by vote, and struck off by somebody else than who did it."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools

import pytest

from casework.ledgers import keeping
from casework.privacy import leaving
from forum.key_matters import carrying, planning, putting, showing, sorting, steps
from forum.key_matters.carrying import Ballot
from forum.key_matters.steps import DATED, MOVES, Days, move
from forum.key_matters.steps import S as Step
from forum.votes import casting, counting, opening
from forum.votes import showing as vote_showing
from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.key_matter import KeyMatter, KeyMatterState, KeyMove, KeyStepName, KeySupporter, KeyYear
from models.ledger import LedgerEntry, LedgerKind
from models.person import RoleName
from models.push import Push
from models.transaction import execute
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person

M = KeyMatterState


def days(start: dt.date) -> dict[KeyStepName, Days]:
    """Ten days for each step, one after the other."""
    begins = [start + dt.timedelta(days=10 * at) for at in range(len(DATED))]
    return {step: Days(first, first + dt.timedelta(days=9)) for step, first in zip(DATED, begins, strict=True)}


async def planned(cast: Neighbours) -> int:
    """高书记 plans this year; today is the first day of collection."""
    found = days(models_clock.today())
    return await planning.plan(by=cast.gao, place_id=cast.here.id, year=2026, intro="大家提", days=found)


async def with_three(cast: Neighbours) -> tuple[int, list[int]]:
    """阿芳 put three matters."""
    year = await planned(cast)
    names = ("楼道灯", "健身角", "晾衣架")
    return year, [(await putting.put(year, by=cast.wang, title=name, text="")).id for name in names]


async def move_in(cast: Neighbours) -> None:
    """阿芳 and 老李 live here, so that they stand on a roll."""
    now = models_clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name="东苑")
    one = await Building.create(created_at=now, place=cast.here, estate=estate, name="1号楼", sort="1")
    for label, who in (("101", cast.wang), ("102", cast.li)):
        home = await Home.create(created_at=now, place=cast.here, building=one, label=label, sort=label)
        await Residence.create(
            created_at=now,
            place=cast.here,
            home=home,
            person_id=who.person_id,
            relation=Relation.OWNER,
            state=ResidenceState.LIVING,
            open_home_id=home.id,
        )


async def voting(cast: Neighbours, clock: StillClock) -> tuple[int, list[int]]:
    """Two of them are voted on, one was left out."""
    await move_in(cast)
    year, put = await with_three(cast)
    clock.forward(days=10)
    await move(year, Step.SHORTLIST, by=cast.gao)
    for one in put[:2]:
        await sorting.shortlist(one, by=cast.chen)
    await sorting.leave_out(put[2], by=cast.chen, reason="没有地方")
    await move(year, Step.DELIBERATE, by=cast.gao)
    closes = models_clock.now() + dt.timedelta(days=7)
    await carrying.put_to_vote(year, Ballot(closes, 1, unit="person", rule="advice"), by=cast.gao)
    return year, put


async def chosen(cast: Neighbours, clock: StillClock) -> tuple[int, int]:
    """The first was chosen."""
    year, put = await voting(cast, clock)
    await _cast_and_count(cast, clock, year)
    await carrying.settle(year, by=cast.gao)
    return year, put[0]


async def _cast_and_count(cast: Neighbours, clock: StillClock, year: int) -> None:
    vote = (await KeyYear.get(id=year)).vote_id or 0
    for who in (cast.wang, cast.li):
        line = (await vote_showing.vote(vote, viewer=who)).mine[0].voter_id
        await casting.cast(vote, by=who, voter_id=line, points={1: 1})
    clock.forward(days=8)
    assert await counting.count_due(by=SYSTEM) == 1


async def carried(cast: Neighbours, clock: StillClock) -> tuple[int, int, int]:
    """小陈 answers for it."""
    year, matter = await chosen(cast, clock)
    due = models_clock.today() + dt.timedelta(days=5)
    entry = await carrying.assign(matter, by=cast.gao, owner_id=cast.chen.person_id or 0, team_id=None, due=due)
    return year, matter, entry


async def test_put_only_in_the_days_of_collection_whatever_the_jobs_do(cast: Neighbours, clock: StillClock) -> None:
    year = await planned(cast)
    made = await putting.put(year, by=cast.wang, title="修楼道灯，电话 13812345678", text="三个月不亮了")
    assert "13812345678" not in (await KeyMatter.get(id=made.id)).title
    for who, error in ((cast.police, NotAllowed), (cast.stranger, NotFound), (cast.zhao, NotFound)):
        with pytest.raises(error):
            await putting.put(year, by=who, title="x")
    for wrong in ("", "x" * 41):
        with pytest.raises(Invalid):
            await putting.put(year, by=cast.wang, title=wrong)
    clock.forward(days=9)
    await putting.put(year, by=cast.li, title="最后一天提的")
    clock.forward(days=1)
    for verb in (putting.put(year, by=cast.li, title="晚了"), putting.support(made.id, by=cast.li)):
        with pytest.raises(WrongState, match="not_now"):
            await verb


async def test_what_is_like_it_is_shown_and_wanted_once_each(cast: Neighbours) -> None:
    year = await planned(cast)
    made = await putting.put(year, by=cast.wang, title="3号楼楼道灯要修", key="a form")
    assert (await putting.put(year, by=cast.wang, title="3号楼楼道灯要修", key="a form")).id == made.id
    [likely] = await putting.alike(year, viewer=cast.li, title="楼道灯要修")
    assert (likely.id, likely.wanted_by) == (made.id, 1)
    done = await asyncio.gather(*(putting.support(made.id, by=cast.li) for _ in range(3)), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 2
    with pytest.raises(Taken):
        await putting.support(made.id, by=cast.wang)
    with pytest.raises(WrongState):
        await putting.withdraw(made.id, by=cast.wang)
    with pytest.raises(NotFound):
        await putting.support(made.id, by=cast.stranger)
    assert await KeySupporter.filter(matter_id=made.id).count() == 2


async def test_a_year_is_planned_once_with_days_in_order(cast: Neighbours) -> None:
    found = days(models_clock.today())
    backwards = {**found, Step.VOTE: Days(found[Step.COLLECT].starts_on, found[Step.VOTE].ends_on)}
    never = {**found, Step.VOTE: Days(found[Step.VOTE].ends_on, found[Step.VOTE].starts_on)}
    for wrong, year in ((backwards, 2026), (never, 2026), ({}, 2026), (found, 2031)):
        with pytest.raises(Invalid):
            await planning.plan(by=cast.gao, place_id=cast.here.id, year=year, intro="", days=wrong)
    for who in (cast.chen, cast.wang, cast.outsider):
        with pytest.raises(NotAllowed):
            await planning.plan(by=who, place_id=cast.here.id, year=2026, intro="", days=found)
    tries = (planned(cast) for _ in range(3))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 2
    later = days(models_clock.today() + dt.timedelta(days=1))
    year = next(one for one in done if isinstance(one, int))
    await planning.set_days(year, by=cast.gao, days=later, seen_version=1)
    with pytest.raises(Taken):
        await planning.set_days(year, by=cast.gao, days=found, seen_version=1)
    with pytest.raises(WrongState):
        await putting.put(year, by=cast.wang, title="明天才开始")


async def test_only_staff_sort_and_only_when_it_is_collected(cast: Neighbours, clock: StillClock) -> None:
    year, (first, *_) = await with_three(cast)
    with pytest.raises(WrongState, match="still_collecting"):
        await move(year, Step.SHORTLIST, by=cast.gao)
    with pytest.raises(WrongState):
        await sorting.shortlist(first, by=cast.chen)
    clock.forward(days=10)
    await move(year, Step.SHORTLIST, by=cast.gao)
    for who, error in ((cast.wang, NotAllowed), (cast.police, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await sorting.shortlist(first, by=who)


async def test_each_matter_is_listed_joined_or_left_out_with_a_reason_everybody_reads(
    cast: Neighbours, clock: StillClock
) -> None:
    year, (first, second, third) = await with_three(cast)
    await putting.support(third, by=cast.li)
    clock.forward(days=10)
    await move(year, Step.SHORTLIST, by=cast.gao)
    await sorting.shortlist(first, by=cast.chen)
    with pytest.raises(Invalid):
        await sorting.leave_out(second, by=cast.chen, reason=" ")
    await sorting.leave_out(second, by=cast.chen, reason="没有地方")
    with pytest.raises(WrongState, match="not_sorted"):
        await move(year, Step.DELIBERATE, by=cast.gao)
    await sorting.join(third, by=cast.chen, into_id=first)
    with pytest.raises(WrongState, match="too_few"):
        await move(year, Step.DELIBERATE, by=cast.gao)
    card = await showing.year(year, viewer=cast.li)
    assert [(one.state, one.reason, one.wanted_by) for one in card.matters] == [
        (M.SHORTLISTED, "", 2),
        (M.LEFT_OUT, "没有地方", 1),
        (M.JOINED, "", 2),
    ]
    assert await Push.filter(subject=f"key_matter:{third}").count() == 2
    with pytest.raises(NotFound):
        await showing.year(year, viewer=cast.stranger)


PAIRS = {
    *((Step.COLLECT, Step.SHORTLIST), (Step.SHORTLIST, Step.COLLECT), (Step.SHORTLIST, Step.DELIBERATE)),
    *((Step.DELIBERATE, Step.SHORTLIST), (Step.DELIBERATE, Step.VOTE), (Step.VOTE, Step.DELIBERATE)),
    *((Step.VOTE, Step.CARRY_OUT), (Step.CARRY_OUT, Step.APPRAISE), (Step.APPRAISE, Step.CARRY_OUT)),
    (Step.APPRAISE, Step.ENDED),
}


async def test_every_pair_of_steps_that_is_not_in_the_table_is_refused_and_writes_nothing(cast: Neighbours) -> None:
    assert set(MOVES) == PAIRS
    year = await planned(cast)
    for before, after in itertools.product(KeyStepName, repeat=2):
        if (before, after) in PAIRS:
            continue
        await KeyYear.filter(id=year).update(step=before)
        for verb in (steps.MOVE, steps.PUT_TO_VOTE, steps.SETTLE):
            with pytest.raises(WrongState):
                await move(year, after, by=cast.gao, reason="硬要", verb=verb)
        assert (await KeyYear.get(id=year)).step is before
    assert await KeyMove.all().count() == 0


async def test_no_step_is_taken_without_what_it_needs(cast: Neighbours) -> None:
    year = await planned(cast)
    for (before, after), one in MOVES.items():
        await KeyYear.filter(id=year).update(step=before)
        with pytest.raises(NotAllowed):
            await move(year, after, by=cast.chen, reason="理由", verb=one.verb)
        with pytest.raises(NotFound):
            await move(year, after, by=cast.outsider, reason="理由", verb=one.verb)
        if one.needs_reason:
            with pytest.raises(Invalid):
                await move(year, after, by=cast.gao, reason=" ", verb=one.verb)
        if one.verb != steps.MOVE:
            with pytest.raises(WrongState):
                await move(year, after, by=cast.gao, reason="理由")
    assert await KeyMove.all().count() == 0


async def test_the_vote_chooses_and_nobody_goes_back_on_it(cast: Neighbours, clock: StillClock) -> None:
    year, (first, second, third) = await voting(cast, clock)
    for wrong in (move(year, Step.DELIBERATE, by=cast.gao, reason="再谈"), carrying.settle(year, by=cast.gao)):
        with pytest.raises(WrongState):
            await wrong
    await _cast_and_count(cast, clock, year)
    with pytest.raises(WrongState, match="vote_stands"):
        await move(year, Step.DELIBERATE, by=cast.gao, reason="再谈")
    done = await asyncio.gather(*(carrying.settle(year, by=cast.gao) for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Refusal) for one in done) == 1
    states = {one.id: one.state for one in await KeyMatter.filter(key_year_id=year)}
    assert states == {first: M.CHOSEN, second: M.NOT_CHOSEN, third: M.LEFT_OUT}


async def test_after_a_void_vote_it_is_talked_over_again(cast: Neighbours, clock: StillClock) -> None:
    year, _ = await voting(cast, clock)
    await opening.void((await KeyYear.get(id=year)).vote_id or 0, by=cast.gao, reason="名册错了")
    with pytest.raises(WrongState):
        await carrying.settle(year, by=cast.gao)
    await move(year, Step.DELIBERATE, by=cast.gao, reason="名册错了，重新来")
    closes = models_clock.now() + dt.timedelta(days=7)
    await carrying.put_to_vote(year, Ballot(closes, 2, unit="person"), by=cast.gao)
    assert (await KeyYear.get(id=year)).step is Step.VOTE


async def test_of_two_who_put_it_to_the_vote_at_once_one_does(cast: Neighbours, clock: StillClock) -> None:
    year, _ = await voting(cast, clock)
    await opening.void((await KeyYear.get(id=year)).vote_id or 0, by=cast.gao, reason="名册错了")
    await move(year, Step.DELIBERATE, by=cast.gao, reason="重新来")
    closes = models_clock.now() + dt.timedelta(days=7)
    with pytest.raises(Invalid):
        await carrying.put_to_vote(year, Ballot(closes, 1, unit="owner"), by=cast.gao)
    ballot = Ballot(closes, 1, unit="person", rule="advice")
    tries = (carrying.put_to_vote(year, ballot, by=cast.gao) for _ in range(2))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Refusal) for one in done) == 1


async def test_struck_off_by_somebody_else_than_who_did_it_also_by_hand_in_the_database(
    cast: Neighbours, clock: StillClock
) -> None:
    year, matter, entry = await carried(cast, clock)
    with pytest.raises(Taken):
        due = models_clock.today()
        await carrying.assign(matter, by=cast.gao, owner_id=cast.chen.person_id or 0, team_id=None, due=due)
    assert (await LedgerEntry.get(id=entry)).kind is LedgerKind.KEY_MATTER
    with pytest.raises(WrongState, match="not_all_done"):
        await move(year, Step.APPRAISE, by=cast.gao)
    await keeping.claim(entry, by=cast.gao, note="灯换好了")
    with pytest.raises(NotAllowed):
        await keeping.strike_off(entry, by=cast.gao, note="我自己看的")
    for who in (cast.gao.person_id, cast.chen.person_id, None):
        with pytest.raises(Exception, match="somebody else"):
            await execute("UPDATE ledger_entry SET state='struck_off', struck_by_id=$1 WHERE id=$2", who, entry)
    other = await person("副书记", cast.here, RoleName.SECRETARY)
    await keeping.strike_off(entry, by=other, note="去看过，都亮")
    card = await showing.year(year, viewer=cast.wang)
    assert (card.done, len(card.chosen), card.chosen[0].is_done) == (1, 1, True)
    [line] = await showing.years(viewer=cast.li, place_id=cast.here.id)
    assert (line.done, line.every) == (1, 1)
    shown = await showing.matter(matter, viewer=cast.wang)
    assert [one.verb for one in shown.steps] == ["ledger.add", "ledger.claim", "ledger.strike_off"]
    await move(year, Step.APPRAISE, by=cast.gao)
    await move(year, Step.ENDED, by=cast.gao, reason="都办好了")


async def test_past_its_day_it_is_late_until_it_is_struck_off(cast: Neighbours, clock: StillClock) -> None:
    year, matter, _ = await carried(cast, clock)
    clock.forward(days=5)
    assert not (await showing.year(year, viewer=cast.wang)).chosen[0].is_late
    clock.forward(days=1)
    assert (await showing.year(year, viewer=cast.wang)).chosen[0].is_late
    for who, error in ((cast.stranger, NotFound), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await showing.matter(matter, viewer=who)


async def test_who_leaves_takes_along_what_they_alone_wanted(cast: Neighbours) -> None:
    year, (first, *_) = await with_three(cast)
    await putting.support(first, by=cast.li)
    await leaving.delete_account(by=cast.wang)
    found = {one.id: one for one in await KeyMatter.filter(key_year_id=year)}
    assert all(one.person_id is None for one in found.values())
    assert [one.title for one in (await showing.year(year, viewer=cast.li)).matters] == ["楼道灯"]
    assert await KeySupporter.all().count() == 1
