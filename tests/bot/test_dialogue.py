"""The dialogue commits together or not at all, remembers across restarts, and keeps what was typed."""

from __future__ import annotations

import asyncio

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot import dialogue, hearing, offers, worker
from bot import incoming as messages
from bot.incoming import Incoming
from bot.memory import Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene
from casework import conversations, guide, questions
from casework.conversations import ConversationMoved
from courier import inbox, limits
from models.conversation import Author
from models.errors import NotFound, Taken
from models.transaction import execute, fetch, fetch_one
from nlp.intent import understand
from people.viewers import guest
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.conftest import StillClock


async def said(address: str = "wang") -> list[tuple[str, str]]:
    rows = await fetch("SELECT author, text FROM utterance ORDER BY id")
    return [(row["author"], row["text"]) for row in rows]


def from_wang(stage: Stage, text: str, key: str = "k") -> Incoming:
    return Incoming("web", "wang", stage.place_id, text, key=key)


async def test_a_message_delivered_twice_is_answered_once(stage: Stage) -> None:
    first = await messages.receive(from_wang(stage, "敬老卡在哪里办"))
    again = await messages.receive(from_wang(stage, "敬老卡在哪里办"))
    await worker.work_lane("web:wang", message_id=first.id)
    await worker.work_lane("web:wang", message_id=again.id)
    assert [author for author, _ in await said()] == ["resident", "bot"]


async def test_an_answer_whose_lease_was_lost_leaves_nothing_behind(stage: Stage, clock: StillClock) -> None:
    await messages.receive(from_wang(stage, "敬老卡在哪里办"))
    (slow,) = await inbox.claim()
    clock.forward(minutes=5)
    (quick,) = await inbox.claim()
    await worker.work(slow)
    assert await said() == []
    await worker.work(quick)
    assert [author for author, _ in await said()] == ["resident", "bot"]


async def until_quiet(clock: StillClock) -> None:
    for _ in range(inbox.TRIES_BEFORE_QUARANTINE):
        for message in await inbox.claim():
            await worker.work(message)
        clock.forward(minutes=1)


async def test_a_message_that_always_fails_is_set_aside_with_an_apology_and_the_next_is_answered(
    wang: Type, stage: Stage, clock: StillClock
) -> None:
    await wang("你好")
    await inbox.receive(channel="web", key="bad", lane="web:wang", payload="not what a channel writes")
    await messages.receive(from_wang(stage, "敬老卡在哪里办"))
    await until_quiet(clock)
    await until_quiet(clock)
    lines = [text for author, text in await said() if author == "bot"]
    assert "没有丢" in lines[1]
    assert "敬老卡" in lines[2]


async def test_a_bad_message_from_nobody_known_is_set_aside_quietly(stage: Stage, clock: StillClock) -> None:
    await inbox.receive(channel="web", key="bad", lane="web:nobody", payload="[]")
    await until_quiet(clock)
    assert await fetch_one("SELECT state FROM inbox") == {"state": "quarantined"}


async def test_what_was_typed_is_kept_masked_with_the_original_sealed(wang: Type) -> None:
    await wang("我手机13812345678，敬老卡在哪里办")
    row = await fetch_one("SELECT id, text, sealed FROM utterance WHERE author='resident'")
    assert row is not None
    assert "13812345678" not in row["text"] + row["sealed"]
    assert "13812345678" in await conversations.original(row["id"])


async def test_the_number_reaches_the_desk_sealed_only(wang: Type, stage: Stage) -> None:
    await wang("我手机13812345678，天上的月亮几点出来")
    await wang("转人工")
    row = await fetch_one("SELECT id, text FROM question")
    assert row is not None
    assert "13812345678" not in row["text"]
    assert "13812345678" in await questions.unseal(row["id"], by=await stage.viewer("高"))


async def test_memory_lives_in_the_row_and_survives_a_restart(wang: Type) -> None:
    await wang("怎么办居住证")
    row = await fetch_one("SELECT memory FROM conversation")
    assert row is not None
    assert "residence-permit" in row["memory"]
    assert (await wang("1")).outcome is Outcome.ASK_BACK


async def test_a_claim_while_the_bot_thinks_makes_it_think_again(wang: Type, stage: Stage) -> None:
    await wang("转人工")
    scene = await hearing.hear(from_wang(stage, "敬老卡在哪里办"), is_too_fast=False)
    await questions.claim(1, by=await stage.viewer("陈"))
    with pytest.raises(ConversationMoved):
        await dialogue._settle(scene, None)
    assert (await wang("敬老卡在哪里办")).outcome is Outcome.SILENT


