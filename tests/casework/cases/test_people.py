"""People around a case: who sees it, who is hidden from whom, many reporters, notes, teams, bulk actions."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.cases import (
    accepting,
    answering,
    bulk,
    calls,
    cases,
    clearing,
    dispatching,
    escalation,
    following,
    joining,
    merging,
    notes,
    reporting,
    showing,
    working,
)
from casework.cases.cases import CaseList
from casework.cases.reporting import Facts
from models import clock
from models.bulk import HeldNotice
from models.case import Case, CaseSource, CaseState, CaseStep
from models.conversation import Conversation
from models.errors import NotAllowed, NotFound, Taken, WrongState
from models.home import Building, Estate
from models.person import Person
from models.place import Level
from models.transaction import transaction
from nlp.coordinates import Point
from people import ending
from people.viewers import guest
from tests.casework.cases.conftest import Town, verbs, worked
from tests.casework.conftest import heard, resident, told
from tests.conftest import StillClock
from tests.words_left import where

NAME = "桂花树下的阿婆"


async def test_who_reported_in_a_chat_that_went_on_elsewhere_is_told_and_rates_it_there(town: Town) -> None:
    case, wang = await town.report(), town.cast.wang
    left = await ending.go_on_in(wang.contact_id or 0, place_id=town.cast.elsewhere.id)
    async with transaction():
        await ending.leave_behind(left)
    await worked(town, case)
    talk = await Conversation.get(contact_id=wang.contact_id)
    assert talk.place_id == town.cast.elsewhere.id
    assert "灯换好了" in (await heard(talk.id))[-1]
    elsewhere = guest(town.cast.elsewhere.id, contact_id=wang.contact_id)
    assert await answering.reporter_of(case.id, town.cast.li) is None
    rated = await answering.rate(case.id, by=elsewhere, solved=True)
    assert rated.id == case.id


async def test_a_unit_sees_exactly_what_was_sent_to_it_and_no_complainant(town: Town) -> None:
    case = await town.report(
        f"{NAME}说物业态度差",
        kind="property_service",
        who=NAME,
        sealed_from=f"{NAME} 13812345678",
        point=Point("", 31.23042, 121.47371),
    )
    for unit in (town.wu, town.qian):
        with pytest.raises(NotFound):
            await showing.case(case.id, viewer=unit)
    await dispatching.dispatch(case.id, by=town.cast.chen)
    shown = await showing.case(case.id, viewer=town.qian)
    assert (shown.for_unit, shown.who_text, shown.on_behalf_of, shown.point) == (True, "", "", None)
    assert (await showing.case(case.id, viewer=town.cast.chen)).point == (31.23042, 121.47371)
    assert await showing.reporters(case.id, viewer=town.qian) == []
    assert [one.by for one in await following.steps(case.id, viewer=town.qian)] == ["", "小陈", "小陈"]
    assert [one.id for one in await cases.cases(viewer=town.qian)] == [case.id]
    assert await cases.cases(viewer=town.wu) == []
    for verb in (
        dispatching.dispatch(case.id, by=town.qian),
        answering.close(case.id, by=town.qian),
        accepting.classify(case.id, by=town.qian, kind_key="camera"),
    ):
        with pytest.raises(NotAllowed):
            await verb
    for stranger in (town.cast.outsider, town.cast.observer, town.cast.li, town.cast.zhou):
        with pytest.raises((NotFound, NotAllowed)):
            await showing.case(case.id, viewer=stranger)


async def test_the_subdistricts_desk_sees_what_was_handed_up_below_it(town: Town) -> None:
    case = await town.report()
    assert await cases.cases(viewer=town.cast.zhou) == []
    await dispatching.escalate(case.id, by=town.cast.gao, note="请街道协调经费")
    assert [one.id for one in await cases.cases(viewer=town.cast.zhou)] == [case.id]
    await accepting.accept(case.id, by=town.cast.zhou)


async def test_a_point_that_was_sent_stands_apart_from_its_name_and_two_near_ones_may_be_the_same(town: Town) -> None:
    here, now = town.cast.here, clock.now()
    estate = await Estate.create(created_at=now, place=here, name="桂花苑")
    building = await Building.create(created_at=now, place=here, estate=estate, name="3号楼", sort="3")
    first = await town.report("灯不亮", where="【位置】桂花苑3号楼（31.23041, 121.47371）")
    assert (first.where_text, first.building_id) == ("桂花苑3号楼", building.id)
    shown = await showing.case(first.id, viewer=town.cast.chen)
    assert (shown.point, shown.line.where) == ((31.23041, 121.47371), "桂花苑3号楼")
    asked = {"viewer": town.cast.li, "place_id": here.id, "kind_key": "stair_light", "text": "灯不亮了"}
    [near] = await joining.likely(**asked, where="【位置】（31.23050, 121.47375）")
    assert "31.23" not in str(near)
    assert await joining.likely(**asked, where="【位置】（31.24041, 121.47371）") == []
    other = await town.report("灯又不亮", where="5号楼")
    await answering.add(other.id, by=town.cast.wang, text="【位置】门口（31.2, 121.4）", who="物业")
    assert (await showing.case(other.id, viewer=town.cast.chen)).point is None
    await answering.add(other.id, by=town.cast.wang, text="【位置】门口（31.20000, 121.40000）", who="物业")
    after = await showing.case(other.id, viewer=town.cast.chen)
    assert (after.point, after.line.where, after.who_text) == ((31.2, 121.4), "5号楼", "物业")


async def test_a_building_is_not_the_end_of_the_number_of_another(town: Town) -> None:
    here, now = town.cast.here, clock.now()
    estate = await Estate.create(created_at=now, place=here, name="桂花苑")
    building = await Building.create(created_at=now, place=here, estate=estate, name="3号楼", sort="3")
    written = ("桂花苑13号楼", "桂花苑十3号楼", "桂花苑3号楼2楼", "桂花苑13号楼到3号楼")
    found = [(await town.report("灯不亮", where=one)).building_id for one in written]
    assert found == [None, None, building.id, building.id]


async def test_twenty_reports_of_one_lift_become_one_case_and_twenty_notices(town: Town) -> None:
    first = await town.report("3号楼电梯坏了", kind="lift_out_of_order")
    talks = [town.cast.wang_conversation]
    for number in range(19):
        who, conversation = await resident(f"neighbour{number}", town.cast.here)
        talks.append(conversation)
        if number % 2:
            await joining.join(first.id, by=who, conversation_id=conversation)
            await joining.join(first.id, by=who, conversation_id=conversation)
            continue
        facts = Facts("lift_out_of_order", "电梯又坏了")
        other = await reporting.report(facts, by=who, source=CaseSource.CHAT, conversation_id=conversation)
        await merging.merge(other.id, by=town.cast.chen, into=first.id)
    assert (await showing.case(first.id, viewer=town.cast.chen)).line.reporters == 20
    assert await Case.filter(state=CaseState.MERGED).count() == 10
    before = {talk: len(await heard(talk)) for talk in talks}
    await accepting.accept(first.id, by=town.cast.chen)
    assert {talk: len(await heard(talk)) for talk in talks} == {talk: count + 1 for talk, count in before.items()}


async def test_what_may_be_the_same_is_offered_without_a_word_of_who_reported_it(town: Town) -> None:
    first = await town.report("3号楼2楼楼道灯不亮好几天了，我住501", where="3号楼2楼501门口")
    await town.report("隔壁群租", kind="group_renting")
    asked = {"viewer": town.cast.li, "place_id": town.cast.here.id, "where": "3号楼2楼"}
    [found] = await joining.likely(kind_key="stair_light", text="3号楼2楼的灯不亮", **asked)
    assert (found.id, found.reporters, found.where) == (first.id, 1, "3号楼2楼**门口")
    assert (
        await joining.likely(kind_key="stair_light", text="9号楼门口那盏坏了好久", **{**asked, "where": "9号楼"}) == []
    )
    assert await joining.likely(kind_key="group_renting", text="隔壁群租", **asked) == []
    with pytest.raises((NotFound, NotAllowed)):
        await joining.likely(kind_key="stair_light", text="灯不亮", **{**asked, "viewer": town.cast.outsider})
    await joining.join(first.id, by=town.cast.li, conversation_id=town.cast.li_conversation)
    joined = await following.own_case(first.id, viewer=town.cast.li)
    assert (joined.line.text, joined.line.where) == ("", "3号楼2楼**门口")
    assert [(one.text, one.where) for one in await following.own_cases(viewer=town.cast.li)] == [("", "3号楼2楼**门口")]
    assert [one.where for one in await following.own_cases(viewer=town.cast.wang)] == ["", "3号楼2楼501门口"]


async def test_who_withdraws_leaves_and_the_last_one_ends_it(town: Town) -> None:
    case = await town.report()
    await joining.join(case.id, by=town.cast.li, conversation_id=town.cast.li_conversation)
    await answering.withdraw(case.id, by=town.cast.wang)
    assert (await Case.get(id=case.id)).state is CaseState.REPORTED
    await answering.withdraw(case.id, by=town.cast.li, text="修好了")
    assert (await Case.get(id=case.id)).state is CaseState.WITHDRAWN


async def test_a_part_becomes_a_case_of_its_own_with_the_same_reporters(town: Town) -> None:
    case = await town.report("灯坏了，电梯也抖")
    part = await merging.split(case.id, by=town.cast.chen, kind_key="lift_unsteady", text="电梯抖")
    assert (part.number, part.split_from_id, part.owner_id) == ("C-0002", case.id, case.owner_id)
    assert [one.id for one in await following.own_cases(viewer=town.cast.wang)] == [part.id, case.id]


async def test_notes_stay_among_staff_and_name_only_who_sees_the_case(town: Town) -> None:
    case = await town.report()
    people = [one.person_id or 0 for one in (town.cast.lin, town.wu, town.cast.outsider)]
    before = (await Case.get(id=case.id)).version
    await notes.note(case.id, by=town.cast.chen, text="这户投诉过三次", mentions=people)
    assert "这户投诉过三次" in (await told(town.cast.lin))[-1]
    assert [*await told(town.wu), *await told(town.cast.outsider)] == [*await told(town.cast.outsider)]
    seen = await following.own_case(case.id, viewer=town.cast.wang)
    assert "投诉过" not in repr(seen)
    assert (await Case.get(id=case.id)).version == before


async def test_many_at_once_are_undone_as_a_whole_and_nobody_ever_hears_of_it(town: Town, clock: StillClock) -> None:
    ids = [(await town.report(f"第{number}盏灯坏了")).id for number in range(3)]
    said = len(await heard(town.cast.wang_conversation))
    done = await bulk.do("dispatch", ids, by=town.cast.chen)
    assert (done.done, done.refused) == (3, ())
    assert len(await heard(town.cast.wang_conversation)) == said
    await dispatching.take_up(ids[0], by=town.wu)
    with pytest.raises(NotAllowed):
        await bulk.undo(done.id, by=town.cast.lin)
    assert await bulk.undo(done.id, by=town.cast.chen) == 2
    with pytest.raises(Taken):
        await bulk.undo(done.id, by=town.cast.chen)
    states = [one.state for one in await Case.filter(id__in=ids).order_by("id")]
    assert states == [CaseState.HANDLING, CaseState.REPORTED, CaseState.REPORTED]
    assert await HeldNotice.all().count() == 0
    clock.forward(minutes=11)
    assert await bulk.tell_held(clock.moment) == 0
    assert len(await heard(town.cast.wang_conversation)) == said


async def test_what_is_not_undone_is_told_once_after_ten_minutes(town: Town, clock: StillClock) -> None:
    ids = [(await town.report()).id]
    done = await bulk.do("accept", ids, by=town.cast.chen)
    assert [one.id for one in await bulk.undoable(viewer=town.cast.chen)] == [done.id]
    assert await bulk.undoable(viewer=town.cast.lin) == []
    clock.forward(minutes=9)
    assert await bulk.tell_held(clock.moment) == 0
    clock.forward(minutes=1)
    with pytest.raises(WrongState):
        await bulk.undo(done.id, by=town.cast.chen)
    assert await bulk.tell_held(clock.moment) == 1
    assert await bulk.tell_held(clock.moment) == 0
    assert "已经受理" in (await heard(town.cast.wang_conversation))[-1]


async def test_a_dead_runner_of_three_days_tells_each_thing_once_and_hands_it_up(town: Town, clock: StillClock) -> None:
    case = await town.report(kind="camera", text="监控坏了")
    await dispatching.dispatch(case.id, by=town.cast.chen)
    clock.forward(days=10)
    for _ in range(2):
        await escalation.tell_of_time(clock.moment)
    once = [one for one in await verbs(case) if one in {"contact_late", "due_soon", "overdue", "to_subdistrict"}]
    assert once == ["contact_late", "due_soon", "overdue"]
    assert sum("已经超时" in line for line in await told(town.wu)) == 1
    assert sum("快到时限" in line for line in await told(town.wu)) == 0
    clock.forward(days=7)
    for _ in range(2):
        await escalation.tell_of_time(clock.moment)
    assert sum("上报街道" in line for line in await told(town.cast.zhou)) == 1
    assert (await Case.get(id=case.id)).level is Level.DISTRICT
    assert await CaseStep.filter(case_id=case.id, verb="case.to_district").count() == 1
    assert [one.id for one in await cases.cases(viewer=town.cast.zhou, which=CaseList.OVERDUE)] == [case.id]


async def test_an_answer_met_with_silence_ends_by_day_and_an_owner_who_left_is_replaced(
    town: Town, clock: StillClock
) -> None:
    case = await town.report()
    await worked(town, case)
    clock.forward(days=6)
    assert await escalation.close_silent(clock.moment.replace(hour=15)) == 0
    assert await escalation.close_silent(clock.moment) == 1
    assert (await Case.get(id=case.id)).state is CaseState.CLOSED
    other = await town.report()
    await Case.filter(id=other.id).update(owner_id=town.cast.lin.person_id)
    await Person.filter(id=town.cast.lin.person_id).update(is_active=False)
    assert [one.id for one in await cases.cases(viewer=town.cast.chen, which=CaseList.UNOWNED)] == [other.id]
    assert await escalation.replace_owners_who_left(clock.moment) == 1
    assert await cases.cases(viewer=town.cast.chen, which=CaseList.UNOWNED) == []
    assert (await Case.get(id=other.id)).owner_id == town.cast.gao.person_id


async def test_a_longer_limit_is_approved_by_somebody_else(town: Town) -> None:
    case = await town.report(kind="outer_wall_leak", text="外墙渗水")
    await dispatching.dispatch(case.id, by=town.cast.chen)
    await working.ask_longer(case.id, by=town.cast.gao, days=15, note="要搭架子")
    with pytest.raises(NotAllowed):
        await working.prolong(case.id, by=town.cast.gao)
    with pytest.raises(NotAllowed):
        await working.prolong(case.id, by=town.cast.chen)
    before = (await Case.get(id=case.id)).due_at
    await working.refuse_longer(case.id, by=town.cast.gao, note="先抢修")
    await working.ask_longer(case.id, by=town.wu, days=15, note="要搭架子")
    after = (await working.prolong(case.id, by=town.cast.gao)).due_at
    assert before is not None
    assert after is not None
    assert after - before > dt.timedelta(days=5)


async def test_several_units_are_called_come_or_do_not_and_conclude_each_for_itself(
    town: Town, clock: StillClock
) -> None:
    case = await town.report("隔壁群租", kind="group_renting")
    ids, soon = [town.property.id, town.housing.id], clock.moment + dt.timedelta(hours=2)
    with pytest.raises(NotFound):
        await calls.calls(case.id, viewer=town.wu)
    made = await calls.call(case.id, by=town.cast.chen, team_ids=ids, at=soon, where="3号楼下", purpose="一起上门")
    assert "一起上门" in (await told(town.qian))[-1]
    assert (await showing.case(case.id, viewer=town.wu)).for_unit
    with pytest.raises(NotAllowed):
        await calls.arrive(made.id, by=town.wu, team_id=town.housing.id)
    with pytest.raises(WrongState):
        await calls.conclude(made.id, by=town.wu, team_id=town.property.id, text="没到先写")
    with pytest.raises(WrongState):
        await calls.miss(made.id, by=town.cast.chen, team_id=town.housing.id)
    with pytest.raises(NotAllowed):
        await dispatching.take_up(case.id, by=town.wu)
    clock.forward(hours=2)
    await calls.arrive(made.id, by=town.wu, team_id=town.property.id)
    await calls.conclude(made.id, by=town.wu, team_id=town.property.id, text="拆掉两处隔断")
    await calls.miss(made.id, by=town.cast.chen, team_id=town.housing.id)
    await calls.rate(made.id, by=town.cast.chen, team_id=town.property.id, rating=5)
    [line] = await calls.calls(case.id, viewer=town.cast.gao)
    assert [(one.state.value, one.conclusion, one.rating) for one in line.teams] == [
        ("arrived", "拆掉两处隔断", 5),
        ("absent", "", None),
    ]
    [seen] = await calls.calls(case.id, viewer=town.wu)
    assert [one.rating for one in seen.teams] == [None, None]


async def test_the_words_of_an_ended_case_go_and_what_is_counted_stays(town: Town, clock: StillClock) -> None:
    case = await town.report(f"{NAME}的灯坏了", where=NAME, how=NAME, who=NAME, sealed_from=f"{NAME} 13812345678")
    await working.contact(case.id, by=town.cast.chen, way="phone", note=NAME)
    soon = clock.moment + dt.timedelta(hours=1)
    await calls.call(case.id, by=town.cast.chen, team_ids=[town.property.id], at=soon, where=NAME, purpose=NAME)
    assert await clearing.empty([case.id], words="清掉了", now=clock.moment) == []
    await answering.withdraw(case.id, by=town.cast.wang, text=NAME)
    await clearing.empty([case.id], words="清掉了", now=clock.moment)
    left = {name for name in await where(NAME) if name.startswith(("case", "unit_call", "called"))}
    assert (left, await verbs(case)) == (set(), ["report", "contact", "call", "withdraw"])
    kept = await Case.get(id=case.id)
    assert (kept.text, kept.sealed, kept.state) == ("清掉了", None, CaseState.WITHDRAWN)
