"""The loop of a case: who may do what in which state, and what cannot be skipped."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from casework.cases import accepting, answering, checking, dispatching, following, owners, working
from casework.loop import CASE_LOOP, CASE_STATES, OPEN_CASES, WaitsFor
from models.case import Case, CaseState
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.place import Level
from models.transaction import is_postgres
from people.permissions import PERMISSIONS
from tests.casework.cases.conftest import Town, verbs, worked
from tests.casework.conftest import heard, told

OF_NOBODY = {"case.take_over", "case.send_back_again"}
"""Verbs of the table without a permission of their own: the system's, and the second half of sending back."""


def test_the_table_knows_every_state_and_every_open_state_has_a_way_out() -> None:
    assert set(CASE_STATES) == set(CaseState)
    leads = {state for after in CASE_LOOP.values() for state in after.values()}
    assert leads == set(CaseState) - {CaseState.REPORTED} | {CaseState.REPORTED}
    for state in OPEN_CASES:
        assert any(after.get(state) not in {None, state} for after in CASE_LOOP.values()), state
    stopped = {state for state in OPEN_CASES if not CASE_STATES[state].clock_runs}
    assert stopped == {CaseState.PAUSED, CaseState.HUNG, CaseState.ANSWERED}
    assert {CASE_STATES[state].waits_for for state in OPEN_CASES} == set(WaitsFor) - {
        WaitsFor.NOBODY,
        WaitsFor.CLAIMANT,
        WaitsFor.SIDES,
        WaitsFor.MEDIATOR,
    }
    assert set(CASE_LOOP) - OF_NOBODY <= set(PERMISSIONS)


async def test_a_lamp_from_the_report_to_the_residents_word(town: Town) -> None:
    case = await town.report()
    assert (case.number, case.state, case.owner_id) == ("C-0001", CaseState.REPORTED, town.cast.gao.person_id)
    await worked(town, case)
    await answering.rate(case.id, by=town.cast.wang, solved=True, satisfied=False)
    assert await verbs(case) == [
        *("report", "accept", "dispatch", "contact", "handle", "check", "reply", "rate", "close"),
    ]
    case = await Case.get(id=case.id)
    assert (case.state, case.next_at, case.handler_id) == (CaseState.CLOSED, None, town.wu.person_id)
    said = await heard(town.cast.wang_conversation)
    assert said[0] == "您反映的事（编号 C-0001）已经受理，由社区小陈负责。有进展会告诉您。"
    assert said[-1] == "社区高书记答复您（编号 C-0001）：\n灯换好了\n\n这样解决了吗？"
    assert any("不满意" in line for line in await told(town.cast.gao))


async def test_who_did_the_work_does_not_check_it_and_no_end_comes_without_contact_and_check(town: Town) -> None:
    case = await town.report()
    await dispatching.dispatch(case.id, by=town.cast.chen)
    await working.handle(case.id, by=town.cast.chen, note="自己去换了")
    for verb in (
        checking.check(case.id, by=town.cast.chen, way="on_the_spot"),
        checking.check(case.id, by=town.wu, way="by_photo"),
    ):
        with pytest.raises(NotAllowed):
            await verb
    with pytest.raises(WrongState):
        await checking.reply(case.id, by=town.cast.gao, text="好了")
    await checking.check(case.id, by=town.cast.lin, way="on_the_spot")
    with pytest.raises(WrongState, match="not_contacted"):
        await checking.reply(case.id, by=town.cast.gao, text="好了")
    await working.contact(case.id, by=town.cast.chen, way="chat", note="修好了，您看看")
    await checking.reply(case.id, by=town.cast.gao, text="好了")


async def test_a_refusal_needs_a_reason_of_the_list_and_where_to_go(town: Town) -> None:
    case = await town.report()
    for reason, where in (("因为不想办", "12345"), ("not_ours", " ")):
        with pytest.raises(Invalid):
            await accepting.refuse(case.id, by=town.cast.gao, reason=reason, where_to=where, note="就是不办")
    await accepting.refuse(case.id, by=town.cast.gao, reason="not_ours", where_to="区房管局 962121")
    assert "可以找：区房管局 962121" in (await heard(town.cast.wang_conversation))[-1]
    await answering.object_to(case.id, by=town.cast.wang, text="这就是你们的事")
    case = await Case.get(id=case.id)
    assert (case.state, case.level) == (CaseState.ACCEPTED, Level.SUBDISTRICT)


async def test_the_second_return_waits_for_a_decision_and_then_counting_begins_anew(town: Town) -> None:
    case = await town.report(kind="group_renting", text="隔壁群租")
    for _ in range(2):
        await dispatching.dispatch(case.id, by=town.cast.chen, team_id=town.property.id)
        with pytest.raises(Invalid):
            await dispatching.send_back(case.id, by=town.wu, reason="not_our_job", note=" ")
        await dispatching.send_back(case.id, by=town.wu, reason="not_our_job", note="归房管")
    case = await Case.get(id=case.id)
    assert case.state is CaseState.UNDECIDED
    with pytest.raises(Refusal):
        await dispatching.dispatch(case.id, by=town.cast.chen, team_id=town.property.id)
    with pytest.raises(NotAllowed):
        await dispatching.decide(case.id, by=town.cast.chen, team_id=town.housing.id, note="归房管")
    await dispatching.decide(case.id, by=town.cast.gao, team_id=town.housing.id, note="归房管")
    assert (await dispatching.take_up(case.id, by=town.qian)).team_id == town.housing.id
    assert (
        await dispatching.send_back(case.id, by=town.qian, reason="facts_missing", note="缺")
    ).state is CaseState.ACCEPTED


