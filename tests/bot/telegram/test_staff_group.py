"""The staff's group: a topic and one card for each question, claimed and answered there, the web desk the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import fetching
from bot.staff.board import BoardBusy
from bot.staff.keeping import Keeper
from casework import questions, topics
from courier import signals
from courier.parts import units
from models.errors import NotFound
from models.group import GroupKind
from models.message import Inbox
from models.question import Question, QuestionState, StaffReply
from models.topic import Topic
from models.transaction import execute
from people import groups as rooms
from people import shelf
from people.viewers import SYSTEM
from tests.bot.stage import Stage
from tests.bot.telegram.conftest import Line
from tests.bot.telegram.rooms import CHEN, DESK, GAO, STRANGER, Groups
from tests.conftest import StillClock
from tests.fakes.telegram_groups import group_message, group_press, our_words
from tests.fakes.telegram_updates import Arrived, message, photo
from tests.people import photos
from tests.people.joining import fresh_limits

pytestmark = pytest.mark.databases("sqlite")
BOTH = pytest.mark.databases("sqlite", "postgres")
WORDS = "我要找人工，楼道灯坏了一直没人来看，我叫王小红，住3号楼501室，电话13800138000"


@pytest.fixture
async def desk(line: Line, stage: Stage) -> Groups:
    """A staff group, bound; 高 and 陈 are known there, 外人 is staff of another neighbourhood."""
    groups = Groups(line, stage)
    await groups.bind(DESK, GroupKind.STAFF)
    await groups.know(CHEN, "陈")
    await groups.know(STRANGER, "外人")
    line.fake.arrived.clear()
    return groups


async def keep(groups: Groups, *, rounds: int = 1) -> None:
    """Whoever keeps the topics looks at them."""
    for _ in range(rounds):
        keeper = Keeper(groups.line.forum)
        for room in await rooms.staff_rooms():
            await keeper.keep(room)


async def asked(groups: Groups, text: str = WORDS, *, user: int = 7) -> Question:
    """王阿姨 wants a person for something, in her own chat."""
    await groups.line.post(message(user * 1000, text, chat=user))
    await groups.line.work()
    question = await Question.filter(conversation__contact__address=str(user)).first()
    assert question is not None
    return question


def cards(groups: Groups) -> list[Arrived]:
    """The cards as they stand now."""
    posted = [one for one in groups.line.fake.arrived if one.chat_id == DESK and one.thread and not one.reply_to]
    return [groups.line.fake.standing[one.message_id] for one in posted]


@BOTH
async def test_a_question_is_a_topic_with_one_card_that_hides_who_asked(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk, rounds=3)
    [card] = cards(desk)
    [(at, topic)] = desk.line.fake.groups.topics.items()
    assert (at, topic.is_closed) == ((DESK, card.thread), False)
    assert question.number in topic.title
    assert question.number in card.text
    assert "等人接手" in card.text
    assert not any(hidden in card.text + topic.title for hidden in ("小红", "501", "13800138000"))
    assert "https://mulin.example/desk/" in card.buttons[-1][1]


async def test_a_card_says_when_the_time_is_past(desk: Groups, clock: StillClock) -> None:
    await asked(desk)
    await keep(desk)
    clock.forward(hours=5)
    await keep(desk, rounds=2)
    assert "已过时限" in cards(desk)[0].text
    assert len(desk.line.fake.edits) == 1


async def test_a_claim_at_a_press_shows_at_the_desk_and_on_the_card_and_wakes_the_desk(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    async with signals.listening(signals.desk_topic(desk.stage.place_id)) as listener:
        await desk.press(cards(desk)[0], "接手", user=CHEN)
        assert await listener.wait(seconds=0.1)
    shown = await questions.question(question.id, viewer=await desk.stage.viewer("高"))
    assert (shown.line.state, shown.line.claimed_by) == (QuestionState.CLAIMED, "小陈")
    await keep(desk)
    assert "正在答复：小陈" in cards(desk)[0].text
    assert len(cards(desk)) == 1
    await questions.release(question.id, by=await desk.stage.viewer("陈"))
    await questions.claim(question.id, by=await desk.stage.viewer("高"))
    await keep(desk)
    assert "正在答复：高书记" in cards(desk)[0].text


async def test_of_two_who_claim_the_second_hears_who_was_first(desk: Groups) -> None:
    await asked(desk)
    await keep(desk)
    card = cards(desk)[0]
    await desk.press(card, "接手", user=CHEN)
    await desk.press(card, "接手", user=GAO)
    assert "小陈" in desk.line.fake.arrived[-1].text
    assert desk.line.fake.arrived[-1].thread == card.thread


@BOTH
async def test_an_answer_to_the_card_reaches_the_resident_and_other_talk_nobody(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    card, before = cards(desk)[0], await Inbox.all().count()
    await desk.say("这事归物业吧", chat=DESK, user=CHEN, thread=card.thread)
    assert await Inbox.all().count() == before
    await desk.answer(card, "明天上午来修", user=CHEN)
    assert "明天上午来修" in [one.text for one in desk.line.fake.arrived if one.chat_id == 7][-1]
    await keep(desk)
    assert "已答复" in cards(desk)[0].text
    await desk.press(cards(desk)[0], "结束", user=CHEN)
    assert (await Question.get(id=question.id)).state is QuestionState.CLOSED


async def test_being_in_the_group_is_no_permission(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    card, seen, kept = cards(desk)[0], len(desk.line.fake.arrived), await Inbox.all().count()
    for user in (7, 12345):
        await desk.press(card, "接手", user=user)
        assert await desk.answer(card, "我来答", user=user) == []
    assert await Inbox.all().count() == kept
    await execute("DELETE FROM role WHERE person_id=$1", desk.stage.staff["陈"])
    for user in (STRANGER, CHEN):
        await desk.press(card, "接手", user=user)
        assert await desk.answer(card, "我来答", user=user) == []
    assert ((await Question.get(id=question.id)).state, len(desk.line.fake.arrived)) == (QuestionState.WAITING, seen)
    assert await StaffReply.all().count() == 0


async def test_a_button_of_another_topic_or_a_made_up_one_does_nothing(desk: Groups) -> None:
    first, second = await asked(desk), await asked(desk, "转人工", user=8)
    await keep(desk)
    card = cards(desk)[0]
    for number, data in enumerate((f"claim:{second.id}:1", "claim:x:1", "erase:1:1", "claim:1", "")):
        await desk.line.post(group_press(900 + number, card.message_id, data, chat=DESK, user=CHEN, thread=card.thread))
        await desk.line.work()
    states = {(await Question.get(id=one.id)).state for one in (first, second)}
    assert states == {QuestionState.WAITING}


async def test_the_same_press_twice_is_one_and_after_a_release_it_is_another(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    card = cards(desk)[0]
    for _ in range(2):
        await desk.press(card, "接手", user=CHEN)
    await keep(desk)
    await desk.press(cards(desk)[0], "放回", user=CHEN)
    await keep(desk)
    await desk.press(cards(desk)[0], "接手", user=CHEN)
    assert (await Question.get(id=question.id)).state is QuestionState.CLAIMED


@BOTH
async def test_the_topic_is_closed_in_the_end_and_opened_when_it_begins_again(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    await questions.close(question.id, by=await desk.stage.viewer("高"), note="重复的")
    await keep(desk, rounds=2)
    [topic] = desk.line.fake.groups.topics.values()
    assert (topic.is_closed, cards(desk)[0].buttons[0][0]) == (True, "值班台")
    await execute("UPDATE question SET state='waiting', closed_at=NULL, version=version+1 WHERE id=$1", question.id)
    await keep(desk, rounds=2)
    assert topic.history == ["closed", "opened"]
    assert "等人接手" in cards(desk)[0].text


async def test_a_topic_that_somebody_deleted_is_made_anew_with_its_card(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    desk.line.fake.groups.topics.clear()
    await questions.claim(question.id, by=await desk.stage.viewer("陈"))
    await keep(desk, rounds=3)
    assert len(desk.line.fake.groups.topics) == 1
    card = cards(desk)[-1]
    assert "正在答复：小陈" in card.text
    await desk.answer(card, "好的", user=CHEN)
    assert (await Question.get(id=question.id)).state is QuestionState.ANSWERED
    desk.line.fake.standing.clear()  # And somebody deletes the card.
    await keep(desk, rounds=2)
    assert (await Topic.get()).card_id == desk.line.fake.arrived[-1].message_id
    assert len(desk.line.fake.groups.topics) == 1


async def test_many_changes_are_few_edits_and_no_minute_has_more_than_twenty(desk: Groups) -> None:
    chen = await desk.stage.viewer("陈")
    asked_by = [await asked(desk, user=20 + number) for number in range(3)]
    await keep(desk)
    for _ in range(10):
        for one in asked_by:
            await questions.claim(one.id, by=chen)
            await questions.release(one.id, by=chen)
        await keep(desk)
    assert desk.line.fake.groups.counts[DESK] <= 19
    assert [reply for reply in desk.line.fake.calls if reply == "editMessageText"]
    fresh_limits()
    desk.line.fake.groups.next_minute()
    await keep(desk)
    assert {card.text.splitlines()[0][-4:] for card in cards(desk)} == {"等人接手"}
    assert len(cards(desk)) == 3


async def test_told_to_wait_or_without_rights_it_rests(desk: Groups) -> None:
    await asked(desk)
    keeper = Keeper(desk.line.forum)
    [room] = await rooms.staff_rooms()
    desk.line.fake.groups.without_rights.add(DESK)
    with pytest.raises(BoardBusy):
        await desk.line.forum.open(str(DESK), title="x")
    desk.line.fake.groups.without_rights.clear()
    desk.line.fake.groups.fill(DESK)
    before = len(desk.line.fake.calls)
    for _ in range(5):
        await keeper.keep(room)
    assert len(desk.line.fake.calls) == before + 1
    assert await Topic.all().count() == 0


async def test_what_the_resident_writes_on_is_on_the_card_and_said_once(desk: Groups, clock: StillClock) -> None:
    await asked(desk)
    await keep(desk)
    await desk.press(cards(desk)[0], "接手", user=CHEN)
    await keep(desk)
    clock.forward(minutes=1)
    for number, text in enumerate(("还有，二楼也不亮", "我手机13800138000")):
        await desk.line.post(message(800 + number, text))
        await desk.line.work()
    await keep(desk, rounds=3)
    assert "二楼也不亮" in cards(desk)[0].text
    assert "13800138000" not in cards(desk)[0].text
    assert sum("居民又写了" in one.text for one in desk.line.fake.arrived) == 1


async def test_an_answer_edited_in_the_topic_is_put_right_for_the_resident(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    card = cards(desk)[0]
    number = await desk.say("明天上午九点", chat=DESK, user=CHEN, thread=card.thread, reply_to=_below(card))
    await desk.line.work()
    edited = {
        "update_id": 990,
        "edited_message": {**_edited(card, number), "text": "明天下午三点", "edit_date": 1_772_413_900},
    }
    for update in (edited, {**edited, "update_id": 991}):
        await desk.line.post(update)
        await desk.line.work()
    to_wang = [one.text for one in desk.line.fake.arrived if one.chat_id == 7]
    assert sum("下午三点" in text for text in to_wang) == 1
    assert [one.state for one in await StaffReply.filter(question_id=question.id).order_by("id")] == [
        "corrected",
        "standing",
    ]


def _below(card: Arrived) -> dict[str, object]:
    return our_words(card.message_id, chat=DESK)


def _edited(card: Arrived, number: int) -> dict[str, object]:
    made = group_message(number, "x", chat=DESK, user=CHEN, thread=card.thread, reply_to=_below(card))
    return made["message"]


async def test_words_that_were_erased_leave_the_card(desk: Groups) -> None:
    question = await asked(desk)
    await keep(desk)
    await questions.close(question.id, by=await desk.stage.viewer("高"), note="重复的")
    await keep(desk, rounds=2)
    await desk.line.post(message(850, "删除我的对话记录"))
    await desk.line.work()
    await desk.line.post(message(851, "1"))
    await desk.line.work()
    assert (await Question.get(id=question.id)).erased_at is not None
    await keep(desk)
    assert "楼道灯" not in cards(desk)[0].text


async def test_a_group_that_moves_is_followed(desk: Groups) -> None:
    await asked(desk)
    new = -1_000_000_000_999
    desk.line.fake.groups.moved[DESK] = new
    await keep(desk, rounds=2)
    assert {chat for chat, _ in desk.line.fake.groups.topics} == {new}


async def test_one_process_at_a_time_has_a_group_in_hand_and_another_place_is_not_shown_there(
    desk: Groups, clock: StillClock
) -> None:
    [room], question = await rooms.staff_rooms(), await asked(desk)
    owner = await topics.hold(room)
    assert owner is not None
    assert await topics.hold(room) is None
    await topics.let_go(room, "another")
    assert await topics.hold(room) is None
    clock.forward(minutes=2)
    assert await topics.hold(room) is not None
    with pytest.raises(NotFound):
        await topics.card(question.id, viewer=await desk.stage.viewer("外人"))
    await execute("UPDATE question SET place_id=$1 WHERE id=$2", desk.stage.other_place_id, question.id)
    assert await topics.stale(room.id, place_id=room.place_id, viewer=SYSTEM) == []


async def test_a_card_that_is_refused_holds_up_no_other(desk: Groups) -> None:
    first, second = await asked(desk), await asked(desk, "我要找人工，路灯不亮", user=8)
    desk.line.fake.refused_words = first.number
    keeper = Keeper(desk.line.forum)
    [room] = await rooms.staff_rooms()
    for _ in range(4):
        await keeper.keep(room)
    assert [second.number in card.text for card in cards(desk)] == [True]
    assert desk.line.fake.calls.count("sendMessage") < 10
    desk.line.fake.refused_words = ""
    await questions.claim(first.id, by=await desk.stage.viewer("高"))
    await keeper.keep(room)
    assert len(cards(desk)) == 2


async def test_a_card_of_emoji_is_cut_as_telegram_counts(desk: Groups) -> None:
    await asked(desk, "我要找人工，" + "😀" * 1_400)
    await keep(desk)
    [card] = cards(desk)
    assert card.text.count("😀") > 400
    assert units(card.text) < 1_300


@BOTH
async def test_a_photo_that_came_by_telegram_stands_below_the_card_once_and_goes_with_the_words(
    desk: Groups, tmp_path: Path
) -> None:
    shelf.use_folder(tmp_path)
    fake = desk.line.fake
    fake.files["lamp"] = photos.photo()
    await desk.line.post(message(70, "", photo=photo("lamp"), caption=WORDS))
    await desk.line.work()
    await fetching.fetch_due(channels={"telegram": desk.line.channel})
    await keep(desk, rounds=3)
    [card] = cards(desk)
    assert [(chat, thread) for chat, thread, _ in fake.pictures.values()] == [(DESK, card.thread)]
    question = await Question.get()
    await questions.close(question.id, by=await desk.stage.viewer("高"), note="重复的")
    for number, text in ((71, "删除我的对话记录"), (72, "1")):
        await desk.line.post(message(number, text))
        await desk.line.work()
    await keep(desk, rounds=2)
    assert fake.pictures == {}


async def test_a_round_holds_on_to_its_group_and_leaves_it_to_who_took_it_over(desk: Groups, clock: StillClock) -> None:
    [room] = await rooms.staff_rooms()
    owner = await topics.hold(room)
    assert owner is not None
    clock.forward(seconds=90)
    assert await topics.hold_on(room, owner)
    clock.forward(seconds=90)
    assert await topics.hold(room) is None
    clock.forward(seconds=90)
    assert await topics.hold(room) is not None
    assert not await topics.hold_on(room, owner)
