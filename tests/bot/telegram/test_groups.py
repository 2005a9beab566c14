"""In a residents' group: short answers for everybody, nothing about anybody, and no trace of what is not for us."""

from __future__ import annotations

import pytest

from bot.channels.telegram import me
from casework import mutes
from casework.cases import catalogue
from models.alarm import Alarm
from models.case import Case
from models.contact import Contact
from models.conversation import Conversation, Utterance
from models.group import Group, GroupKind
from models.message import Inbox, Outbox
from models.question import Question, QuestionKind
from people import group_binding
from tests import chat_cases
from tests.bot.stage import Stage
from tests.bot.telegram.conftest import Line
from tests.bot.telegram.rooms import BOT, DESK, GAO, ROOM, STRANGER, Groups
from tests.conftest import StillClock
from tests.fakes.telegram_groups import (
    group_membership,
    group_message,
    group_press,
    moving,
    neighbours_words,
    our_words,
)
from tests.fakes.telegram_updates import message
from tests.words_left import where

pytestmark = pytest.mark.databases("sqlite")
BOTH = pytest.mark.databases("sqlite", "postgres")
ID_NUMBER, PHONE = "310101199003070038", "13800138000"


@pytest.fixture
async def room(line: Line, stage: Stage) -> Groups:
    """An estate's group, bound."""
    groups = Groups(line, stage)
    await groups.bind(ROOM, GroupKind.RESIDENTS)
    return groups


@BOTH
async def test_a_lead_binds_a_group_with_a_code_and_nobody_else_does(line: Line, stage: Stage) -> None:
    groups = Groups(line, stage)
    await groups.know(901, "陈")
    code = await groups.code(GroupKind.RESIDENTS)
    for user in (STRANGER, 901):
        await groups.ask(f"/bind {code}", user=user)
    assert await Group.all().count() == 0
    await groups.know(GAO, "高")
    [answer] = await groups.ask(f"{BOT} 绑定 {code}", user=GAO)
    assert "登记好了" in answer.text
    assert (await Group.get(address=str(ROOM))).place_id == stage.place_id
    [again] = await groups.ask(f"/bind {code}", user=GAO, chat=-501)
    assert "已经用过" in again.text


async def test_a_question_gets_a_short_answer_with_a_link_below_it(room: Groups) -> None:
    number = await room.say(f"{BOT} 首次申领居住证要带什么", chat=ROOM)
    await room.line.work()
    answer = room.line.fake.arrived[-1]
    assert (answer.chat_id, answer.reply_to, answer.buttons) == (ROOM, number, ())
    assert "https://mulin.example/guide/" in answer.text
    assert len(answer.text) < 420


async def test_other_talk_leaves_no_trace(room: Groups) -> None:
    before, lines = await Inbox.all().count(), await Utterance.all().count()
    await room.say("你们那里停水了吗", chat=ROOM)
    await room.say("@somebody_else 停水了吗", chat=ROOM)
    await room.say("/start@another_bot", chat=ROOM)
    assert (await Inbox.all().count(), await Utterance.all().count()) == (before, lines)
    await room.ask(f"{BOT} 首次申领居住证要带什么，我叫独一无二")
    await room.line.post(group_message(990, "独一无二", chat=ROOM, reply_to={"message_id": 1}))  # Nobody can read it.
    press = group_press(992, 5, "claim:1:1", chat=DESK)
    press["callback_query"]["message"] |= {"text": "独一无二", "date": "x"}
    await room.line.post(press)  # Nobody can read this either.
    assert await where("独一无二") == set()
    assert await Conversation.filter(contact__address="7").count() == 0


async def test_a_personal_number_leads_into_ones_own_chat_and_is_not_repeated(room: Groups) -> None:
    for text in (f"我的身份证{ID_NUMBER}能办居住证吗", f"打我电话{PHONE}", "３１０１０１ 19900307 0038 查一下"):
        [answer] = await room.ask(f"{BOT} {text}")
        assert "https://t.me/mulin_test_bot?start=g" in answer.text
        assert not any(number[-4:] in answer.text for number in (ID_NUMBER, PHONE))
    assert await Question.all().count() == 0


async def test_before_the_bot_knows_its_name_nothing_is_lost(room: Groups) -> None:
    known, update = me.me(), group_message(991, f"{BOT} 首次申领居住证要带什么", chat=ROOM)
    me.use(me.Me(known.id))
    assert (await room.line.post(update))[0] == 503
    me.use(known)
    assert (await room.line.post(update))[0] == 200
    await room.line.work()
    assert room.line.fake.arrived[-1].reply_to == 991


