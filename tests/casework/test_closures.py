"""In each closure it is said once that the desk is closed, and not where staff are at it all the same."""

from __future__ import annotations

import asyncio
import datetime as dt

from casework import closures, questions
from models.clock import SHANGHAI
from models.question import Question
from tests.casework.conftest import Cast
from tests.conftest import StillClock


def at(text: str) -> dt.datetime:
    """A Shanghai wall time as the UTC moment."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


async def held(cast: Cast) -> Question:
    """A question of the morning that 小陈 has claimed."""
    return await questions.claim((await cast.ask()).id, by=cast.chen)


async def test_once_in_each_closure_with_the_time_it_opens(cast: Cast, clock: StillClock) -> None:
    question = await held(cast)
    assert await closures.first_notice(question) is None
    clock.at(at("2026-03-06 19:00"))
    assert [await closures.first_notice(question) for _ in range(2)] == [at("2026-03-09 08:30"), None]
    clock.at(at("2026-03-08 12:00"))
    assert await closures.first_notice(question) is None
    clock.at(at("2026-03-09 20:00"))
    assert await closures.first_notice(question) == at("2026-03-10 08:30")


async def test_the_break_at_noon_is_a_closure_and_a_make_up_saturday_is_none(cast: Cast, clock: StillClock) -> None:
    clock.at(at("2026-02-13 10:00"))
    question = await held(cast)
    clock.at(at("2026-02-13 12:00"))
    assert await closures.first_notice(question) == at("2026-02-13 13:00")
    clock.at(at("2026-02-14 10:00"))
    assert await closures.first_notice(question) is None
    clock.at(at("2026-02-14 18:00"))
    assert await closures.first_notice(question) == at("2026-02-24 08:30")


async def test_who_opened_the_question_in_this_closure_was_told_with_that(cast: Cast, clock: StillClock) -> None:
    clock.at(at("2026-03-02 19:00"))
    question = await cast.ask()
    clock.forward(minutes=5)
    assert await closures.first_notice(question) is None


async def test_nothing_is_said_while_staff_answer_in_the_evening(cast: Cast, clock: StillClock) -> None:
    question = await held(cast)
    clock.at(at("2026-03-02 19:00"))
    await questions.reply(question.id, by=cast.chen, text="我还在", seen_version=2, is_final=False)
    assert await closures.first_notice(question) is None


async def test_of_many_lines_at_once_one_gets_the_notice(cast: Cast, clock: StillClock) -> None:
    question = await held(cast)
    clock.at(at("2026-03-02 19:00"))
    said = await asyncio.gather(*(closures.first_notice(question) for _ in range(5)))
    assert len([opens for opens in said if opens]) == 1