async def test_what_nobody_can_do_now_is_hung_where_all_see_it_and_its_clock_stands(town: Town) -> None:
    case = await town.report()
    await accepting.accept(case.id, by=town.cast.chen)
    with pytest.raises(NotAllowed):
        await dispatching.hang(case.id, by=town.cast.chen, note="等经费")
    case = await dispatching.hang(case.id, by=town.cast.gao, note="等经费")
    assert (case.state, case.due_at) == (CaseState.HUNG, None)
    assert "等经费" in (await heard(town.cast.wang_conversation))[-1]
    assert (await dispatching.unhang(case.id, by=town.cast.gao)).due_at is not None


async def test_the_first_owner_stays_owner_until_the_other_has_accepted(town: Town) -> None:
    case = await town.report()
    assert town.cast.chen.person_id is not None
    await owners.transfer(case.id, by=town.cast.gao, to=town.cast.chen.person_id)
    assert (await Case.get(id=case.id)).owner_id == town.cast.gao.person_id
    with pytest.raises(NotAllowed):
        await owners.receive(case.id, by=town.cast.lin)
    await owners.receive(case.id, by=town.cast.chen)
    assert (await Case.get(id=case.id)).owner_id == town.cast.chen.person_id


async def test_not_solved_opens_it_again_under_its_number_one_level_up_with_the_shorter_clock(town: Town) -> None:
    await town.cast.on_duty(town.cast.chen)
    case = await town.report(kind="outer_wall_leak", text="外墙渗水")
    await worked(town, case)
    await answering.rate(case.id, by=town.cast.wang, solved=False)
    case = await Case.get(id=case.id)
    assert (case.number, case.state, case.owner_id) == ("C-0001", CaseState.ACCEPTED, town.cast.gao.person_id)
    assert case.due_at is not None
    assert case.due_at.isoformat() == "2026-03-05T09:00:00+00:00"
    with pytest.raises(WrongState):
        await checking.reply(case.id, by=town.cast.gao, text="好了")
    await dispatching.dispatch(case.id, by=town.cast.gao)
    await working.contact(case.id, by=town.wu, way="visit", note="再看一次")
    await working.handle(case.id, by=town.wu, note="重做")
    await checking.check(case.id, by=town.cast.chen, way="on_the_spot")
    await checking.reply(case.id, by=town.cast.gao, text="重做了")
    await answering.object_to(case.id, by=town.cast.wang)
    case = await Case.get(id=case.id)
    assert (case.owner_id, case.level) == (town.cast.zhou.person_id, Level.SUBDISTRICT)


async def test_an_old_view_is_told_so_and_of_a_hundred_who_accept_one_wins(town: Town, db: TortoiseContext) -> None:
    case = await town.report()
    await accepting.classify(case.id, by=town.cast.gao, kind_key="estate_light")
    with pytest.raises(Taken):
        await accepting.accept(case.id, by=town.cast.chen, seen_version=case.version)
    tries = 100 if is_postgres() else 20
    results = await asyncio.gather(
        *(accepting.accept(case.id, by=town.cast.chen) for _ in range(tries)), return_exceptions=True
    )
    assert sum(isinstance(one, Case) for one in results) == 1
    assert all(isinstance(one, Case | Refusal) for one in results)
    assert (await verbs(case)).count("accept") == 1


async def test_striking_off_needs_somebody_who_neither_did_nor_checked_it(town: Town) -> None:
    case = await town.report()
    await worked(town, case)
    with pytest.raises(WrongState):
        await answering.close(case.id, by=town.cast.gao)
    await answering.rate(case.id, by=town.cast.wang, solved=True)
    with pytest.raises(NotAllowed):
        await checking.strike_off(case.id, by=town.cast.chen, way="on_the_spot", note="看过")
    with pytest.raises(Invalid):
        await checking.strike_off(case.id, by=town.cast.gao, way="听说", note="看过")
    struck = await checking.strike_off(case.id, by=town.cast.gao, way="on_the_spot", note="晚上亮着")
    assert struck.state is CaseState.STRUCK_OFF


async def test_the_one_who_reported_follows_every_public_step_and_nothing_else(town: Town) -> None:
    case = await town.report(text="隔壁群租 13812345678", kind="group_renting")
    await dispatching.dispatch(case.id, by=town.cast.chen, team_id=town.property.id, note="内部：盯紧吴")
    await dispatching.send_back(case.id, by=town.wu, reason="not_our_job", note="不归我们")
    seen = await following.own_case(case.id, viewer=town.cast.wang)
    assert [(one.verb, one.words) for one in seen.steps] == [
        ("case.report", ""),
        ("case.accept", ""),
        ("case.dispatch", ""),
    ]
    assert "13812345678" not in seen.line.text
    assert [one.id for one in await following.own_cases(viewer=town.cast.wang)] == [case.id]
    for stranger in (town.cast.li, town.cast.outsider, town.cast.observer):
        with pytest.raises((NotFound, NotAllowed)):
            await following.own_case(case.id, viewer=stranger)
