"""After the agreement: both sides are asked and answer for themselves, and what is not kept leads on."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.mediation import agreements, ending, following_up, own, private, reminding, sessions, showing
from casework.mediation.kept_words import Word, words_of
from models import clock
from models.errors import Invalid, NotFound, Refusal, WrongState
from models.mediation import Mediation, MediationState, Party
from people.viewers import SYSTEM
from tests.casework.conftest import told
from tests.casework.mediation.conftest import HOUR, OTHERS_SECRET, Quarrel

DAYS = 14


async def signed(quarrel: Quarrel) -> Mediation:
    """Both confirmed, to be followed up in two weeks."""
    made = await quarrel.talking()
    day = clock.today() + dt.timedelta(days=DAYS)
    await agreements.draft(made.id, by=quarrel.sun, text="晚上八点以后不施工", follow_up_on=day)
    for side in (quarrel.wang, quarrel.li):
        await agreements.confirm(made.id, by=side, agreement=1)
    return await Mediation.get(id=made.id)


async def test_on_the_day_both_sides_are_asked_in_their_chats_and_once(quarrel: Quarrel) -> None:
    await signed(quarrel)
    before = {side: len(await told(side)) for side in (quarrel.wang, quarrel.li)}
    assert await reminding.remind(by=SYSTEM) == 0
    quarrel.clock.forward(days=DAYS)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    for side in (quarrel.wang, quarrel.li):
        assert [one.asks for one in await own.own_mediations(viewer=side)] == [True]
    await following_up.say_kept((await Mediation.get()).id, by=quarrel.wang)
    assert [one.asks for one in await own.own_mediations(viewer=quarrel.wang)] == [False]
    for side, count in before.items():
        [asked] = (await told(side))[count:]
        assert "做到了吗" in asked


async def test_each_side_says_for_itself_and_the_other_reads_what_it_said(quarrel: Quarrel) -> None:
    made = await signed(quarrel)
    await following_up.say_kept(made.id, by=quarrel.wang)
    shown = await own.own_mediation(made.id, viewer=quarrel.li)
    assert (shown.kept_word, shown.other_kept_word) == ("", "kept")
    with pytest.raises(WrongState, match="said_already"):
        await following_up.say_kept(made.id, by=quarrel.wang)
    for stranger in (quarrel.xiaowang, quarrel.cast.chen, quarrel.sun, quarrel.cast.outsider):
        with pytest.raises(Refusal):
            await following_up.say_broken(made.id, by=stranger)
    assert "有一方说做到了" in (await told(quarrel.sun))[-1]


async def test_what_is_not_kept_shows_the_ways_at_once_and_why_to_the_mediator_alone(quarrel: Quarrel) -> None:
    made = await signed(quarrel)
    await following_up.say_broken(made.id, by=quarrel.li, text=OTHERS_SECRET)
    for side in (quarrel.wang, quarrel.li):
        found = await own.own_mediation(made.id, viewer=side)
        assert [way.key for way in found.ways] == ["legal_aid", "court_broken"]
    assert OTHERS_SECRET not in str(await own.own_mediation(made.id, viewer=quarrel.wang))
    assert OTHERS_SECRET not in str(await showing.mediation(made.id, viewer=quarrel.cast.chen))
    assert OTHERS_SECRET in str(await private.notes(made.id, viewer=quarrel.sun))
    for worker in (quarrel.sun, quarrel.cast.gao):
        assert OTHERS_SECRET not in str(await told(worker))
    assert "没有做到" in (await told(quarrel.sun))[-1]


async def test_nobody_calls_it_kept_over_a_side_that_says_otherwise(quarrel: Quarrel) -> None:
    made = await signed(quarrel)
    await following_up.say_broken(made.id, by=quarrel.li)
    with pytest.raises(WrongState, match="said_otherwise"):
        await ending.keep(made.id, by=quarrel.sun)
    at = clock.now() + HOUR
    await sessions.meet(made.id, by=quarrel.sun, way="meet", at=at, where="调解室")
    assert (await Mediation.get(id=made.id)).state is MediationState.SIGNED, (
        "a new session, and it is followed up still"
    )
    assert (await Mediation.get(id=made.id)).remind_at is not None, "the day of the follow-up stands"
    await following_up.say_kept(made.id, by=quarrel.li)
    await ending.keep(made.id, by=quarrel.sun)
    assert (await Mediation.get(id=made.id)).state is MediationState.KEPT


async def test_staff_note_what_a_side_said_and_on_which_day_and_the_side_hears_so(quarrel: Quarrel) -> None:
    made = await signed(quarrel)
    quarrel.clock.forward(days=DAYS)
    yesterday = clock.today() - dt.timedelta(days=1)
    note = {"party": "other", "way": "phone", "is_kept": False}
    await following_up.record_follow_up(made.id, by=quarrel.cast.chen, day=yesterday, **note)
    found = (await words_of(made.id))[Party.OTHER]
    assert (found.word, found.day, found.way) == (Word.BROKEN, yesterday, "phone")
    assert "没有做到" in (await told(quarrel.li))[-1]
    assert "没有做到" not in str(await told(quarrel.wang))
    for day in (clock.today() + dt.timedelta(days=1), clock.today() - dt.timedelta(days=DAYS + 1)):
        with pytest.raises(Invalid, match="follow_up_past"):
            await following_up.record_follow_up(made.id, by=quarrel.cast.chen, day=day, **note)
    for stranger in (quarrel.teacher, quarrel.far, quarrel.cast.outsider):
        with pytest.raises(NotFound):
            await following_up.record_follow_up(made.id, by=stranger, day=None, **note)


async def asked(quarrel: Quarrel) -> Mediation:
    """The day of the follow-up has come, and both were asked."""
    made = await signed(quarrel)
    quarrel.clock.forward(days=DAYS)
    assert await reminding.remind(by=SYSTEM) == 1
    return made


async def test_who_stays_silent_is_asked_once_more_after_a_week_and_the_mediator_hears_whom_to_call(
    quarrel: Quarrel,
) -> None:
    made = await asked(quarrel)
    await following_up.say_kept(made.id, by=quarrel.wang)
    before = {side: len(await told(side)) for side in (quarrel.wang, quarrel.li, quarrel.sun)}
    quarrel.clock.forward(days=6)
    assert await reminding.remind(by=SYSTEM) == 0
    quarrel.clock.forward(days=1)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert len(await told(quarrel.wang)) == before[quarrel.wang], "who has said it is left in peace"
    [again] = (await told(quarrel.li))[before[quarrel.li] :]
    assert "还等您说一声：说好的做到了吗" in again
    [heard] = (await told(quarrel.sun))[before[quarrel.sun] :]
    assert "还没有答复的：对方。" in heard
    quarrel.clock.forward(days=60)
    assert await reminding.remind(by=SYSTEM) == 0, "each once"
    await following_up.say_kept(made.id, by=quarrel.li)
    assert (await Mediation.get(id=made.id)).state is MediationState.SIGNED


async def test_where_both_have_said_it_the_mediator_alone_hears_that_it_waits_for_them(quarrel: Quarrel) -> None:
    made = await asked(quarrel)
    for side in (quarrel.wang, quarrel.li):
        await following_up.say_kept(made.id, by=side)
    before = [await told(side) for side in (quarrel.wang, quarrel.li)]
    quarrel.clock.forward(days=7)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert [await told(side) for side in (quarrel.wang, quarrel.li)] == before
    assert "双方都答复了，还没有了结" in (await told(quarrel.sun))[-1]


async def test_what_has_ended_meanwhile_is_asked_after_no_more(quarrel: Quarrel) -> None:
    made = await asked(quarrel)
    await ending.keep(made.id, by=quarrel.sun)
    quarrel.clock.forward(days=30)
    assert await reminding.remind(by=SYSTEM) == 0


async def test_of_a_reminder_three_weeks_late_the_second_comes_a_week_after_the_first(quarrel: Quarrel) -> None:
    await signed(quarrel)
    quarrel.clock.forward(days=DAYS + 21)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    quarrel.clock.forward(days=7)
    done = await asyncio.gather(*(reminding.remind(by=SYSTEM) for _ in range(4)))
    assert sum(done) == 1


async def test_put_off_both_hear_the_new_day_and_from_then_on_all_begins_anew(quarrel: Quarrel) -> None:
    made = await asked(quarrel)
    later = clock.today() + dt.timedelta(days=20)
    await ending.put_off(made.id, by=quarrel.sun, follow_up_on=later)
    for side in (quarrel.wang, quarrel.li):
        assert "回访换到 2026年4月5日" in (await told(side))[-1]
    assert "回访换到 2026年4月5日" in str(await told(quarrel.cast.chen) + await told(quarrel.cast.gao))
    assert "回访换到" not in str(await told(quarrel.sun)), "who did it is not told"
    quarrel.clock.forward(days=19)
    assert await reminding.remind(by=SYSTEM) == 0, "the second asking of the first day is no longer due"
    counts = []
    for days in (1, 7, 60):
        quarrel.clock.forward(days=days)
        counts.append(await reminding.remind(by=SYSTEM))
    assert counts == [1, 1, 0]


async def test_put_off_both_are_asked_anew(quarrel: Quarrel) -> None:
    made = await signed(quarrel)
    await following_up.say_broken(made.id, by=quarrel.li)
    later = clock.today() + dt.timedelta(days=30)
    await ending.put_off(made.id, by=quarrel.sun, follow_up_on=later)
    assert await words_of(made.id) == {}
    quarrel.clock.forward(days=30)
    assert await reminding.remind(by=SYSTEM) == 1
    assert "做到了吗" in (await told(quarrel.li))[-1]


async def test_what_a_side_pressed_itself_nobody_unsays_but_itself_or_paper_and_no_other_day_takes_it_back(
    quarrel: Quarrel,
) -> None:
    made = await signed(quarrel)
    await following_up.say_broken(made.id, by=quarrel.li)
    note = {"party": "other", "day": None, "is_kept": True}
    for way in ("phone", "in_person"):
        with pytest.raises(WrongState, match="said_itself"):
            await following_up.record_follow_up(made.id, by=quarrel.sun, way=way, **note)
    later = clock.today() + dt.timedelta(days=30)
    await ending.put_off(made.id, by=quarrel.sun, follow_up_on=later)
    with pytest.raises(WrongState, match="said_itself"):
        await following_up.record_follow_up(made.id, by=quarrel.sun, way="phone", **note)
    with pytest.raises(WrongState, match="said_otherwise"):
        await ending.keep(made.id, by=quarrel.sun)
    await following_up.record_follow_up(made.id, by=quarrel.sun, way="paper", **note)
    await ending.keep(made.id, by=quarrel.sun)
    assert (await Mediation.get(id=made.id)).state is MediationState.KEPT


async def test_before_it_is_signed_and_after_it_ended_nobody_says_it(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    with pytest.raises(WrongState):
        await following_up.say_kept(made.id, by=quarrel.wang)
    await ending.stop(made.id, by=quarrel.wang)
    with pytest.raises(WrongState):
        await following_up.say_broken(made.id, by=quarrel.li)