async def test_who_is_never_first_hears_that(wang: Type, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def late(_scene: Scene) -> Reply | None:
        raise Taken("booking.taken")

    monkeypatch.setattr(dialogue, "TURNS", (late,))
    said = await wang("敬老卡在哪里办")
    assert said.letter is not None
    assert "刚刚被别人约走了" in said.letter.text


async def test_nobody_else_reads_a_conversation(wang: Type, stage: Stage) -> None:
    await wang("敬老卡在哪里办")
    conversation_id = await conversations.conversation_of(channel="web", address="wang")
    assert conversation_id is not None
    for viewer in (guest(stage.place_id), guest(stage.place_id, contact_id=999)):
        with pytest.raises(NotFound):
            await conversations.lines(conversation_id, viewer=viewer)


async def test_staff_of_another_neighbourhood_do_not_read_it_and_our_own_do(wang: Type, stage: Stage) -> None:
    await wang("敬老卡在哪里办")
    conversation_id = await conversations.conversation_of(channel="web", address="wang")
    assert conversation_id is not None
    with pytest.raises(NotFound):
        await conversations.lines(conversation_id, viewer=await stage.viewer("外人"))
    lines = await conversations.lines(conversation_id, viewer=await stage.viewer("陈"))
    assert [line.author for line in lines] == [Author.RESIDENT, Author.BOT]


async def test_a_verdict_is_kept_once_per_answer_and_the_last_press_counts(wang: Type) -> None:
    await wang("敬老卡丢了怎么办")
    await wang("有用")
    await wang("没解决")
    assert await fetch("SELECT entry_key, verdict FROM feedback") == [
        {"entry_key": "respect-elder-card", "verdict": "unsolved"}
    ]


async def test_every_item_is_reached_from_the_menu_by_three_numbers(wang: Type) -> None:
    menu = await wang("菜单")
    assert menu.letter is not None
    reached = set()
    for category in range(1, len(menu.letter.choices)):
        for page in ("", "8"):
            limits.install(MovingWindowRateLimiter(MemoryStorage()))  # She takes her time.
            await wang("菜单")
            shown = await wang(str(category))
            shown = await wang(page) if page and shown.letter and "下一页" in shown.letter.choices else shown
            assert shown.letter is not None
            for number, label in enumerate(shown.letter.choices, start=1):
                picked = [offer for offer in shown.memory.offered if offer.label == label]
                reached |= {offer.value for offer in picked if offer.kind == "entry"}
                assert number <= 14
    assert len(reached) == 23


@pytest.mark.parametrize("said", ["12", "１２", "十二", "第十二个", "我选十二", "⑫", "第12项", "12.", "选12号"])
def test_a_number_above_ten_is_picked_in_any_form(said: str) -> None:
    lines = tuple(Offer(f"第{number}行的事", OfferKind.ENTRY, str(number)) for number in range(1, 15))
    picked = offers.chosen(Memory(offered=lines), understand(said, words=guide.words()))
    assert picked is not None
    assert picked.value == "12"
    assert offers.chosen(Memory(offered=lines[:11]), understand("十二", words=guide.words())) is None


@pytest.mark.parametrize("wish", ["人工", "转人工", "找人", "我要投诉"])
async def test_a_wish_for_a_person_opens_a_question_at_the_first_try(wang: Type, wish: str) -> None:
    assert (await wang(wish)).outcome is Outcome.HAND_OVER
    assert len(await fetch("SELECT id FROM question")) == 1


async def test_an_emergency_pages_somebody_and_never_claims_that_somebody_knows(wang: Type) -> None:
    reply = await wang("家里着火了")
    assert reply.letter is not None
    assert reply.letter.text.splitlines()[0] == "请马上打 119！"
    assert "知道了" not in reply.letter.text
    assert len(await fetch("SELECT id FROM alarm")) == 1


async def test_an_emergency_is_answered_even_where_nobody_can_be_paged(wang: Type) -> None:
    await execute("DELETE FROM role")
    reply = await wang("家里着火了")
    assert reply.letter is not None
    assert "119" in reply.letter.text.splitlines()[0]
    assert "呼叫" not in reply.letter.text


async def test_a_wish_for_a_person_where_there_is_none_gives_the_number_to_ring(wang: Type) -> None:
    await execute("DELETE FROM role")
    reply = await wang("转人工")
    assert reply.letter is not None
    assert "021-00000000" in reply.letter.text


async def test_danger_is_heard_at_the_end_of_a_long_story(wang: Type) -> None:
    assert (await wang("今天天气蛮好。" * 400 + "家里着火了")).outcome is Outcome.EMERGENCY


async def test_two_messages_of_one_resident_are_answered_in_order(stage: Stage) -> None:
    first = await messages.receive(from_wang(stage, "你好", "1"))
    second = await messages.receive(from_wang(stage, "谢谢", "2"))
    await asyncio.gather(*(worker.work_lane("web:wang", message_id=one.id) for one in (second, first)))
    assert [text for author, text in await said() if author == "resident"] == ["你好", "谢谢"]


async def test_the_loop_works_the_inbox_and_stops_when_told(stage: Stage) -> None:
    received = [await messages.receive(Incoming("web", f"r{n}", stage.place_id, "你好", str(n))) for n in range(5)]
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        while not all([await inbox.is_done(one.id) for one in received]):  # noqa: ASYNC110 - it is the loop that is awaited.
            await asyncio.sleep(0.01)
        stop.set()
    assert len(await fetch("SELECT id FROM outbox")) == 5
