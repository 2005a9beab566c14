"""From asking for a mediation to its end: both sides say for themselves what they want, and what is good."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.loop import MEDIATION_LOOP, MEDIATION_STATES, OPEN_MEDIATIONS
from casework.mediation import (
    agreements,
    applying,
    clearing,
    consents,
    ending,
    mediators,
    own,
    reminding,
    sessions,
    showing,
)
from casework.mediation.applying import Asked, TakenDown
from casework.privacy.kept import kept
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.home import Home
from models.mediation import Mediation, MediationSide, MediationState, Party
from models.person import Person
from models.place import Level, Place
from people.permissions import PERMISSIONS
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import told
from tests.casework.mediation.conftest import HOUR, Quarrel

TERMS = "晚上八点以后不施工"


def soon() -> dt.date:
    return clock.today() + dt.timedelta(days=14)


async def drafted(quarrel: Quarrel) -> Mediation:
    made = await quarrel.talking()
    return await agreements.draft(made.id, by=quarrel.sun, text=TERMS, follow_up_on=soon())


def test_every_verb_of_the_table_has_a_permission_and_every_state_is_led_to() -> None:
    led = {after for leads in MEDIATION_LOOP.values() for after in leads.values()}
    assert led == set(MEDIATION_STATES)
    others = {"mediation.consent_both", "mediation.confirm_both", "mediation.take_over"}
    assert set(MEDIATION_LOOP) - others <= set(PERMISSIONS)
    for state in OPEN_MEDIATIONS:
        assert any(leads.get(state) not in {None, state} for leads in MEDIATION_LOOP.values()), state


async def test_from_asking_to_the_follow_up_each_in_their_own_chat(quarrel: Quarrel) -> None:
    made = await drafted(quarrel)
    assert "您愿意吗" in (await told(quarrel.li))[0]
    await agreements.confirm(made.id, by=quarrel.wang, agreement=1)
    assert (await Mediation.get(id=made.id)).state is MediationState.DRAFTED
    await agreements.confirm(made.id, by=quarrel.li, agreement=1)
    signed = await Mediation.get(id=made.id)
    assert signed.state is MediationState.SIGNED
    quarrel.clock.forward(days=14)
    assert await reminding.remind(by=SYSTEM) == 1
    assert await reminding.remind(by=SYSTEM) == 0
    assert "回访" in (await told(quarrel.sun))[-1]
    await ending.keep(made.id, by=quarrel.sun)
    assert (await Mediation.get(id=made.id)).state is MediationState.KEPT
    assert "都做到了" in (await told(quarrel.wang))[-1]


async def test_a_no_ends_it_kindly_and_nobody_asks_again_for_a_month(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await consents.refuse(made.id, by=quarrel.li)
    assert (await Mediation.get(id=made.id)).state is MediationState.DECLINED
    assert "不愿意" in (await told(quarrel.wang))[-1]
    assert "不会再来问您" in (await told(quarrel.li))[-1]
    with pytest.raises(Taken):
        await quarrel.apply()
    quarrel.clock.forward(days=31)
    await quarrel.apply()


async def test_of_a_case_the_other_side_hears_nothing_before_its_reporter_wants_it(quarrel: Quarrel) -> None:
    case = await quarrel.town.report("楼上太吵")
    asked = Asked("夜里的声音", other="李叔", where="3-402")
    made = await applying.of_case(case.id, asked, by=quarrel.cast.chen)
    assert await told(quarrel.li) == []
    with pytest.raises(NotFound):
        await own.own_mediation(made.id, viewer=quarrel.li)
    assert (await kept(viewer=quarrel.li)).mediations == ()
    assert await clearing.open_of(quarrel.li.person_id) is None
    with pytest.raises(WrongState):
        await consents.record_consent(made.id, by=quarrel.cast.chen, party="other", way="phone", agrees=True)
    await consents.record_consent(made.id, by=quarrel.cast.chen, party="applicant", way="phone", agrees=True)
    assert len(await told(quarrel.li)) == 1


async def test_whoever_asks_learns_nothing_of_who_lives_where(quarrel: Quarrel) -> None:
    known = await quarrel.apply()
    unknown = await quarrel.apply(other="查无此人", where="99号楼999")
    lines = [await own.own_mediation(one.id, viewer=quarrel.wang) for one in (known, unknown)]
    assert len({(one.line.state, one.has_consented, one.other_has_consented, len(one.steps)) for one in lines}) == 1
    assert "还不知道对方是谁" in (await told(quarrel.cast.gao))[-1] + (await told(quarrel.cast.chen) or [""])[-1]


async def test_of_a_home_whoever_answers_first_is_the_side_and_nobody_else_of_it(quarrel: Quarrel) -> None:
    made = await applying.apply(Asked("楼上漏水", where="3幢501室"), by=quarrel.li)
    assert len(await told(quarrel.xiaowang)) == len(await told(quarrel.wang)) == 1
    await consents.consent(made.id, by=quarrel.xiaowang)
    with pytest.raises(NotFound):
        await consents.consent(made.id, by=quarrel.wang)
    with pytest.raises(Invalid):
        await quarrel.apply(other="", where="3号楼501")


async def test_who_was_found_is_called_as_the_applicant_called_them(quarrel: Quarrel) -> None:
    made = await quarrel.apply(other="楼下那家", where="")
    await consents.point_out(made.id, by=quarrel.cast.chen, person_id=quarrel.li.person_id)
    assert "李叔" not in str(await own.own_mediation(made.id, viewer=quarrel.wang))
    assert (await showing.mediation(made.id, viewer=quarrel.cast.chen)).sides[1].person == "李叔"
    assert len(await told(quarrel.li)) == 1


async def test_nobody_is_asked_again_as_whoever_of_their_home_nor_after_a_withdrawal(quarrel: Quarrel) -> None:
    made = await quarrel.apply(other="")
    await quarrel.apply()
    assert len(await told(quarrel.li)) == 1
    await consents.withdraw(made.id, by=quarrel.wang)
    with pytest.raises(Taken, match="asked_lately"):
        await quarrel.apply(other="")


async def test_somebody_outside_is_reached_by_telephone_and_the_look_at_it_is_on_record(quarrel: Quarrel) -> None:
    made = await quarrel.apply(other="装修队张工", where="", phone="13900001111")
    assert await showing.reveal(made.id, by=quarrel.cast.chen, party=Party.OTHER) == "13900001111"
    await consents.record_consent(made.id, by=quarrel.cast.chen, party="other", way="phone", agrees=True)
    assert (await Mediation.get(id=made.id)).state is MediationState.AGREED


async def test_taken_down_at_the_desk_the_applicant_is_asked_too(quarrel: Quarrel) -> None:
    who = TakenDown("王阿姨", "3号楼501")
    asked = Asked("夜里太响", "李叔", "3号楼402")
    made = await applying.take_down(asked, who, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)
    assert await told(quarrel.li) == []
    await consents.consent(made.id, by=quarrel.wang)
    await consents.consent(made.id, by=quarrel.li)
    assert (await Mediation.get(id=made.id)).state is MediationState.AGREED


async def test_no_side_lives_with_its_mediator_or_comes_from_elsewhere(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await consents.consent(made.id, by=quarrel.li)
    with pytest.raises(Invalid):
        await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.far.person_id or 0)
    with pytest.raises(Invalid):
        await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.li.person_id or 0)
    with pytest.raises(NotFound):
        await showing.mediation(made.id, viewer=quarrel.sun)


async def test_no_side_confirms_for_the_other_and_a_new_draft_is_confirmed_anew(quarrel: Quarrel) -> None:
    made = await drafted(quarrel)
    await agreements.confirm(made.id, by=quarrel.wang, agreement=1)
    with pytest.raises(WrongState):
        await agreements.confirm(made.id, by=quarrel.wang, agreement=1)
    await agreements.draft(made.id, by=quarrel.sun, text="九点以后不施工", follow_up_on=soon())
    with pytest.raises(Taken):
        await agreements.confirm(made.id, by=quarrel.li, agreement=1)
    assert await MediationSide.filter(mediation_id=made.id, confirmed_at__isnull=False).count() == 0
    await agreements.sign(made.id, by=quarrel.sun, party="other", agreement=2, paper="卷宗 12 号")
    assert "纸上签了协议" in (await told(quarrel.li))[-1]
    for stranger in (quarrel.cast.chen, quarrel.teacher, quarrel.li):
        with pytest.raises(Refusal):
            await agreements.sign(made.id, by=stranger, party="applicant", agreement=2, paper="卷宗 12 号")
    await agreements.confirm(made.id, by=quarrel.wang, agreement=2)
    assert (await Mediation.get(id=made.id)).state is MediationState.SIGNED


async def test_a_failed_one_names_the_ways_out_with_their_days(quarrel: Quarrel) -> None:
    made = await quarrel.talking()
    with pytest.raises(Invalid):
        await ending.fail(made.id, by=quarrel.sun, reason="stopped")
    await ending.fail(made.id, by=quarrel.sun, reason="no_terms")
    found = await own.own_mediation(made.id, viewer=quarrel.li)
    days = {way.key: (way.day - clock.today()).days for way in found.ways}
    assert days == {"legal_aid": 7, "arbitration": 365, "court": 0}
    assert "12348" in (await told(quarrel.li))[-1]
    assert {way.entry for way in found.ways} == {"legal-aid", "labor-arbitration"}


async def test_either_side_may_stop_and_what_was_not_kept_leads_to_the_court(quarrel: Quarrel) -> None:
    made = await drafted(quarrel)
    for side in (quarrel.wang, quarrel.li):
        await agreements.confirm(made.id, by=side, agreement=1)
    with pytest.raises(WrongState):
        await ending.stop(made.id, by=quarrel.li)
    await ending.breach(made.id, by=quarrel.sun)
    found = await own.own_mediation(made.id, viewer=quarrel.wang)
    assert [(way.key, (way.day - clock.today()).days) for way in found.ways] == [("legal_aid", 7), ("court_broken", 30)]
    quarrel.clock.forward(days=31)
    again = await quarrel.assigned()
    await ending.stop(again.id, by=quarrel.li)
    assert (await Mediation.get(id=again.id)).state is MediationState.FAILED


async def test_whoever_leaves_is_replaced_as_its_owner(quarrel: Quarrel) -> None:
    await quarrel.cast.on_duty(quarrel.cast.chen)
    made = await quarrel.apply()
    assert made.owner_id == quarrel.cast.chen.person_id
    await Person.filter(id=made.owner_id).update(is_active=False)
    await reminding.remind(by=SYSTEM)
    assert (await Mediation.get(id=made.id)).owner_id == quarrel.cast.gao.person_id
    assert "由您负责" in (await told(quarrel.cast.gao))[-1]


async def test_those_that_stay_with_whom_they_had_hold_up_none_behind_them(quarrel: Quarrel) -> None:
    await quarrel.cast.on_duty(quarrel.cast.chen)
    first, second = await quarrel.apply(), await quarrel.apply(other="外面的老赵", where="", phone="13800000001")
    nobody = await Place.create(created_at=clock.now(), slug="nobody", name="无人居委", level=Level.NEIGHBOURHOOD)
    await Mediation.filter(id=first.id).update(place_id=nobody.id)
    await Person.filter(id=second.owner_id).update(is_active=False)
    await reminding.remind(by=SYSTEM, batch=1)
    assert (await Mediation.get(id=second.id)).owner_id == quarrel.cast.gao.person_id


async def test_its_owner_lives_with_neither_side(quarrel: Quarrel) -> None:
    await quarrel.cast.on_duty(quarrel.cast.chen)
    home = await Home.get(label="402")
    await quarrel.moves_in(quarrel.cast.gao, home)
    made = await quarrel.apply()
    assert made.owner_id == quarrel.cast.chen.person_id
    await quarrel.moves_in(quarrel.cast.chen, home)
    await reminding.remind(by=SYSTEM)
    owner = (await Mediation.get(id=made.id)).owner_id
    assert owner not in {quarrel.cast.chen.person_id, quarrel.cast.gao.person_id}
    await reminding.remind(by=SYSTEM)
    assert (await Mediation.get(id=made.id)).owner_id == owner


async def test_arrivals_are_written_once_and_not_before_their_time(quarrel: Quarrel) -> None:
    made = await quarrel.assigned()
    later = await sessions.meet(made.id, by=quarrel.sun, way="meet", at=clock.now() + 8 * HOUR, where="调解室")
    with pytest.raises(WrongState):
        await sessions.arrive(later.id, by=quarrel.sun, party="other")
    quarrel.clock.forward(hours=8)
    await sessions.arrive(later.id, by=quarrel.sun, party="other")
    with pytest.raises(Taken):
        await sessions.arrive(later.id, by=quarrel.cast.chen, party="other")
    with pytest.raises(Taken):
        await sessions.cancel_meeting(later.id, by=quarrel.sun)


@pytest.mark.parametrize("who", ["outsider", "observer", "zhou", "wang"])
async def test_nobody_without_a_part_in_it_sees_or_does_anything(quarrel: Quarrel, who: str) -> None:
    made = await quarrel.talking()
    viewer: Viewer = getattr(quarrel.cast, who)
    for attempt in (
        own.own_mediation(made.id, viewer=viewer),
        showing.mediation(made.id, viewer=viewer),
        consents.refuse(made.id, by=viewer),
        ending.stop(made.id, by=viewer),
        ending.fail(made.id, by=viewer, reason="no_terms"),
        mediators.choose(made.id, by=viewer, mediator_id=quarrel.sun.person_id or 0),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            await attempt
