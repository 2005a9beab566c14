"""What a hostile resident or a bad moment does to a conversation: nothing is lost, leaked or unanswered."""

from __future__ import annotations

import asyncio

import pytest

from bot import incoming as messages
from bot import worker
from bot.incoming import Incoming
from bot.reply import Outcome
from casework import questions
from courier import inbox
from models import clock as models_clock
from models.contact import Contact
from models.person import Person, Role, RoleName
from models.question import Question, QuestionState
from models.transaction import execute, fetch, fetch_one, transaction
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.conftest import StillClock

CARD = "310101199001011237"


async def memory() -> str:
    row = await fetch_one("SELECT memory FROM conversation")
    assert row is not None
    return row["memory"]


async def test_what_is_remembered_holds_no_personal_numbers(wang: Type) -> None:
    for text in (f"{CARD}敬老卡在哪里办", "敬老卡在哪里办，13800001234"):
        await wang(text)
        assert CARD not in await memory()
        assert "13800001234" not in await memory()


async def test_a_long_question_asked_three_times_is_known_as_the_same(wang: Type) -> None:
    text = "敬老卡怎么办理需要什么材料" + "我是新搬来的不太清楚" * 20
    outcomes = [(await wang(text)).outcome for _ in range(3)]
    assert outcomes[2] is Outcome.REPEATED


@pytest.mark.parametrize("left", ['{"offered":[{"label":"x","kind":"gone"}]}', "not json", '{"new_field":1}'])
async def test_a_memory_that_an_older_version_wrote_does_not_end_the_conversation(wang: Type, left: str) -> None:
    await wang("敬老卡在哪里办")
    await execute("UPDATE conversation SET memory=$1", left)
    assert (await wang("敬老卡在哪里办")).outcome is Outcome.ANSWER


async def test_danger_in_the_middle_of_a_very_long_message_is_heard(wang: Type) -> None:
    said = await wang("今天天气很好。" * 400 + "我家着火了，快来人。" + "今天天气很好。" * 400)
    assert said.outcome is Outcome.EMERGENCY


async def test_without_any_staff_danger_still_gets_the_number(stage: Stage, wang: Type) -> None:
    await execute("DELETE FROM role")
    said = await wang("家里着火了")
    assert said.outcome is Outcome.EMERGENCY
    assert said.letter is not None
    assert "119" in said.letter.text


async def test_an_answered_resident_who_wants_a_person_again_reaches_one(stage: Stage, wang: Type) -> None:
    await wang("车棚充电坏了我要找人工客服")
    question = await Question.get()
    await questions.reply(question.id, by=await stage.viewer("陈"), text="明天修", seen_version=question.version)
    await wang("转人工")
    await question.refresh_from_db()
    assert question.state is QuestionState.CLAIMED


async def test_a_subdistrict_worker_with_a_chat_of_their_own_is_answered(stage: Stage, wang: Type) -> None:
    await wang("你好")
    street = (await fetch("SELECT id FROM place WHERE slug='lane'"))[0]["id"]
    for role in (RoleName.SUBDISTRICT_DESK, RoleName.SUBDISTRICT_OBSERVER):
        person = await Person.create(
            created_at=models_clock.now(), place_id=street, name=role.value, shown_name=role.value
        )
        await Role.create(created_at=models_clock.now(), person_id=person.id, place_id=street, name=role)
        await Contact.filter(address="wang").update(person_id=person.id)
        assert (await wang("敬老卡在哪里办")).outcome is Outcome.ANSWER
        assert (await wang("菜单")).outcome is Outcome.MENU


@pytest.mark.databases("sqlite")
async def test_a_message_set_aside_because_the_conversation_kept_moving_is_apologised_for(
    stage: Stage, wang: Type, clock: StillClock
) -> None:
    await wang("你好")
    await execute(
        "CREATE TRIGGER moves AFTER INSERT ON utterance WHEN new.author='resident'"
        " BEGIN UPDATE conversation SET version=version+1 WHERE id=new.conversation_id; END"
    )
    await messages.receive(Incoming("web", "wang", stage.place_id, "敬老卡在哪里办", key="k"))
    for _ in range(inbox.TRIES_BEFORE_QUARANTINE):
        for message in await inbox.claim():
            await worker.work(message)
        clock.forward(minutes=1)
    said = await fetch("SELECT text FROM utterance WHERE author='bot'")
    assert (await fetch("SELECT state FROM inbox"))[0]["state"] == "quarantined"
    assert len(said) == 2


async def test_a_message_that_cannot_even_be_read_does_not_stop_the_worker(stage: Stage, clock: StillClock) -> None:
    await inbox.receive(channel="web", key="bad", lane="web:bad", payload="no json")
    await execute("UPDATE inbox SET tries=$1", inbox.TRIES_BEFORE_QUARANTINE)
    await messages.receive(Incoming("web", "wang", stage.place_id, "敬老卡在哪里办", key="k"))
    stop = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        assert await worker.work_lane("web:wang", message_id=2, seconds=15)
        stop.set()
    assert [row["state"] for row in await fetch("SELECT state FROM inbox ORDER BY id")] == ["quarantined", "done"]


@pytest.mark.parametrize("text", ["\ud800坏字", "a\x00b", "😀" * 3000, "\u200b", "繁體字老人卡怎麼辦", "1 " * 9000])
async def test_any_text_can_be_received_and_is_answered(stage: Stage, text: str) -> None:
    await messages.receive(Incoming("relay", "gate", stage.place_id, text, key="k"))
    for message in await inbox.claim():
        await worker.work(message)
    assert [row["state"] for row in await fetch("SELECT state FROM inbox")] == ["done"]


@pytest.mark.databases("postgres")
async def test_a_word_written_while_staff_reply_starts_the_clock_again(stage: Stage, wang: Type) -> None:
    await wang("敬老卡在哪里办")
    await wang("车棚充电坏了我要找人工客服")
    question = await Question.get()
    await questions.claim(question.id, by=await stage.viewer("陈"))
    await question.refresh_from_db()
    replied = asyncio.Event()

    async def reply() -> None:
        async with transaction():
            await questions.reply(question.id, by=await stage.viewer("陈"), text="好", seen_version=question.version)
            replied.set()
            await asyncio.sleep(0.5)

    async def write() -> None:
        await replied.wait()
        await wang("还有一件事")

    await asyncio.gather(reply(), write())
    await question.refresh_from_db()
    assert question.state is QuestionState.CLAIMED
