"""Hostile tries at the desk: stale alarms, strangers at every door, times in other zones, hidden characters."""

from __future__ import annotations

import datetime as dt

import pytest

from casework import alarms, conversations, misses, questions, roster
from models import clock as models_clock
from models.alarm import AlarmPage
from models.clock import SHANGHAI
from models.errors import NotFound, Refusal
from models.message import Outbox
from models.person import Role
from models.question import Question
from models.roster import Duty
from models.rules import Rules, in_force
from models.transaction import execute, fetch
from people.viewers import viewer_of
from tests.casework.conftest import Cast
from tests.conftest import StillClock


async def test_danger_after_an_alarm_that_nobody_answered_pages_again(cast: Cast, clock: StillClock) -> None:
    with in_force(Rules(alarm_most_pages=2)):
        for _ in range(2):
            await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="gas", text="煤气")
            clock.forward(minutes=4)
            await alarms.page_next(models_clock.now())
        clock.forward(days=30)
        before = await AlarmPage.all().count()
        await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="fire", text="着火了")
    assert await AlarmPage.all().count() == before + 1
    newest = await Outbox.filter(kind="alarm").order_by("-id").first()
    assert newest is not None


async def test_who_lost_every_role_reads_no_conversation_any_more(cast: Cast) -> None:
    await cast.on_duty(cast.chen)
    await cast.ask()
    assert cast.chen.person_id is not None
    await Role.filter(person_id=cast.chen.person_id).delete()
    former = await viewer_of(cast.chen.person_id)
    assert former is not None
    with pytest.raises(NotFound):
        await conversations.lines(cast.wang_conversation, viewer=former)


async def test_a_roster_written_in_shanghai_time_is_read_in_it(cast: Cast) -> None:
    now = models_clock.now().astimezone(SHANGHAI)
    start, end = now - dt.timedelta(minutes=10), now + dt.timedelta(minutes=10)
    await roster.write(
        by=cast.gao, place_id=cast.here.id, person_id=cast.lin.person_id or 0, starts_at=start, ends_at=end
    )
    assert await roster.on_duty(cast.here.id, models_clock.now()) == cast.lin.person_id
    assert await roster.on_duty(cast.here.id, models_clock.now() + dt.timedelta(minutes=11)) != cast.lin.person_id
    await Duty.all().delete()


@pytest.mark.parametrize("text", ["答复\ud800完", "答复\x00\x07完", "😀" * 500, "繁體字"])
async def test_staff_may_write_any_characters(cast: Cast, text: str) -> None:
    question = await cast.ask()
    await questions.reply(question.id, by=cast.chen, text=text, seen_version=question.version)
    await questions.close(question.id, by=cast.chen, note=text)
    assert await Question.filter(id=question.id, state="closed").exists()


async def test_nobody_from_elsewhere_can_do_anything_to_a_question(cast: Cast) -> None:
    question = await cast.ask()
    version = (await Question.get(id=question.id)).version
    for stranger in (cast.outsider, cast.observer, cast.li, cast.zhou):
        for deed in (
            lambda who: questions.claim(question.id, by=who),
            lambda who: questions.reply(question.id, by=who, text="x", seen_version=version),
            lambda who: questions.release(question.id, by=who),
            lambda who: questions.close(question.id, by=who, note="x"),
            lambda who: questions.unseal(question.id, by=who),
            lambda who: questions.offer_transfer(question.id, by=who, to=who.person_id or 0),
            lambda who: questions.accept_transfer(question.id, by=who),
            lambda who: questions.decline_transfer(question.id, by=who),
            lambda who: questions.rate(question.id, by=who, solved=True),
            lambda who: questions.reopen(question.id, by=who),
            lambda who: questions.question(question.id, viewer=who),
            lambda who: questions.steps(question.id, viewer=who),
            lambda who: questions.write_on(cast.wang_conversation, by=who),
            lambda who: conversations.lines(cast.wang_conversation, viewer=who),
            lambda who: misses.record_miss(by=who, conversation_id=cast.wang_conversation, text="x"),
        ):
            with pytest.raises(Refusal):
                await deed(stranger)
    assert (await Question.get(id=question.id)).version == version


async def test_an_offer_ends_with_the_question(cast: Cast) -> None:
    await cast.on_duty(cast.chen)
    question = await cast.ask()
    await questions.offer_transfer(question.id, by=cast.chen, to=cast.zhou.person_id or 0)
    await questions.close(question.id, by=cast.chen, note="办好了")
    with pytest.raises(NotFound):
        await questions.question(question.id, viewer=cast.zhou)
    with pytest.raises(NotFound):
        await conversations.lines(cast.wang_conversation, viewer=cast.zhou)


async def test_one_alarm_that_cannot_be_paged_does_not_hold_up_the_next(cast: Cast, clock: StillClock) -> None:
    for viewer, conversation in ((cast.wang, cast.wang_conversation), (cast.li, cast.li_conversation)):
        await alarms.raise_alarm(by=viewer, conversation_id=conversation, kind="fire", text="着火了")
    await execute("DELETE FROM outbox")
    clock.forward(minutes=4)
    assert await alarms.page_next(models_clock.now()) == 2
    assert len(await fetch("SELECT id FROM outbox")) == 2