async def test_danger_gives_the_number_first_and_pages_who_is_on_duty(room: Groups) -> None:
    [answer] = await room.ask(f"{BOT} 3号楼着火了，我电话{PHONE}")
    assert answer.text.startswith("请马上打 119")
    assert "正在呼叫" in answer.text
    alarm = await Alarm.get()
    assert (alarm.place_id, PHONE in alarm.text) == (room.stage.place_id, False)
    assert PHONE not in answer.text
    [again] = await room.ask(BOT, reply_to=neighbours_words(5, "煤气味很大，快来人"))
    assert again.text.startswith("请马上打")


async def test_a_group_nobody_bound_is_told_how_once_an_hour_and_danger_counts_there_however_fast(
    line: Line, stage: Stage
) -> None:
    groups = Groups(line, stage)
    told = [one for _ in range(20) for one in await groups.ask(f"{BOT} 你好", chat=-7)]
    assert ["绑群码" in one.text for one in told] == [True]
    [answer] = await groups.ask(f"{BOT} 家里着火了", chat=-7)
    assert answer.text.startswith("请马上打 119")
    assert await Alarm.all().count() == 1


@BOTH
async def test_a_neighbours_words_become_a_report_once_for_whoever_points_at_them(room: Groups) -> None:
    words = neighbours_words(55, f"3号楼电梯又坏了，电话{PHONE}")
    [answer] = await room.ask(f"{BOT} 报修", reply_to=words)
    question = await Question.get()
    assert (question.kind, question.place_id) == (QuestionKind.REPORT, room.stage.place_id)
    assert "电梯" in question.text
    assert PHONE not in question.text + answer.text
    assert question.number in answer.text
    [second] = await room.ask(f"{BOT} 报修", reply_to=words, user=9)
    assert f"已经报过了，编号 {question.number}" in second.text
    assert await Question.all().count() == 1
    contact = await Contact.get(conversation__questions__id=question.id)
    assert (contact.channel, contact.address) == ("telegram", "7")


async def test_own_words_are_reported_too_and_a_wish_for_a_person_is_granted_at_once(room: Groups) -> None:
    [answer] = await room.ask(f"{BOT} 报修")
    assert "回复" in answer.text
    await room.ask(f"{BOT} 报修 5号楼门禁坏了")
    assert "门禁" in (await Question.get()).text
    [answer] = await room.ask(f"{BOT} 转人工", user=9)
    assert (await Question.get(kind="question")).number in answer.text
    [again] = await room.ask(f"{BOT} 找人工", user=9)
    assert "已经在值班人员那里" in again.text
    assert await Question.all().count() == 2


@BOTH
async def test_what_is_sure_and_has_its_place_is_a_case_at_once_and_what_may_be_known_is_looked_at(
    room: Groups,
) -> None:
    await chat_cases.load_kinds(room.stage, "高", "", "")
    words = neighbours_words(55, f"昨天晚上开始3号楼电梯坏了没人修，电话{PHONE}")
    [answer] = await room.ask(f"{BOT} 报修", reply_to=words)
    case = await Case.get()
    assert (case.where_text, case.when_text, PHONE in case.text) == ("3号楼", "昨天晚上开始", False)
    assert case.number in answer.text
    [second] = await room.ask(f"{BOT} 报修", reply_to=words, user=9)
    assert f"已经报过了，编号 {case.number}" in second.text
    for text in ("3号楼的电梯坏了，没人修", "电梯坏了没人修"):
        await room.ask(f"{BOT} 报修 {text}", user=9)
    assert (await Case.all().count(), await Question.all().count()) == (1, 2)
    [answer] = await room.ask(f"{BOT} 报修 5号楼墙皮掉下来了，差点砸到人", user=9)
    assert "先让行人绕开" in answer.text
    assert (await Case.all().count(), await Alarm.all().count()) == (2, 1)
    catalogue.forget()


async def test_whoever_is_paused_or_reports_too_often_rings_up(room: Groups) -> None:
    for number in range(1, 6):
        await room.ask(f"{BOT} 报修：{number}号楼门禁坏了")
    assert (await Question.get(number="Q-0001")).text == "1号楼门禁坏了"
    [answer] = await room.ask(f"{BOT} 报修 6号楼门禁坏了")
    assert "请直接打" in answer.text
    await room.line.post(message(900, "你好", chat=9))
    await room.line.work()
    talk = await Conversation.get(contact__address="9")
    await mutes.mute(talk.id, by=await room.stage.viewer("陈"), hours=1, reason="刷屏")
    [answer] = await room.ask(f"{BOT} 报修 7号楼门禁坏了", user=9)
    assert "请直接打" in answer.text
    assert await Question.all().count() == 5


async def test_somebody_of_another_neighbourhood_reports_nothing_here_but_danger_counts(room: Groups) -> None:
    await Contact.create(
        created_at="2026-01-01 00:00Z", channel="telegram", address="7", place_id=room.stage.other_place_id
    )
    [answer] = await room.ask(f"{BOT} 报修", reply_to=neighbours_words(55, "电梯坏了"))
    assert "登记在别的居村" in answer.text
    assert await Question.all().count() == 0
    await room.ask(f"{BOT} 着火了")
    assert (await Alarm.get()).place_id == room.stage.place_id


