"""What time does to questions: each thing told once, however often and however late the jobs run."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework import escalation, questions
from models import clock as models_clock
from models.clock import SHANGHAI
from models.conversation import Conversation, Speaker
from models.person import Person
from models.question import Question, QuestionState
from models.rule_shapes import DeskHours, Shift
from models.rules import in_force, rules
from models.transaction import execute
from people.viewers import Viewer
from tests.casework.conftest import Cast, heard, told, verbs
from tests.conftest import StillClock


async def run() -> int:
    """Every job once."""
    return await escalation.run_all()


def at(text: str) -> dt.datetime:
    """A Shanghai wall time as the UTC moment."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


async def claimed(cast: Cast, by: Viewer | None = None) -> Question:
    """A question that 小陈 has claimed."""
    return await questions.claim((await cast.ask()).id, by=by or cast.chen)


async def answered(cast: Cast) -> Question:
    """A question that 小陈 has answered."""
    opened = await cast.ask()
    return await questions.reply(opened.id, by=cast.chen, text="每次 1 元", seen_version=opened.version)


@pytest.fixture(autouse=True)
async def quiet_elsewhere(cast: Cast) -> None:
    """The other neighbourhood's question stays out of these counts, but its rows stay in the tables."""
    await questions.close(cast.noise.id, by=cast.outsider, note="重复")


async def test_an_idle_claim_is_reminded_after_ten_minutes_and_once(cast: Cast, clock: StillClock) -> None:
    await claimed(cast)
    clock.forward(minutes=9, seconds=59)
    assert await run() == 0
    clock.forward(seconds=1)
    assert [await run() for _ in range(3)] == [1, 0, 0]
    assert await told(cast.chen) == ["您接手的 Q-0001 已经等了 10 分钟，请答复或放回。"]


async def test_an_idle_claim_ends_after_thirty_minutes_and_owner_holder_and_resident_are_told(
    cast: Cast, clock: StillClock
) -> None:
    question = await claimed(cast)
    clock.forward(minutes=30)
    assert [await run(), await run()] == [1, 0]
    stored = await Question.get(id=question.id)
    assert (stored.state, stored.claimed_by_id, stored.owner_id) == (QuestionState.WAITING, None, cast.gao.person_id)
    assert "放回队列" in (await told(cast.gao))[-1]
    assert await told(cast.chen) == ["您接手的 Q-0001 一直没有答复，已经放回队列。"]
    assert "还在队列里" in (await heard(cast.wang_conversation))[-1]
    assert (await Conversation.get(id=cast.wang_conversation)).speaker is Speaker.BOT


async def test_a_claim_ended_late_is_not_reminded_first(cast: Cast, clock: StillClock) -> None:
    await claimed(cast)
    clock.forward(days=3)
    await run()
    assert not any("请答复或放回" in line for line in await told(cast.chen))


async def test_a_line_at_night_is_idle_only_from_the_morning_on(cast: Cast, clock: StillClock) -> None:
    await answered(cast)
    clock.at(at("2026-03-02 23:00"))
    await questions.write_on(cast.wang_conversation, by=cast.wang)
    before = await heard(cast.wang_conversation)
    for night in ("02 23:10", "02 23:31", "03 02:00", "03 07:45", "03 08:39"):
        clock.at(at(f"2026-03-{night}"))
        assert await run() == 0
    clock.at(at("2026-03-03 08:40"))
    assert await run() == 1
    assert await heard(cast.wang_conversation) == before
    clock.at(at("2026-03-03 09:00"))
    await run()
    assert "工作人员暂时离开了" in (await heard(cast.wang_conversation))[-1]


async def test_a_claim_of_friday_evening_ends_on_monday(cast: Cast, clock: StillClock) -> None:
    clock.at(at("2026-03-06 16:50"))
    question = await claimed(cast)
    for day in ("06 18:00", "07 10:00", "08 10:00"):
        clock.at(at(f"2026-03-{day}"))
        await run()
    assert (await Question.get(id=question.id)).state is QuestionState.CLAIMED
    assert not any("放回队列" in line for line in await told(cast.chen))
    clock.at(at("2026-03-09 08:50"))
    await run()
    assert (await Question.get(id=question.id)).state is QuestionState.WAITING


