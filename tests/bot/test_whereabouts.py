"""Where a report asked for its place: what is a place, what is none, and what is danger all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.reply import Outcome, Reply
from casework import questions
from casework.cases import catalogue, kinds
from models.alarm import Alarm
from models.case import Case
from models.question import Question
from models.sealed import unseal
from people.viewers import SYSTEM
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.chat_cases import COMMUNITY
from tests.conftest import StillClock

PROBLEM = "楼道灯坏了"


@pytest.fixture(autouse=True)
async def catalogue_in_force(stage: Stage) -> AsyncIterator[None]:
    """The shipped kinds of work, as after every start."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    yield
    catalogue.forget()


def text_of(said: Reply) -> str:
    """What was said."""
    return said.letter.text if said.letter else ""


PLACES = (
    *(
        "3号楼2楼",
        "3-201",
        "我家门口",
        "就在我家楼下",
        "最里面那幢",
        "就在后面",
        "也在三楼",
        "就是我们楼啊",
        "后面那排",
    ),
    *("王家弄那边", "楼道里", "那个角落", "老地方", "隔壁老张家门口", "配电间对面那盏", "楼道灯坏了的那个楼，就是12号"),
)


@pytest.mark.parametrize("said", PLACES)
async def test_a_place_in_any_words_is_the_place_and_pages_nobody(wang: Type, said: str) -> None:
    await wang(PROBLEM)
    await wang(said)
    assert (await Case.get()).where_text == said
    assert not await Alarm.exists()


NONE = ("楼道灯坏了", "我说楼道灯坏了啊", "就是楼道里面的灯不亮了", "灯坏了呀", "什么时候来修", "谁来修", "谢谢")


@pytest.mark.parametrize("said", NONE)
async def test_what_can_be_no_place_is_not_taken_for_one_and_the_report_is_given_in(wang: Type, said: str) -> None:
    await wang(PROBLEM)
    reply = await wang(said)
    question = await Question.get()
    assert (reply.outcome, question.where_text, await Case.exists()) == (Outcome.REPORT, "", False)
    assert "写一句就行" in text_of(reply)


DANGER = ("有人掉下去了", "就在漏煤气", "人在里面出不来", "着火了", "就在里面，人出不来了", "他不动了", "里面有人")


@pytest.mark.parametrize("said", DANGER)
async def test_danger_told_instead_of_a_place_is_danger(wang: Type, said: str) -> None:
    await wang("电梯坏了")
    assert (await wang(said)).outcome is Outcome.EMERGENCY
    assert await Alarm.exists()


async def test_since_when_said_in_two_words_pages_nobody(wang: Type) -> None:
    await wang("3号楼楼道灯坏了")
    assert "补到编号 C-0001" in text_of(await wang("就刚才"))
    assert not await Alarm.exists()


async def test_what_may_be_danger_beside_a_place_is_answered_with_whom_to_call(wang: Type) -> None:
    await wang(PROBLEM)
    reply = await wang("就在电线掉下来那边")
    assert (await Case.get()).where_text == "就在电线掉下来那边"
    assert "再回复“救命”" in text_of(reply)


async def test_what_was_said_instead_is_kept_with_its_number_sealed(wang: Type) -> None:
    await wang(PROBLEM)
    await wang("什么时候来修，打13912345678")
    question = await Question.get()
    assert "什么时候来修" in question.text
    assert "13912345678" not in question.text
    assert "13912345678" in unseal(question.sealed or "")


async def test_a_number_beside_the_place_can_be_looked_up(wang: Type) -> None:
    await wang(PROBLEM)
    await wang("3号楼2楼，打13912345678")
    case = await Case.get()
    assert "13912345678" not in case.where_text
    assert "13912345678" in unseal(case.sealed or "")


@pytest.mark.parametrize("said", ["3号楼2楼", "在3号楼那边", "就在3号楼"])
async def test_the_place_may_follow_a_report_without_one(wang: Type, said: str) -> None:
    await wang(PROBLEM)
    await wang("不知道")
    reply = await wang(said)
    question = await Question.get()
    assert (reply.outcome, question.where_text) == (Outcome.REPORT, said)
    assert f"补到编号 {question.number}" in text_of(reply)


async def test_a_second_place_is_no_place_of_the_same_report(wang: Type) -> None:
    await wang(PROBLEM)
    await wang("不知道")
    await wang("3号楼2楼")
    await wang("5号楼")
    assert (await Question.get()).where_text == "3号楼2楼"


async def test_after_half_an_hour_a_place_is_no_more_of_it(wang: Type, clock: StillClock) -> None:
    await wang(PROBLEM)
    await wang("不知道")
    clock.forward(minutes=31)
    await wang("3号楼2楼")
    assert (await Question.get()).where_text == ""


async def test_once_it_is_closed_a_place_is_no_more_of_it(wang: Type, stage: Stage) -> None:
    await wang(PROBLEM)
    await wang("不知道")
    await questions.close((await Question.get()).id, by=await stage.viewer("高"), note="重复")
    await wang("3号楼2楼")
    assert (await Question.get()).where_text == ""


async def test_the_same_problem_in_more_words_is_not_a_second_report(wang: Type) -> None:
    await wang("路灯坏了没人修")
    await wang("就是路灯坏了呀，都黑了好几天了")
    assert "都黑了好几天了" in (await Question.get()).text


@pytest.mark.parametrize("said", ["3号楼501", "就在3号楼501", "在5号楼那边"])
async def test_a_place_alone_is_neither_prying_nor_danger_and_is_kept_for_what_is_told_next(
    wang: Type, said: str
) -> None:
    assert (await wang(said)).outcome is Outcome.UNKNOWN
    assert not await Alarm.exists()
    await wang(PROBLEM)
    assert (await Case.get()).where_text == said


async def test_a_word_of_the_guide_that_is_a_place_too_is_a_question(wang: Type) -> None:
    assert "怎么了" not in text_of(await wang("停车场"))


async def test_a_point_on_the_map_may_follow_a_report_without_a_place(wang: Type) -> None:
    await wang(PROBLEM)
    await wang("不知道")
    assert "补到编号 Q-0001" in text_of(await wang("【位置】中心花园（31.2,121.5）"))
    assert "中心花园" in (await Question.get()).where_text