async def test_thanks_bots_and_anonymous_admins_are_not_answered(room: Groups) -> None:
    assert await room.ask("谢谢", reply_to=our_words(1000, chat=ROOM)) == []
    [answer] = await room.ask("首次申领居住证要带什么", reply_to=our_words(1000, chat=ROOM))
    assert "居住证" in answer.text
    before = await Inbox.all().count()
    await room.say(f"{BOT} 居住证", chat=ROOM, **{"from": {"id": 5, "is_bot": True, "first_name": "x"}})
    await room.say(f"{BOT} 居住证", chat=ROOM, sender_chat={"id": ROOM, "type": "supergroup", "title": "x"})
    assert await Inbox.all().count() == before


@BOTH
async def test_a_group_that_moves_is_followed_and_what_waits_is_sent_there_once(room: Groups) -> None:
    new = -1_000_000_000_500
    await room.say(f"{BOT} 首次申领居住证要带什么", chat=ROOM)
    room.line.fake.groups.moved[ROOM] = new
    for _ in range(3):
        await room.line.work()
    assert [one.chat_id for one in room.line.fake.arrived].count(new) == 1
    assert (await Group.get()).address == str(new)
    for update in moving(500, ROOM, new):
        await room.line.post(update)
    assert len(await room.ask(f"{BOT} 首次申领居住证要带什么", chat=new)) == 1
    assert await Outbox.filter(state__not="done").count() == 0


async def test_coming_is_said_and_going_is_told_to_who_bound_it_once(room: Groups) -> None:
    await room.line.post(group_membership(700, chat=-77))
    await room.line.work()
    assert "绑群码" in room.line.fake.arrived[-1].text
    for number in (701, 702):
        await room.line.post(group_membership(number, chat=ROOM, is_in=False))
        await room.line.work()
    assert (await Group.get(address=str(ROOM))).left_at is not None
    told = [one for one in room.line.fake.arrived if one.chat_id == GAO]
    assert ["已经没有我了" in one.text for one in told] == [True]
    await room.line.post(group_membership(703, chat=ROOM))
    await room.line.work()
    assert (await Group.get(address=str(ROOM))).left_at is None
    room.line.fake.groups.kicked.add(ROOM)
    assert await room.ask(f"{BOT} 首次申领居住证要带什么") == []
    assert (await Group.get(address=str(ROOM))).left_at is not None


async def test_who_comes_by_a_groups_link_belongs_to_its_place(line: Line, stage: Stage) -> None:
    groups = Groups(line, stage)
    await groups.bind(ROOM, GroupKind.RESIDENTS)
    await Group.all().update(place_id=stage.other_place_id)
    group = await Group.get()
    await line.post(message(900, f"/start g{group.id}", chat=70))
    await line.work()
    assert (await Contact.get(address="70")).place_id == stage.other_place_id
    assert line.fake.arrived[-1].chat_id == 70


async def test_another_neighbourhoods_lead_takes_no_group_over_until_it_is_let_go(room: Groups) -> None:
    await room.know(STRANGER, "外人")
    code = await room.code(GroupKind.RESIDENTS, by="外人")
    [answer] = await room.ask(f"/bind {code}", user=STRANGER)
    assert "先在那里解绑" in answer.text
    await group_binding.unbind((await Group.get()).id, by=await room.stage.viewer("高"))
    [answer] = await room.ask(f"{BOT} 首次申领居住证要带什么")
    assert "还没有登记" in answer.text
    await room.ask(f"/bind {code}", user=STRANGER)
    assert (await Group.get()).place_id == room.stage.other_place_id


async def test_what_was_written_for_a_group_that_was_let_go_is_not_sent(room: Groups, clock: StillClock) -> None:
    await room.say(f"{BOT} 首次申领居住证要带什么", chat=ROOM)
    await room.line.hear()
    clock.forward(seconds=1)
    await group_binding.unbind((await Group.get()).id, by=await room.stage.viewer("高"))
    arrived = len(room.line.fake.arrived)
    await room.line.work()
    assert len(room.line.fake.arrived) == arrived


async def test_a_staff_group_needs_topics(line: Line, stage: Stage) -> None:
    groups = Groups(line, stage)
    await groups.know(GAO, "高")
    code = await groups.code(GroupKind.STAFF)
    [answer] = await groups.ask(f"/bind {code}", user=GAO, chat=DESK)
    assert "话题" in answer.text
    [bound] = await groups.ask(f"/bind {code}", user=GAO, chat=DESK, is_forum=True)  # The code was not used up by that.
    assert "工作群" in bound.text