async def test_a_make_up_saturday_counts_and_a_holiday_does_not(cast: Cast, clock: StillClock) -> None:
    clock.at(at("2026-02-14 10:00"))  # A Saturday worked for the Spring Festival, which begins the day after.
    first = await claimed(cast)
    clock.at(at("2026-02-14 10:30"))
    await run()
    assert (await Question.get(id=first.id)).state is QuestionState.WAITING
    clock.at(at("2026-02-14 16:45"))
    await questions.claim(first.id, by=cast.chen)
    clock.at(at("2026-02-16 10:00"))  # A Monday of the festival.
    await run()
    assert (await Question.get(id=first.id)).state is QuestionState.CLAIMED


async def test_the_break_at_noon_is_not_held_against_anybody(cast: Cast, clock: StillClock) -> None:
    clock.at(at("2026-03-02 11:15"))
    await claimed(cast)
    clock.at(at("2026-03-02 13:14"))
    await run()
    assert not any("放回队列" in line for line in await told(cast.chen))
    clock.at(at("2026-03-02 13:15"))
    assert await run() == 1


async def test_where_the_desk_is_open_at_night_the_claim_ends_and_the_resident_sleeps(
    cast: Cast, clock: StillClock
) -> None:
    night = DeskHours(working_day=(Shift(opens=dt.time(18), closes=dt.time(2)),))
    with in_force(rules().model_copy(update={"desk_hours": night})):
        clock.at(at("2026-03-02 22:00"))
        question = await claimed(cast)
        before = await heard(cast.wang_conversation)
        clock.forward(minutes=30)
        await run()
    assert (await Question.get(id=question.id)).state is QuestionState.WAITING
    assert await heard(cast.wang_conversation) == before


async def test_a_second_claim_may_be_reminded_again(cast: Cast, clock: StillClock) -> None:
    question = await claimed(cast)
    clock.forward(minutes=10)
    await run()
    await questions.release(question.id, by=cast.chen)
    await questions.claim(question.id, by=cast.chen)
    clock.forward(minutes=10)
    assert await run() == 1


async def test_who_has_answered_is_not_idle(cast: Cast, clock: StillClock) -> None:
    await answered(cast)
    clock.forward(minutes=40)
    assert await run() == 0


async def test_the_first_answer_is_announced_late_once_to_owner_and_secretary(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.lin)
    await cast.ask()
    clock.forward(hours=2, seconds=1)
    assert [await run() for _ in range(3)] == [1, 0, 0]
    assert "首次答复已经超时（今天 11:10）" in (await told(cast.lin))[-1]
    assert "首次答复已经超时" in (await told(cast.gao))[-1]
    assert await told(cast.outsider) == ["新问题 Q-0001 由您负责：车棚充电一次多少钱"]


async def test_a_due_time_coming_near_is_told_once_to_the_owner_alone(cast: Cast, clock: StillClock) -> None:
    await cast.on_duty(cast.lin)
    await cast.ask()
    clock.forward(minutes=95)
    assert await run() == 0
    clock.forward(minutes=1)
    assert [await run(), await run()] == [1, 0]
    assert "快到时限" in (await told(cast.lin))[-1]
    assert await told(cast.gao) == []


async def test_the_jobs_run_by_many_processes_at_once_tell_once(cast: Cast, clock: StillClock) -> None:
    await cast.ask()
    clock.forward(hours=2, minutes=1)
    await asyncio.gather(*(run() for _ in range(8)))
    assert len([line for line in await told(cast.gao) if "超时" in line]) == 1


async def test_an_answered_question_has_only_the_second_due_time_which_stands_still(
    cast: Cast, clock: StillClock
) -> None:
    await answered(cast)
    clock.forward(hours=5)
    assert await run() == 0


async def test_after_a_first_word_the_day_for_settling_it_goes_on(cast: Cast, clock: StillClock) -> None:
    opened = await cast.ask()
    await questions.reply(opened.id, by=cast.chen, text="先问一下", seen_version=1, is_final=False)
    clock.at(dt.datetime(2026, 3, 3, 9, 1, tzinfo=dt.UTC))  # 17:01 in Shanghai, the day after.
    await run()
    assert [line for line in await told(cast.gao) if "办结已经超时" in line]
    assert not [line for line in await told(cast.gao) if "首次答复" in line]


