"""Danger pages who is on duty whichever door it comes by: the alarm stands with the case, and is paged until known."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import alarms, questions
from casework.cases import clearing, exchange, from_questions, joining, reporting
from casework.cases.reporting import Facts
from casework.questions import TakenDown
from models import clock as models_clock
from models.alarm import Alarm, AlarmPage
from models.case import Case, CaseSource
from models.contact import Contact
from models.conversation import Conversation
from models.message import Outbox
from models.person import Person, RoleName
from models.question import Intake, QuestionKind
from people import bell
from people.viewers import SYSTEM, Viewer
from tests.casework.cases.conftest import Town
from tests.casework.conftest import heard, staff, told
from tests.conftest import StillClock

FIRE = "3号楼着火了，火很大"
BY_STAFF = (CaseSource.PHONE, CaseSource.WALK_IN, CaseSource.PATROL, CaseSource.VISIT, CaseSource.POST)


@pytest.fixture
async def aunt(town: Town) -> Viewer:
    """王阿姨, known by name."""
    return await staff("王阿姨", town.cast.here, role=RoleName.RESIDENT)


async def paged(case: Case) -> list[int]:
    """Whom the alarm of a case has paged."""
    return [one.person_id for one in await AlarmPage.filter(alarm__case_id=case.id).order_by("number")]


async def told_danger(town: Town, source: CaseSource, *, by: Viewer, **facts: object) -> Case:
    said = Facts("other_matter", FIRE, where="3号楼", **facts)  # pyright: ignore[reportArgumentType]
    return await reporting.report(said, by=by, source=source, place_id=town.cast.here.id)


@pytest.mark.parametrize("source", BY_STAFF)
async def test_what_staff_take_down_pages_who_is_on_duty(town: Town, source: CaseSource) -> None:
    await town.cast.on_duty(town.cast.lin)
    case = await told_danger(town, source, by=town.cast.chen, name="王", phone="13800000000")
    assert (case.is_emergency, await paged(case)) == (True, [town.cast.lin.person_id])
    letter = next(line for line in await told(town.cast.lin) if "呼叫" in line)
    assert all(part in letter for part in (case.number, "3号楼", "着火了"))


async def test_what_another_system_sends_pages_as_well(town: Town) -> None:
    case = await told_danger(town, CaseSource.OPEN311, by=SYSTEM)
    assert len(await paged(case)) == 1


async def test_what_staff_say_cannot_wait_pages_whatever_its_words(town: Town) -> None:
    said = Facts("stair_light", "楼道灯坏了，有老人要摔", is_emergency=True)
    case = await reporting.report(said, by=town.cast.chen, source=CaseSource.PHONE, place_id=town.cast.here.id)
    assert len(await paged(case)) == 1


async def test_what_can_wait_pages_nobody(town: Town) -> None:
    case = await town.report()
    assert (case.is_emergency, await Alarm.all().count()) == (False, 0)


async def test_the_next_is_paged_every_three_minutes_until_somebody_knows(
    town: Town, aunt: Viewer, clock: StillClock
) -> None:
    case = await told_danger(town, CaseSource.WEB, by=aunt)
    clock.forward(minutes=3)
    assert await alarms.page_next(models_clock.now()) == 1
    alarm = await Alarm.get(case_id=case.id)
    assert len(await paged(case)) == 2
    await alarms.acknowledge(alarm.id, by=town.cast.chen)
    clock.forward(hours=1)
    assert await alarms.page_next(models_clock.now()) == 0


async def test_who_reported_without_a_chat_hears_in_every_chat_of_theirs_that_somebody_knows(
    town: Town, aunt: Viewer
) -> None:
    case = await told_danger(town, CaseSource.WEB, by=aunt)
    before = await Outbox.filter(address="staff-王阿姨").count()
    await alarms.acknowledge((await Alarm.get(case_id=case.id)).id, by=town.cast.chen)
    talk = await Conversation.get(contact__person_id=aunt.person_id)
    assert "小陈已经知道了" in (await heard(talk.id))[-1]
    assert await Outbox.filter(address="staff-王阿姨").count() == before + 1


@pytest.mark.parametrize("is_own", [True, False])
async def test_who_reports_signed_in_hears_it_in_the_browser_in_their_own_chats_and_in_news_once_each(
    town: Town, aunt: Viewer, *, is_own: bool
) -> None:
    now, owner = models_clock.now(), aunt.person_id if is_own else None
    contact = await Contact.create(
        created_at=now, channel="web", address="browser", place=town.cast.here, person_id=owner
    )
    browser = await Conversation.create(created_at=now, contact=contact, place=town.cast.here)
    said = Facts("other_matter", FIRE, where="3号楼")
    case = await reporting.report(said, by=aunt, source=CaseSource.WEB, place_id=town.cast.here.id, heard_in=browser.id)
    alarm = await Alarm.get(case_id=case.id)
    assert alarm.conversation_id == browser.id
    for _ in range(2):
        await alarms.acknowledge(alarm.id, by=town.cast.chen)
    assert await heard(browser.id) == ["社区值班的小陈已经知道了，正在处理。"]
    known = f"您报的紧急情况（编号 {case.number}），社区值班的小陈已经知道了，正在处理。"
    assert await heard(await _telegram(aunt)) == [known]
    assert [line.text for line in (await bell.bell(viewer=aunt)).lines] == [known]


async def _telegram(viewer: Viewer) -> int:
    return (await Conversation.get(contact__person_id=viewer.person_id, contact__channel="telegram")).id


async def test_who_told_it_in_a_chat_hears_it_there_once_and_who_joined_hears_it_too(town: Town) -> None:
    cast, case = town.cast, await town.report(FIRE, kind="other_matter")
    await joining.join(case.id, by=cast.li, conversation_id=cast.li_conversation)
    before = len(await heard(cast.li_conversation))
    await alarms.acknowledge((await Alarm.get(case_id=case.id)).id, by=cast.chen)
    assert [line for line in await heard(cast.wang_conversation) if "已经知道了" in line] == [
        "社区值班的小陈已经知道了，正在处理。"
    ]
    [joined] = (await heard(cast.li_conversation))[before:]
    assert "小陈已经知道了" in joined


async def test_one_person_has_one_open_alarm_however_often_they_report_at_once(town: Town, aunt: Viewer) -> None:
    made = await asyncio.gather(*(told_danger(town, CaseSource.WEB, by=aunt) for _ in range(10)))
    assert (len({case.id for case in made}), await Alarm.all().count()) == (10, 1)
    assert await Outbox.filter(kind="alarm").count() == 1


async def test_what_staff_take_down_is_an_alarm_each(town: Town) -> None:
    for _ in range(2):
        await told_danger(town, CaseSource.PHONE, by=town.cast.chen)
    assert await Alarm.all().count() == 2


async def test_a_chat_that_paged_already_does_not_page_for_the_case_again(town: Town, clock: StillClock) -> None:
    talk = town.cast.wang_conversation
    first = await alarms.raise_alarm(by=town.cast.wang, conversation_id=talk, kind="fire", text="着火了")
    await alarms.acknowledge(first.id, by=town.cast.chen)
    await town.report(FIRE, kind="other_matter")
    assert await Alarm.all().count() == 1
    clock.forward(hours=2)
    case = await town.report(FIRE, kind="other_matter")
    assert (await Alarm.get(case_id=case.id)).conversation_id == talk


async def test_a_question_that_becomes_a_case_pages_unless_its_chat_did(town: Town) -> None:
    cast = town.cast
    taken = await questions.open_question(
        by=cast.wang, conversation_id=cast.wang_conversation, text=FIRE, sealed_from=FIRE, kind=QuestionKind.REPORT
    )
    case = await from_questions.to_case(taken.id, by=cast.chen, kind_key="other_matter")
    assert len(await paged(case)) == 1


async def test_a_file_pages_for_what_came_in_today_not_for_what_is_long_over(town: Town, clock: StillClock) -> None:
    rows = "工单编号,来电时间,事项,诉求地址,诉求内容\r\n{}"
    today, past = models_clock.local(clock.moment).strftime("%Y-%m-%d 00:05"), "2026-02-20 09:30"
    clock.forward(hours=1)
    lines = f"1,{today},其他,3号楼,{FIRE}\r\n2,{past},其他,4号楼,{FIRE}\r\n"
    lines = lines.replace("其他", "other_matter")
    await exchange.bring_in(rows.format(lines).encode("utf-8-sig"), by=town.cast.chen, place_id=town.cast.here.id)
    fresh, old = await Case.get(outside="12345:1"), await Case.get(outside="12345:2")
    assert (fresh.is_emergency, old.is_emergency) == (True, True)
    assert (len(await paged(fresh)), len(await paged(old))) == (1, 0)


@pytest.mark.parametrize(("hours", "pages"), [(23, 1), (25, 0)])
async def test_words_written_more_than_a_day_ago_page_nobody(
    town: Town, clock: StillClock, *, hours: int, pages: int
) -> None:
    said_at = clock.moment - dt.timedelta(hours=hours)
    case = await told_danger(town, CaseSource.POST, by=town.cast.chen, said_at=said_at)
    assert (case.is_emergency, case.created_at, len(await paged(case))) == (True, clock.moment, pages)


async def test_what_was_decided_on_is_nobodys_danger_now(town: Town) -> None:
    case = await told_danger(town, CaseSource.PATROL, by=town.cast.chen, is_planned=True)
    assert await paged(case) == []


async def test_where_nobody_can_be_paged_nothing_is_taken_in_that_nobody_would_own(town: Town, aunt: Viewer) -> None:
    await Person.exclude(id=aunt.person_id).update(is_active=False)
    with pytest.raises(Exception, match="nobody"):
        await told_danger(town, CaseSource.WEB, by=aunt)
    assert (await Case.all().count(), await Alarm.all().count()) == (0, 0)


async def test_the_desk_shows_where_it_is_and_of_which_case(town: Town, aunt: Viewer) -> None:
    case = await told_danger(town, CaseSource.WEB, by=aunt)
    line = (await alarms.open_alarms(viewer=town.cast.chen))[0]
    assert (line.case_id, line.number, line.where, line.conversation_id) == (case.id, case.number, "3号楼", None)
    assert await alarms.open_alarms(viewer=town.cast.outsider) == []


async def test_its_words_go_with_those_of_the_case(town: Town, aunt: Viewer) -> None:
    case = await told_danger(town, CaseSource.WEB, by=aunt)
    alarm = await Alarm.get(case_id=case.id)
    await alarms.acknowledge(alarm.id, by=town.cast.chen)
    await Case.filter(id=case.id).update(state="withdrawn")
    await clearing.empty([case.id], words="已删除", now=models_clock.now())
    assert (await Alarm.get(id=alarm.id)).text == "已删除"


async def test_a_call_taken_down_at_the_desk_pages_once_also_when_it_becomes_a_case(town: Town) -> None:
    cast = town.cast
    await cast.on_duty(cast.lin)
    question = await questions.open_question(
        by=cast.chen,
        conversation_id=None,
        text=FIRE,
        sealed_from=FIRE,
        kind=QuestionKind.REPORT,
        taken_down=TakenDown(intake=Intake.PHONE, where="3号楼", place_id=cast.here.id),
    )
    line = (await alarms.open_alarms(viewer=cast.chen))[0]
    assert (line.question_id, line.case_id, line.conversation_id, line.paged) == (question.id, None, None, "小林")
    letter = next(one for one in await told(cast.lin) if "呼叫" in one)
    assert all(part in letter for part in (question.number, "3号楼", "着火了"))
    await from_questions.to_case(question.id, by=cast.chen, kind_key="other_matter")
    await alarms.acknowledge(line.id, by=cast.lin)
    assert await Alarm.all().count() == 1
