"""What came of a talk, who came because of it, and who is told that something waits."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.mediation import (
    agreements,
    applying,
    clearing,
    consents,
    ending,
    mediators,
    own,
    private,
    reminding,
    sessions,
    trips,
)
from casework.mediation.applying import Asked, TakenDown
from casework.mediation.sessions import SessionRecord
from casework.privacy import copies
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.mediation import Mediation, MediationSession, MediationState, MediationStep
from people.permissions import may
from people.viewers import SYSTEM
from tests.casework.conftest import told
from tests.casework.mediation.conftest import OTHERS_SECRET, SECRET, Quarrel

MINUTES = "说好先量一次分贝"
FOUND = SessionRecord("closer", "meet", MINUTES, applicant=SECRET, other=OTHERS_SECRET)


async def held(quarrel: Quarrel) -> MediationSession:
    """An hour later both are there."""
    await quarrel.talking()
    quarrel.clock.forward(hours=1)
    session = await MediationSession.all().order_by("-id").first()
    assert session is not None
    for party in ("applicant", "other"):
        await sessions.arrive(session.id, by=quarrel.sun, party=party)
    return session


async def test_both_sides_read_the_result_the_minutes_and_what_comes_next_and_not_each_others_words(
    quarrel: Quarrel,
) -> None:
    session = await held(quarrel)
    await sessions.record_session(session.id, FOUND, by=quarrel.sun)
    for side in (quarrel.wang, quarrel.li):
        [line] = (found := await own.own_mediation(session.mediation_id, viewer=side)).sessions
        assert (line.result, line.next_step, line.minutes) == ("closer", "meet", MINUTES)
        assert OTHERS_SECRET not in str(found)
        assert "再约时间谈" in (await told(side))[-1]
        assert MINUTES not in str(await told(side)), "what a chat shows can be read at the desk"
    kept = {one.text for one in await private.notes(session.mediation_id, viewer=quarrel.sun)}
    assert {SECRET, OTHERS_SECRET} <= kept


async def test_it_is_written_down_once_and_by_who_leads_the_talks(quarrel: Quarrel) -> None:
    await quarrel.talking()
    session = await MediationSession.get()
    early = SessionRecord("closer", "meet")
    await MediationSession.filter(id=session.id).update(at=clock.now() + dt.timedelta(hours=5))
    with pytest.raises(WrongState, match="meet_not_yet"):
        await sessions.record_session(session.id, early, by=quarrel.sun)
    await MediationSession.filter(id=session.id).update(at=session.at)
    for wrong in (SessionRecord("", "meet"), SessionRecord("closer", "nonsense")):
        with pytest.raises(Invalid, match="session_result"):
            await sessions.record_session(session.id, wrong, by=quarrel.sun)
    with pytest.raises(NotFound):
        await sessions.record_session(session.id, early, by=quarrel.teacher)
    with pytest.raises(NotAllowed):
        await sessions.record_session(session.id, early, by=quarrel.cast.chen)
    with pytest.raises(NotAllowed, match="mediator_only"):
        await sessions.record_session(session.id, FOUND, by=quarrel.cast.gao)
    calls = [sessions.record_session(session.id, early, by=quarrel.sun) for _ in range(4)]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(isinstance(one, Taken) for one in done) == [False, True, True, True]


async def test_minutes_go_into_the_copy_of_either_side_and_away_by_age(quarrel: Quarrel) -> None:
    session = await held(quarrel)
    await sessions.record_session(session.id, FOUND, by=quarrel.sun)
    copy = (await copies.copy_of(by=quarrel.li, in_full=True)).decode()
    assert MINUTES in copy
    await ending.fail(session.mediation_id, by=quarrel.sun, reason="no_terms")
    quarrel.clock.forward(days=800)
    assert await clearing.clear_words(clock.now(), 100) == 1
    assert (await MediationSession.get(id=session.id)).minutes_sealed is None
    second = await MediationSession.create(
        created_at=clock.now(), mediation_id=session.mediation_id, way=session.way, at=session.at
    )
    with pytest.raises(WrongState):
        await sessions.record_session(second.id, FOUND, by=quarrel.sun)


async def test_who_comes_when_it_is_over_came_as_well(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    quarrel.clock.forward(hours=1)
    await ending.stop(made.id, by=quarrel.li)
    session = await MediationSession.get()
    await sessions.arrive(session.id, by=quarrel.cast.chen, party="applicant")
    assert await MediationStep.filter(verb="mediation.arrive").count() == 1


async def test_a_trip_to_the_desk_is_noted_and_a_second_press_is_the_same_one(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await trips.trip(made.id, by=quarrel.cast.chen, party="applicant")
    with pytest.raises(Taken):
        await trips.trip(made.id, by=quarrel.cast.chen, party="applicant")
    quarrel.clock.forward(minutes=11)
    await trips.trip(made.id, by=quarrel.cast.chen, party="applicant")
    with pytest.raises(Invalid):
        await trips.trip(made.id, by=quarrel.cast.chen, party="both")
    for stranger in (quarrel.cast.outsider, quarrel.teacher):
        with pytest.raises(NotFound):
            await trips.trip(made.id, by=stranger, party="other")
    assert await MediationStep.filter(verb="mediation.trip", party="applicant").count() == 2


async def test_who_asks_at_the_desk_came_once_and_who_calls_did_not(quarrel: Quarrel) -> None:
    for who, came in ((TakenDown("王阿姨", "3号楼501", came=True), 1), (TakenDown("老赵", phone="13900001111"), 1)):
        asked = Asked("夜里太响", "李叔", "3号楼402")
        await applying.take_down(asked, who, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)
        assert await MediationStep.filter(verb="mediation.trip").count() == came


async def test_who_has_not_confirmed_is_asked_once_more_and_the_mediator_hears_whom_to_call(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    day = clock.today() + dt.timedelta(days=14)
    await agreements.draft(made.id, by=quarrel.sun, text="说好了", follow_up_on=day)
    await agreements.confirm(made.id, by=quarrel.wang, agreement=1)
    before = {side: len(await told(side)) for side in (quarrel.wang, quarrel.li)}
    quarrel.clock.forward(days=3)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert len(await told(quarrel.wang)) == before[quarrel.wang], "who has confirmed is left in peace"
    [again] = (await told(quarrel.li))[before[quarrel.li] :]
    assert "还等您看" in again
    assert "说好了" in again
    assert "还没有确认的：对方" in (await told(quarrel.sun))[-1]
    quarrel.clock.forward(days=10)
    assert await reminding.remind(by=SYSTEM) == 0
    await agreements.confirm(made.id, by=quarrel.li, agreement=1)
    assert (await Mediation.get(id=made.id)).state is MediationState.SIGNED


async def test_whatever_waits_between_consent_and_signing_is_told_once(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await consents.consent(made.id, by=quarrel.li)
    quarrel.clock.forward(days=3)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert "还没有定调解员" in str(await told(quarrel.cast.chen) + await told(quarrel.cast.gao))
    await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.sun.person_id or 0)
    quarrel.clock.forward(days=7)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert "还没有约双方谈" in (await told(quarrel.sun))[-1]
    at = clock.now() + dt.timedelta(hours=1)
    await sessions.meet(made.id, by=quarrel.sun, way="phone", at=at)
    quarrel.clock.forward(days=1, hours=1)
    assert (await reminding.remind(by=SYSTEM), await reminding.remind(by=SYSTEM)) == (1, 0)
    assert "请记下谈得怎样" in (await told(quarrel.sun))[-1]


async def test_of_a_talk_that_is_called_off_nobody_asks_for_the_result(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    session = await MediationSession.get()
    await sessions.cancel_meeting(session.id, by=quarrel.sun)
    quarrel.clock.forward(days=2)
    assert await reminding.remind(by=SYSTEM) == 0
    quarrel.clock.forward(days=6)
    assert await reminding.remind(by=SYSTEM) == 1
    assert f"{made.number} 等着下一步" in (await told(quarrel.sun))[-1]


async def test_the_table_lets_nobody_sign_whom_the_rule_refuses(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    day = clock.today() + dt.timedelta(days=14)
    await agreements.draft(made.id, by=quarrel.sun, text="说好了", follow_up_on=day)
    place_id = quarrel.cast.here.id
    for viewer in (quarrel.cast.gao, quarrel.cast.chen):
        assert not may(viewer, "mediation.sign", place_id)
        with pytest.raises(NotAllowed):
            await agreements.sign(made.id, by=viewer, party="other", agreement=1, paper="卷宗 12 号")
    assert may(quarrel.sun, "mediation.sign", place_id)
    await agreements.sign(made.id, by=quarrel.sun, party="other", agreement=1, paper="卷宗 12 号")
