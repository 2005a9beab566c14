"""项目: money by source, spending that never exceeds it, milestones with their days, and who hears of them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from casework.cases import accepting, catalogue, kinds
from forum import posted
from forum.promises import milestones, money, projects, telling
from forum.promises.money import NewMoney, NewSpending, fen_of
from forum.promises.projects import NewProject, project
from models import clock as models_clock
from models.bell import BellLine
from models.case import Case, CaseState
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.project import Milestone, MilestoneState, Project, Spending
from models.proposal import Proposal, ProposalStage
from models.transaction import execute, fetch_one
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.promises import proposal_at

S = ProposalStage
COMMUNITY = Path(__file__).parents[2] / "community"
TODAY = dt.date(2026, 3, 2)


async def begun(cast: Neighbours, *, fen: int = 100_000) -> int:
    """A project with so much of the neighbourhood's own fund."""
    found = await proposal_at(cast, S.PROJECT)
    made = await projects.start(NewProject(found.id, "装充电桩", "东门装十个", "物业公司"), by=cast.chen)
    if fen:
        await money.fund(made, NewMoney("own_fund", "社区自治金", fen), by=cast.gao)
    return made


def spending(fen: int, *, what: str = "充电桩", key: str = "") -> NewSpending:
    return NewSpending(what, "某电器店", TODAY, fen, key=key)


def test_amounts_are_read_as_typed_and_kept_in_fen() -> None:
    assert [fen_of(one) for one in ("1200", "1,200.5", "￥0.01", "12 元", "１２．３４")] == [
        120000,
        120050,
        1,
        1200,
        1234,
    ]
    for wrong in ("", "-5", "1.234", "1,20", "十元", "1e3"):
        with pytest.raises(Invalid):
            fen_of(wrong)