async def test_nobody_is_told_of_due_times_coming_near_while_the_desk_is_closed(cast: Cast, clock: StillClock) -> None:
    clock.at(dt.datetime(2026, 3, 6, 7, 10, tzinfo=dt.UTC))  # Friday 15:10; due on Monday at 8:40.
    await cast.ask()
    clock.at(dt.datetime(2026, 3, 7, 2, 0, tzinfo=dt.UTC))
    assert await run() == 0
    clock.at(dt.datetime(2026, 3, 9, 0, 30, tzinfo=dt.UTC))
    assert await run() == 1


async def test_a_reopened_question_counts_its_time_anew(cast: Cast, clock: StillClock) -> None:
    opened = await cast.ask()
    clock.forward(hours=2, minutes=1)
    await run()
    question = await questions.reply(opened.id, by=cast.chen, text="好", seen_version=1)
    await questions.reopen(question.id, by=cast.wang)
    assert await run() == 0
    clock.forward(hours=5)
    assert await run() == 1


async def test_silence_is_warned_of_once_and_ends_the_question_four_hours_later(cast: Cast, clock: StillClock) -> None:
    question = await answered(cast)
    clock.forward(hours=22)  # The next morning at 7:10 nobody is disturbed.
    assert await run() == 0
    clock.forward(minutes=20)
    assert [await run(), await run()] == [1, 0]
    assert "自动结束" in (await heard(cast.wang_conversation))[-1]
    clock.forward(hours=4)
    assert [await run(), await run()] == [1, 0]
    assert (await Question.get(id=question.id)).state is QuestionState.CLOSED
    assert (await Conversation.get(id=cast.wang_conversation)).speaker is Speaker.BOT


async def test_after_three_days_dead_the_warning_still_comes_before_the_end(cast: Cast, clock: StillClock) -> None:
    question = await answered(cast)
    clock.forward(days=3)
    await run()
    clock.forward(hours=3, minutes=59)
    await run()
    assert (await Question.get(id=question.id)).state is QuestionState.ANSWERED
    clock.forward(minutes=1)
    await run()
    assert (await verbs(question.id))[-2:] == ["question.silence", "question.close"]


async def test_who_could_not_be_reached_yet_is_not_silent(cast: Cast, clock: StillClock) -> None:
    await answered(cast)
    await execute("UPDATE outbox SET state='held' WHERE kind='question.reply'")
    clock.forward(days=3)
    assert await run() == 0
    now = int(clock.moment.timestamp() * 1000)
    await execute("UPDATE outbox SET state='done', done_ms=$1 WHERE kind='question.reply'", now)
    clock.forward(hours=1)
    assert await run() == 0, "it has arrived an hour ago"
    clock.forward(hours=23)
    assert await run() == 1
    assert "自动结束" in (await heard(cast.wang_conversation))[-1]


async def test_who_writes_on_after_the_warning_is_not_cut_off(cast: Cast, clock: StillClock) -> None:
    question = await answered(cast)
    clock.forward(hours=24)
    await run()
    await questions.write_on(cast.wang_conversation, by=cast.wang)
    clock.forward(hours=4)
    await run()
    assert (await Question.get(id=question.id)).state is QuestionState.WAITING


async def test_a_conversation_never_stays_silent_for_a_day_after_writing_on(cast: Cast, clock: StillClock) -> None:
    await answered(cast)
    await questions.write_on(cast.wang_conversation, by=cast.wang)
    clock.forward(minutes=30)
    await run()
    assert (await Conversation.get(id=cast.wang_conversation)).speaker is Speaker.BOT


async def test_an_owner_who_left_is_replaced_once(cast: Cast) -> None:
    question = await cast.ask()
    await Person.filter(id=cast.gao.person_id).update(is_active=False)
    await cast.on_duty(cast.lin)
    assert [await run(), await run()] == [1, 0]
    assert (await Question.get(id=question.id)).owner_id == cast.lin.person_id


async def test_a_staff_members_open_view_survives_the_jobs(cast: Cast, clock: StillClock) -> None:
    question = await claimed(cast)
    clock.forward(minutes=10)
    await run()
    replied = await questions.reply(question.id, by=cast.chen, text="好", seen_version=question.version)
    assert replied.state is QuestionState.ANSWERED


async def test_three_days_without_jobs_are_caught_up_in_one_run(cast: Cast, clock: StillClock) -> None:
    await cast.ask()
    await claimed(cast, by=cast.lin)
    clock.forward(days=3)
    assert await run() == 5  # One claim ended; two first answers and two settlements late.
    assert await run() == 0
    assert models_clock.now().hour == 1
