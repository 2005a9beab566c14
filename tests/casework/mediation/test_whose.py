"""Whose a mediation is: of a home nobody who came later, of words no later mediator, and nobody is asked twice."""

from __future__ import annotations

import asyncio

import pytest

from casework.mediation import agreements, applying, consents, mediators, own, private, showing
from casework.mediation.applying import Asked, TakenDown
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.home import Home
from models.mediation import Mediation, MediationState
from tests.casework.conftest import told
from tests.casework.mediation.conftest import OTHERS_SECRET, SECRET, Quarrel, lives
from tests.casework.mediation.test_flow import drafted

DESK = TakenDown("王阿姨", "3号楼501")
LOUD = Asked("夜里太响", "李叔", "3号楼402")


async def of_the_home(quarrel: Quarrel) -> Mediation:
    """Somebody asks whoever lives in 501."""
    return await applying.apply(Asked("楼上漏水", where="3幢501室"), by=quarrel.li)


async def test_who_moved_in_after_a_home_was_asked_reads_nothing_and_answers_nothing(quarrel: Quarrel) -> None:
    made = await of_the_home(quarrel)
    quarrel.clock.forward(days=1)
    late = await lives("新租客", await Home.get(label="501"), cast=quarrel.cast)
    for tried in (own.own_mediation(made.id, viewer=late), consents.consent(made.id, by=late)):
        with pytest.raises(NotFound):
            await tried
    await consents.withdraw(made.id, by=quarrel.li)
    assert await told(late) == []
    await own.own_mediation(made.id, viewer=quarrel.xiaowang)


async def test_a_home_whose_yes_staff_wrote_down_hears_it_and_speaks_for_nobody(quarrel: Quarrel) -> None:
    made = await of_the_home(quarrel)
    before = len(await told(quarrel.wang))
    await consents.record_consent(made.id, by=quarrel.cast.chen, party="other", way="phone", agrees=True)
    assert len(await told(quarrel.wang)) == before + 1
    assert "您家里有人同意" in (await told(quarrel.wang))[-1]
    for one in (quarrel.wang, quarrel.xiaowang):
        with pytest.raises(NotFound):
            await own.own_mediation(made.id, viewer=one)
    assert (await Mediation.get(id=made.id)).state is MediationState.AGREED


async def test_who_lives_in_a_home_that_was_asked_never_mediates_or_answers_for_it(quarrel: Quarrel) -> None:
    """Not after staff wrote down its yes either."""
    await quarrel.moves_in(quarrel.sun, await Home.get(label="501"))
    made = await of_the_home(quarrel)
    await consents.record_consent(made.id, by=quarrel.cast.chen, party="other", way="phone", agrees=True)
    with pytest.raises(Invalid, match="mediator_concerned"):
        await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.sun.person_id or 0)
    with pytest.raises(NotFound):
        await showing.mediation(made.id, viewer=quarrel.sun)


async def test_who_takes_over_reads_what_was_told_before_anybody_was_chosen_and_since(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    quarrel.clock.forward(minutes=5)
    await consents.consent(made.id, by=quarrel.li)
    await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.sun.person_id or 0)
    quarrel.clock.forward(minutes=5)
    await private.tell(made.id, by=quarrel.li, text=OTHERS_SECRET)
    assert len(await private.notes(made.id, viewer=quarrel.sun)) == 2
    quarrel.clock.forward(minutes=5)
    await mediators.choose(made.id, by=quarrel.cast.chen, mediator_id=quarrel.teacher.person_id or 0)
    quarrel.clock.forward(minutes=5)
    await private.tell(made.id, by=quarrel.wang, text="后来说的")
    assert [one.text for one in await private.notes(made.id, viewer=quarrel.teacher)] == [SECRET, "后来说的"]


async def test_a_form_of_the_desk_sent_twice_asks_once(quarrel: Quarrel) -> None:
    tries = (applying.take_down(LOUD, DESK, by=quarrel.cast.chen, place_id=quarrel.cast.here.id) for _ in range(3))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [Taken, Taken]
    assert await Mediation.all().count() == 1
    nobody = TakenDown("不住这里的人")
    await applying.take_down(LOUD, nobody, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)
    with pytest.raises(Taken, match="typed_already"):
        await applying.take_down(LOUD, nobody, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)


async def test_who_did_not_want_to_is_left_in_peace_by_the_desk_as_well(quarrel: Quarrel) -> None:
    made = await quarrel.apply()
    await consents.refuse(made.id, by=quarrel.li)
    quarrel.clock.forward(days=1)
    with pytest.raises(Taken, match="asked_lately_of_theirs"):
        await applying.take_down(LOUD, DESK, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)
    quarrel.clock.forward(days=30)
    await applying.take_down(LOUD, DESK, by=quarrel.cast.chen, place_id=quarrel.cast.here.id)


async def test_nobody_but_its_mediator_writes_down_a_signature(quarrel: Quarrel) -> None:
    made = await drafted(quarrel)
    for one in (quarrel.cast.gao, quarrel.cast.chen, quarrel.teacher):
        with pytest.raises((NotAllowed, NotFound)):
            await agreements.sign(made.id, by=one, party="other", agreement=1, paper="卷宗 12 号")
