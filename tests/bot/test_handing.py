"""Giving words to a person: never refused, one matter stays one question, and in a closure it is said once."""

from __future__ import annotations

import datetime as dt

import pytest

from bot import handing, hearing
from bot.incoming import Incoming
from bot.reply import Reply
from casework import questions
from models.clock import SHANGHAI
from models.conversation import Miss
from models.question import Question, QuestionKind, QuestionState
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.conftest import StillClock


def text_of(said: Reply | None) -> str:
    """What was said."""
    return said.letter.text if said and said.letter else ""


async def end(stage: Stage) -> None:
    """Staff close whatever is open."""
    for question in await Question.filter(state=QuestionState.WAITING):
        await questions.close(question.id, by=await stage.viewer("高"), note="已在电话里说过")


async def test_the_sixth_wish_in_an_hour_takes_up_the_last_question_and_says_its_number(
    wang: Type, stage: Stage
) -> None:
    for number in range(1, 6):
        assert f"编号 Q-000{number}" in text_of(await wang("转人工"))
        await end(stage)
    said = text_of(await wang("我要找人工，车棚的门坏了半个月没人管"))
    assert "还是 Q-0005" in said
    last = await Question.get(number="Q-0005")
    assert last.state is QuestionState.WAITING
    assert "车棚的门坏了" in last.text
    assert await Question.all().count() == 5


async def test_the_sixth_wish_where_nothing_was_opened_yet_opens_one(wang: Type, stage: Stage) -> None:
    for _ in range(5):
        await wang("转人工")
        await end(stage)
    await Question.all().delete()
    assert "编号 Q-0006" in text_of(await wang("转人工"))


async def test_the_same_report_twice_is_one_question(wang: Type, stage: Stage) -> None:
    assert "编号 Q-0001" in text_of(await wang("3号楼电梯坏了没人修"))
    said = text_of(await wang("3号楼的电梯坏了没有人修"))
    assert "已经登记过，编号 Q-0001" in said
    assert await Question.filter(kind=QuestionKind.REPORT).count() == 1


async def test_the_same_thing_in_another_building_is_another_report(wang: Type, stage: Stage) -> None:
    await wang("3号楼电梯坏了没人修")
    assert "编号 Q-0002" in text_of(await wang("5号楼电梯坏了没人修"))


async def test_a_fourth_report_joins_the_third_and_it_says_so(wang: Type, stage: Stage) -> None:
    for said in ("3号楼电梯坏了没人修", "5号楼楼道的灯不亮了", "2号楼下水道堵了往外冒水"):
        await wang(said)
    said = text_of(await wang("7号楼门口垃圾堆了三天没人清理"))
    assert "已经有 3 件事在处理，这一件先记在 Q-0003 里" in said
    assert "垃圾堆了三天" in (await Question.get(number="Q-0003")).text


async def test_in_a_closure_it_is_said_once_that_the_desk_is_closed(
    wang: Type, stage: Stage, clock: StillClock
) -> None:
    await wang("转人工")
    question = await questions.claim((await Question.get(number="Q-0001")).id, by=await stage.viewer("陈"))
    scene = await hearing.hear(Incoming("web", "wang", stage.place_id, "在吗", key="k"), is_too_fast=False)
    assert await handing.closed_notice(scene, question) is None
    clock.at(dt.datetime(2026, 3, 2, 21, 0, tzinfo=SHANGHAI))
    said = [text_of(await handing.closed_notice(scene, question)) for _ in range(2)]
    assert "明天 8:30 上班后接着处理 Q-0001" in said[0]
    assert said[1] == ""


@pytest.mark.parametrize("asked", ["车棚充电一次多少钱", "活动室的钢琴什么时候能弹"])
@pytest.mark.parametrize("is_claimed", [False, True])
async def test_what_is_asked_after_a_bare_wish_is_put_to_it_and_its_asker_is_told_of_the_entry(
    wang: Type, stage: Stage, asked: str, is_claimed: bool
) -> None:
    await wang("转人工")
    assert not await Miss.exists()
    question = await Question.get()
    if is_claimed:
        await questions.claim(question.id, by=await stage.viewer("陈"))
    await wang(asked)
    question = await Question.get()
    assert question.text == f"转人工\n{asked}"
    assert await Miss.all().values_list("text", "question_id") == [(asked, question.id)]
    await wang("你好")
    await wang("量子纠缠是什么")
    assert (await Question.get()).text == question.text
