"""A contact whose messages are paused is told once; what it writes is kept, and an emergency is heard."""

from __future__ import annotations

import asyncio

import pytest

from bot.reply import Outcome, Reply
from casework import conversations, desk, mutes, questions
from models.alarm import Alarm
from models.audit import AuditLine
from models.conversation import Utterance
from models.errors import Invalid, NotFound, Taken
from models.notice import StaffNotice
from models.question import Question, QuestionState
from people.residents import viewer_at
from tests.bot.conftest import Type
from tests.bot.stage import Stage
from tests.conftest import StillClock


async def talk_of_wang() -> conversations.Talk:
    """Her conversation."""
    found = await conversations.load(channel="web", address="wang")
    assert found is not None
    return found


async def pause(stage: Stage, *, who: str = "陈", hours: int = 2, reason: str = "刷屏") -> int:
    """Somebody of the staff pauses her messages; gives the pause's id."""
    by = await stage.viewer(who)
    return (await mutes.mute((await talk_of_wang()).conversation_id, by=by, hours=hours, reason=reason)).id


def text_of(said: Reply) -> str:
    """What was said."""
    return said.letter.text if said.letter else ""


async def test_she_is_told_once_and_everything_is_kept(wang: Type, stage: Stage) -> None:
    await wang("你好")
    await pause(stage)
    first = await wang("敬老卡在哪里办")
    assert (first.outcome, "暂停处理到 今天 11:10" in text_of(first)) == (Outcome.MUTED, True)
    assert "021-00000000" in text_of(first)
    assert (await wang("敬老卡在哪里办")).letter is None
    assert await Question.all().count() == 0
    assert await Utterance.filter(text="敬老卡在哪里办").count() == 2


async def test_a_wish_for_a_person_is_met_in_one_step_with_one_question_open(wang: Type, stage: Stage) -> None:
    await wang("你好")
    await pause(stage)
    said = await wang("转人工")
    assert (said.outcome, "Q-0001" in text_of(said), "021-00000000" in text_of(said)) == (Outcome.HAND_OVER, True, True)
    assert "仍然暂停处理到 今天 11:10" in text_of(said)
    for wish in ("转人工", "我要找真人", "转人工"):
        assert "Q-0001" in text_of(await wang(wish))
    assert await Question.all().count() == 1
    assert await StaffNotice.filter(kind="question.opened").count() == 1
    assert (await wang("敬老卡在哪里办")).letter is None, "she was told with the first wish"


async def test_staff_see_that_who_asked_is_paused(wang: Type, stage: Stage, clock: StillClock) -> None:
    await wang("你好")
    await pause(stage)
    await wang("转人工")
    chen = await stage.viewer("陈")
    assert [line.is_muted for line in await desk.queue(viewer=chen)] == [True]
    clock.forward(hours=2)
    assert [line.is_muted for line in await desk.queue(viewer=chen)] == [False]


async def test_a_reply_of_a_person_can_be_judged_and_asked_on(wang: Type, stage: Stage) -> None:
    await wang("你好")
    await pause(stage)
    await wang("转人工")
    question, chen = await Question.get(number="Q-0001"), await stage.viewer("陈")
    question = await questions.reply(question.id, by=chen, text="每次 1 元", seen_version=question.version)
    assert (await wang("转人工")).outcome is Outcome.HAND_OVER
    assert (await Question.get(id=question.id)).state is QuestionState.CLAIMED
    question = await Question.get(id=question.id)
    await questions.reply(question.id, by=chen, text="每次 1 元", seen_version=question.version)
    assert (await wang("1")).outcome is Outcome.RATED
    assert (await Question.get(id=question.id)).state is QuestionState.CLOSED


async def test_an_emergency_is_heard_and_handed(wang: Type, stage: Stage) -> None:
    await wang("你好")
    await pause(stage)
    said = await wang("家里着火了快来人")
    assert said.outcome is Outcome.EMERGENCY
    assert await Alarm.all().count() == 1


async def test_it_ends_by_itself_or_when_staff_say_so(wang: Type, stage: Stage, clock: StillClock) -> None:
    await wang("你好")
    await pause(stage)
    clock.forward(hours=2)
    assert (await wang("你好")).outcome is Outcome.SMALL_TALK
    again = await pause(stage)
    assert (await wang("你好")).outcome is Outcome.MUTED
    await mutes.unmute(again, by=await stage.viewer("高"))
    assert (await wang("你好")).outcome is Outcome.SMALL_TALK
    verbs = await AuditLine.filter(subject="contact").order_by("number").values_list("verb", flat=True)
    assert verbs == ["conversation.mute", "conversation.mute", "conversation.unmute"]


async def test_only_staff_of_the_place_pause_see_and_end_it(wang: Type, stage: Stage) -> None:
    await wang("你好")
    talk = await talk_of_wang()
    mute_id = await pause(stage)
    for other in (await stage.viewer("外人"), await viewer_at(talk.at)):
        with pytest.raises(NotFound):
            await mutes.mute(talk.conversation_id, by=other, hours=1, reason="刷屏")
        with pytest.raises(NotFound):
            await mutes.unmute(mute_id, by=other)
        assert await mutes.is_muted(talk.conversation_id, viewer=other) is None
        assert await mutes.muted(viewer=other) == []
    assert [line.reason for line in await mutes.muted(viewer=await stage.viewer("高"))] == ["刷屏"]


async def test_of_two_at_once_one_pauses(wang: Type, stage: Stage) -> None:
    await wang("你好")
    results = await asyncio.gather(pause(stage), pause(stage, who="高"), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Taken", "int"]


async def test_it_is_ended_once(wang: Type, stage: Stage) -> None:
    await wang("你好")
    mute_id, gao = await pause(stage), await stage.viewer("高")
    await mutes.unmute(mute_id, by=gao)
    with pytest.raises(Taken):
        await mutes.unmute(mute_id, by=gao)


@pytest.mark.parametrize(("hours", "reason"), [(0, "刷屏"), (721, "刷屏"), (1, "  ")])
async def test_a_pause_needs_a_reason_and_an_end(wang: Type, stage: Stage, hours: int, reason: str) -> None:
    await wang("你好")
    with pytest.raises(Invalid):
        await pause(stage, hours=hours, reason=reason)
