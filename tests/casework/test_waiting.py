"""Who waits hears how many stand before them, and how long it took lately where that was measured; never a guess."""

from __future__ import annotations

import datetime as dt

import pytest

from casework import questions, waiting
from courier import signals
from models.clock import SHANGHAI
from models.question import Question
from people.viewers import guest
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.portal.statements import statements


async def answered(cast: Cast, clock: StillClock, *, minutes: float) -> None:
    """A question that got its first answer after some minutes."""
    opened = await cast.ask()
    clock.forward(minutes=minutes)
    question = await questions.reply(opened.id, by=cast.chen, text="好", seen_version=1)
    await questions.close(question.id, by=cast.chen)


async def stands(cast: Cast, question: Question) -> tuple[int, int | None]:
    """How many stand before a question of hers, and the usual minutes."""
    wait = await waiting.of_question(question.id, viewer=cast.wang)
    assert wait is not None
    return wait.before, wait.minutes


async def test_those_before_are_counted_in_this_neighbourhood_only(cast: Cast, clock: StillClock) -> None:
    for text in ("一", "二"):
        await cast.ask(text)
        clock.forward(minutes=1)
    assert await stands(cast, await cast.ask("三")) == (2, None)


async def test_who_is_being_answered_no_longer_stands_before(cast: Cast) -> None:
    first, last = await cast.ask("一"), await cast.ask("二")
    await questions.claim(first.id, by=cast.chen)
    assert await stands(cast, last) == (0, None)
    assert await waiting.of_question(first.id, viewer=cast.wang) is None


async def test_four_answers_are_too_few_to_say_how_long_and_five_are_enough(cast: Cast, clock: StillClock) -> None:
    for _ in range(4):
        await answered(cast, clock, minutes=7)
    assert await stands(cast, await cast.ask()) == (0, None)
    await answered(cast, clock, minutes=7)
    assert await stands(cast, await cast.ask()) == (1, 7)


async def test_the_usual_wait_is_the_median_of_the_last_twenty(cast: Cast, clock: StillClock) -> None:
    for minutes in (*[20] * 5, *[3] * 20):
        await answered(cast, clock, minutes=minutes)
    clock.at(dt.datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI))
    assert await stands(cast, await cast.ask()) == (0, 3)


async def test_the_first_word_counts_and_the_night_does_not(cast: Cast, clock: StillClock) -> None:
    for day in (2, 3, 4, 5, 9):
        clock.at(dt.datetime(2026, 3, day, 16, 50, tzinfo=SHANGHAI))
        opened = await cast.ask()
        clock.at(dt.datetime(2026, 3, day + 1 if day != 5 else 6, 8, 35, tzinfo=SHANGHAI))
        await questions.reply(opened.id, by=cast.chen, text="先看看", seen_version=1, is_final=False)
        clock.forward(hours=1)
        await questions.reply(opened.id, by=cast.chen, text="好了", seen_version=3)
        await questions.close(opened.id, by=cast.chen)
    assert await stands(cast, await cast.ask()) == (0, 15)


async def test_while_the_desk_is_closed_nothing_is_said_of_minutes(cast: Cast, clock: StillClock) -> None:
    for _ in range(5):
        await answered(cast, clock, minutes=7)
    await cast.ask()
    last = await cast.ask()
    clock.at(dt.datetime(2026, 3, 2, 19, 0, tzinfo=SHANGHAI))
    wait = await waiting.of_question(last.id, viewer=cast.wang)
    assert wait is not None
    assert (wait.minutes, waiting.in_words(wait)) == (None, "")
    assert waiting.in_status(wait) == "您的 Q-0007 已经留着，明天 8:30 上班后处理。"


async def test_nobody_else_learns_where_a_question_stands(cast: Cast) -> None:
    question = await cast.ask()
    for other in (cast.li, cast.outsider, cast.gao):
        assert await waiting.of_question(question.id, viewer=other) is None
        assert await waiting.of_conversation(cast.wang_conversation, viewer=other) is None


async def test_a_long_queue_costs_no_more_statements_than_a_short_one(cast: Cast, clock: StillClock) -> None:
    costs = []
    for _ in range(2):
        for _ in range(6):
            await answered(cast, clock, minutes=1)
            await cast.ask()
        with statements() as counted:
            await waiting.of_conversation(cast.wang_conversation, viewer=cast.wang)
        costs.append(len(counted.seen))
    assert costs[0] == costs[1] == 2


@pytest.mark.parametrize(
    ("before", "minutes", "said"),
    [
        (0, None, ""),
        (2, None, "前面还有 2 位。"),
        (2, 10, "前面还有 2 位，通常 10 分钟内有人回复。"),
        (0, 10, "前面没有别人在等，通常 10 分钟内有人回复。"),
        (1, 61, "前面还有 1 位，通常 2 小时内有人回复。"),
    ],
)
def test_the_letter_says_only_what_is_known(before: int, minutes: int | None, said: str) -> None:
    assert waiting.in_words(waiting.Wait("Q-0001", before, minutes, None)) == said


async def test_those_who_wait_are_woken_when_somebody_before_them_is_taken(cast: Cast) -> None:
    question = await cast.ask()
    async with signals.listening(signals.queue_topic(cast.here.id)) as listener:
        await questions.claim(question.id, by=cast.chen)
        assert await listener.wait(seconds=1)
        await questions.reply(question.id, by=cast.chen, text="好", seen_version=2)
        assert not await listener.wait(seconds=0.05)


async def test_ones_own_open_questions_are_told_and_nobody_elses(cast: Cast, clock: StillClock) -> None:
    first, second = await cast.ask("一"), await cast.ask("二")
    found = await waiting.own_open(viewer=cast.wang)
    assert [(one.number, one.is_late) for one in found] == [(second.number, False), (first.number, False)]
    for other in (cast.chen, cast.lin, guest(cast.here.id)):
        assert await waiting.own_open(viewer=other) == []
    await questions.claim(first.id, by=cast.chen)
    await questions.close(first.id, by=cast.chen, note="重复")
    assert [one.number for one in await waiting.own_open(viewer=cast.wang)] == [second.number]


async def test_what_should_have_been_answered_by_now_is_said_to_be_late_until_it_is(
    cast: Cast, clock: StillClock
) -> None:
    question = await cast.ask("一")
    clock.at(question.first_due + dt.timedelta(minutes=1))
    (one,) = await waiting.own_open(viewer=cast.wang)
    assert one.is_late
    assert "已经过了答应您的时间" in waiting.own_in_words(one)
    await questions.reply(question.id, by=cast.chen, text="好", seen_version=1)
    (one,) = await waiting.own_open(viewer=cast.wang)
    assert not one.is_late
    assert "答复过了" in waiting.own_in_words(one)