async def test_it_is_started_once_by_staff_from_its_stage(cast: Neighbours, clock: StillClock) -> None:
    found = await proposal_at(cast, S.PROJECT)
    new = NewProject(found.id, "装充电桩", "东门装十个", "物业公司")
    for who, error in ((cast.wang, NotAllowed), (cast.property, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await projects.start(new, by=who)
    made = await projects.start(new, by=cast.chen)
    assert (await Proposal.get(id=found.id)).stage is S.CARRYING_OUT
    with pytest.raises(WrongState):
        await projects.start(new, by=cast.chen)
    [line] = await projects.projects(viewer=cast.wang, place_id=cast.here.id)
    assert (line.id, line.budget_fen, line.unit) == (made, 0, "物业公司")
    for who in (cast.outsider, cast.stranger):
        with pytest.raises(NotFound):
            await project(made, viewer=who)


async def test_only_a_source_raises_the_budget_and_spending_is_public(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast, fen=100_000)
    with pytest.raises(NotAllowed):
        await money.fund(made, NewMoney("matched", "物业公司", 5), by=cast.chen)
    for wrong in (NewMoney("casino", "某人", 5), NewMoney("matched", "", 5), NewMoney("matched", "某人", 0)):
        with pytest.raises(Invalid):
            await money.fund(made, wrong, by=cast.gao)
    with pytest.raises(NotAllowed):
        await money.spend(made, spending(1), by=cast.wang)
    await money.spend(made, spending(60_000, key="a"), by=cast.chen)
    with pytest.raises(Taken):
        await money.spend(made, spending(60_000, key="a"), by=cast.chen)
    with pytest.raises(Invalid, match="over_budget"):
        await money.spend(made, spending(40_001), by=cast.chen)
    await money.fund(made, NewMoney("foundation", "社区基金会", 1, key="a"), by=cast.gao)
    with pytest.raises(Taken):
        await money.fund(made, NewMoney("foundation", "社区基金会", 1, key="a"), by=cast.gao)
    await money.spend(made, spending(40_001), by=cast.chen)
    seen = await project(made, viewer=cast.wang)
    assert (seen.line.budget_fen, seen.line.spent_fen, seen.line.left_fen) == (100_001, 100_001, 0)
    assert sum(one.fen for one in seen.spendings) == seen.line.spent_fen
    assert sum(one.fen for one in seen.money) == seen.line.budget_fen


async def test_a_wrong_line_is_taken_out_by_a_counter_entry_and_stays(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast, fen=100)
    wrong = await money.spend(made, spending(70), by=cast.chen)
    for verb, error in (
        (money.correct_spending(wrong, by=cast.chen), NotAllowed),
        (money.correct_spending(wrong, by=cast.outsider), NotFound),
    ):
        with pytest.raises(error):
            await verb
    tries = (money.correct_spending(wrong, by=cast.gao) for _ in range(3))
    done = Counter(type(one) for one in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {int: 1, Taken: 2}
    counter = await Spending.get(corrects_id=wrong)
    with pytest.raises(NotFound):
        await money.correct_spending(counter.id, by=cast.gao)
    await money.spend(made, spending(100), by=cast.chen)
    seen = await project(made, viewer=cast.wang)
    assert [(one.fen, one.is_corrected) for one in seen.spendings] == [(70, True), (-70, False), (100, False)]
    assert seen.line.spent_fen == 100
    with pytest.raises(Invalid, match="money_is_spent"):
        await money.correct_money(seen.money[0].id, by=cast.gao)


async def test_the_database_itself_refuses_what_is_too_much_and_what_is_changed(
    cast: Neighbours, clock: StillClock
) -> None:
    made = await begun(cast, fen=100)
    await money.spend(made, spending(60), by=cast.chen)
    insert = (
        "INSERT INTO spending (created_at, project_id, place_id, what, payee, spent_on, fen, by_id)"
        " VALUES ($1,$2,$3,'x','x',$4,$5,1)"
    )
    for fen, words in ((41, "no more than it has"), (-1, "more than nothing"), (0, "more than nothing")):
        with pytest.raises(Exception, match=words):
            await execute(insert, models_clock.now(), made, cast.here.id, TODAY, fen)
    for table in ("spending", "project_money"):
        for change in (f"UPDATE {table} SET fen=1", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="append only"):
                await execute(change)
    row = await fetch_one("SELECT spent_fen, (SELECT sum(fen) FROM spending) AS summed FROM project")
    assert row is not None
    assert (row["spent_fen"], int(row["summed"])) == (60, 60)


async def test_fifty_at_once_never_spend_more_than_there_is(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast, fen=1_000)
    insert = (
        "INSERT INTO spending (created_at, project_id, place_id, what, payee, spent_on, fen, by_id)"
        " VALUES ($1,$2,$3,'x','x',$4,70,1)"
    )
    verbs = [money.spend(made, spending(70, what=f"第{at}笔"), by=cast.chen) for at in range(50)]
    rows = [execute(insert, models_clock.now(), made, cast.here.id, TODAY) for _ in range(10)]
    done = await asyncio.gather(*verbs, *rows, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 14
    assert all(isinstance(one, Invalid) for one in done[:50] if isinstance(one, BaseException))
    found = await Project.get(id=made)
    summed = await fetch_one("SELECT sum(fen) AS fen, count(*) AS n FROM spending WHERE project_id=$1", made)
    assert summed is not None
    assert (found.spent_fen, int(summed["fen"]), summed["n"]) == (980, 980, 14)


async def test_a_promise_past_its_day_is_public_and_its_first_day_is_kept(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    with pytest.raises(NotAllowed):
        await milestones.add(made, by=cast.wang, title="挖沟", due_on=TODAY)
    with pytest.raises(Invalid):
        await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY - dt.timedelta(days=1))
    one = await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY)
    assert await milestones.overdue(viewer=cast.wang, place_id=cast.here.id) == []
    clock.forward(days=3)
    [late] = await milestones.overdue(viewer=cast.wang, place_id=cast.here.id)
    assert (late.milestone.days_late, late.unit) == (3, "物业公司")
    assert await milestones.overdue(viewer=cast.outsider, place_id=cast.elsewhere.id) == []
    with pytest.raises(NotFound):
        await milestones.overdue(viewer=cast.outsider, place_id=cast.here.id)
    with pytest.raises(Invalid):
        await milestones.put_off(one, by=cast.chen, due_on=TODAY + dt.timedelta(days=9), reason=" ")
    await milestones.put_off(one, by=cast.chen, due_on=TODAY + dt.timedelta(days=9), reason="下雨停工")
    assert await milestones.overdue(viewer=cast.wang, place_id=cast.here.id) == []
    [shown] = (await project(made, viewer=cast.wang)).milestones
    assert (shown.first_due_on, shown.due_on, shown.reason) == (TODAY, TODAY + dt.timedelta(days=9), "下雨停工")
    tries = (milestones.finish(one, by=cast.chen, note="沟挖好了") for _ in range(2))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {type(None): 1, Taken: 1}


async def test_a_form_that_is_sent_twice_promises_once(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    tries = (milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY) for _ in range(3))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {int: 1, Taken: 2}
    await milestones.finish((await Milestone.get()).id, by=cast.chen, note="沟挖好了")
    await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY)
    assert await Milestone.all().count() == 2


async def test_it_is_finished_once_every_milestone_is_and_takes_no_more(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    with pytest.raises(WrongState):
        await projects.finish(made, by=cast.chen)
    one = await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY)
    with pytest.raises(WrongState):
        await projects.finish(made, by=cast.chen)
    await milestones.finish(one, by=cast.chen, note="沟挖好了")
    await projects.finish(made, by=cast.chen)
    for verb in (
        money.spend(made, spending(1), by=cast.chen),
        money.fund(made, NewMoney("matched", "物业", 1), by=cast.gao),
        milestones.add(made, by=cast.chen, title="填沟", due_on=TODAY),
    ):
        with pytest.raises(WrongState):
            await verb


async def test_a_milestone_becomes_a_case_whose_end_marks_it_done(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    one = await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY)
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    kind = next(iter((await catalogue.kinds_of(cast.here.id)).values()))
    tries = (milestones.to_case(one, by=cast.chen, kind_key=kind.id) for _ in range(2))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {Case: 1, Taken: 1}
    case = await Case.get(id=(await Milestone.get(id=one)).case_id)
    link = await milestones.of_case(case.id, viewer=cast.chen)
    assert link is not None
    assert (link.project_id, link.title, await milestones.of_case(case.id, viewer=cast.outsider)) == (
        made,
        "挖沟",
        None,
    )
    [shown] = (await project(made, viewer=cast.wang)).milestones
    assert (shown.case_number, shown.case_open, shown.state) == (case.number, True, MilestoneState.OPEN)
    assert await milestones.settle(by=SYSTEM) == 0
    await accepting.accept(case.id, by=cast.chen)
    await Case.filter(id=case.id).update(state=CaseState.CLOSED, closed_at=models_clock.now())
    clock.forward(days=3)
    assert await milestones.settle(by=SYSTEM) == 1
    assert await milestones.settle(by=SYSTEM) == 0
    [shown] = (await project(made, viewer=cast.wang)).milestones
    assert (shown.state, shown.case_open, case.number in shown.note) == (MilestoneState.DONE, False, True)


async def test_what_a_case_does_not_do_is_given_to_another(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    one = await milestones.add(made, by=cast.chen, title="挖沟", due_on=TODAY)
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    kind = next(iter((await catalogue.kinds_of(cast.here.id)).values()))
    first = await milestones.to_case(one, by=cast.chen, kind_key=kind.id)
    await accepting.refuse(first.id, by=cast.gao, reason="not_ours", where_to="街道城建中心")
    assert await milestones.settle(by=SYSTEM) == 0
    [shown] = (await project(made, viewer=cast.wang)).milestones
    assert (shown.case_state, shown.case_open, shown.takes_case) == ("refused", False, True)
    tries = (milestones.to_case(one, by=cast.chen, kind_key=kind.id) for _ in range(2))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {Case: 1, Taken: 1}
    [shown] = (await project(made, viewer=cast.wang)).milestones
    assert (shown.case_id == first.id, shown.case_open, shown.takes_case) == (False, True, False)


async def test_followers_hear_of_several_milestones_in_one_line(cast: Neighbours, clock: StillClock) -> None:
    made = await begun(cast)
    row = await Project.get(id=made).select_related("proposal")
    await posted.follow(row.proposal.post_id, by=cast.li)
    for title in ("挖沟", "布线", "装桩"):
        one = await milestones.add(made, by=cast.chen, title=title, due_on=TODAY)
        await milestones.finish(one, by=cast.chen, note="做好了")
    assert await telling.tell_news(by=SYSTEM) == 1
    assert await telling.tell_news(by=SYSTEM) == 0
    lines = await BellLine.filter(person_id=cast.li.person_id, subject=f"project:{made}")
    assert len(lines) == 1
    assert await BellLine.filter(person_id=cast.chen.person_id, subject=f"project:{made}").count() == 0
