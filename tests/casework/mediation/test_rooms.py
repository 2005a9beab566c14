"""Rooms: three fixed roles and units beside; closed with conclusions only, each of which may become something once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from casework.cases import accepting
from casework.mediation import conclusions, room_showing, rooms
from casework.mediation.settings import mediating
from models import clock
from models.case import Case, CaseState
from models.consultation import Consultation, ConsultationConclusion, ConsultationSeat
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from tests.casework.cases.conftest import verbs
from tests.casework.conftest import told
from tests.casework.mediation.conftest import HOUR, Quarrel


async def called(quarrel: Quarrel, **changes: Any) -> Consultation:
    """高 and 孙 sit, a policeman by name; the property team is the X."""
    case = await quarrel.town.report()
    await accepting.accept(case.id, by=quarrel.cast.chen)
    given = {
        "at": clock.now() + HOUR,
        "where": "会议室",
        "purpose": "定谁来修",
        "people": {"committee": quarrel.cast.gao.person_id, "mediator": quarrel.sun.person_id},
        "names": {"police": "张警官"},
        "team_ids": [quarrel.town.property.id],
        **changes,
    }
    return await rooms.call(case.id, by=quarrel.cast.chen, **given)


async def held(quarrel: Quarrel) -> Consultation:
    """Everybody came, and the property team is to do it."""
    room = await called(quarrel)
    for seat in await ConsultationSeat.filter(consultation_id=room.id):
        await rooms.arrive(room.id, by=quarrel.cast.chen, seat_id=seat.id)
    await rooms.conclude(
        room.id, by=quarrel.cast.chen, text="物业三天内换灯", seat_key=f"team-{quarrel.town.property.id}"
    )
    return room


def test_the_shipped_file_has_at_least_three_fixed_roles() -> None:
    assert len(mediating().fixed) >= 3


async def test_fewer_than_three_fixed_roles_or_no_unit_is_no_room(quarrel: Quarrel) -> None:
    twice = {"committee": quarrel.sun.person_id, "mediator": quarrel.sun.person_id}
    for changes in (
        {"names": {}},
        {"team_ids": []},
        {"people": twice},
        {"people": {"committee": quarrel.wang.person_id}},
    ):
        with pytest.raises(Invalid):
            await called(quarrel, **changes)


async def test_everybody_with_a_seat_is_told_sees_it_and_speaks_for_it_only(quarrel: Quarrel) -> None:
    room = await called(quarrel)
    for viewer in (quarrel.cast.gao, quarrel.sun, quarrel.town.wu):
        assert "会商" in (await told(viewer))[-1]
        assert (await room_showing.room(room.id, viewer=viewer)).line.id == room.id
    seats = {one.key: one.id for one in await ConsultationSeat.filter(consultation_id=room.id)}
    await rooms.arrive(room.id, by=quarrel.town.wu, seat_id=seats[f"team-{quarrel.town.property.id}"])
    with pytest.raises(NotAllowed):
        await rooms.arrive(room.id, by=quarrel.town.wu, seat_id=seats["police"])
    with pytest.raises(NotAllowed):
        await rooms.conclude(room.id, by=quarrel.sun, text="归我")
    for stranger in (quarrel.teacher, quarrel.town.qian, quarrel.cast.outsider):
        with pytest.raises(NotFound):
            await room_showing.room(room.id, viewer=stranger)


async def test_it_is_closed_only_with_three_who_came_minutes_and_conclusions(quarrel: Quarrel) -> None:
    room, chen = await called(quarrel), quarrel.cast.chen
    seats = await ConsultationSeat.filter(consultation_id=room.id).order_by("id")
    await rooms.arrive(room.id, by=chen, seat_id=seats[0].id)
    with pytest.raises(WrongState, match="no_conclusion"):
        await rooms.close(room.id, by=chen, minutes="都说过了")
    with pytest.raises(Invalid, match="past_day"):
        await rooms.conclude(room.id, by=chen, text="换灯", due_on=clock.today() - dt.timedelta(days=1))
    made = await rooms.conclude(room.id, by=chen, text="换灯", due_on=clock.today())
    with pytest.raises(WrongState, match="too_few"):
        await rooms.close(room.id, by=chen, minutes="都说过了")
    for seat in seats[1:]:
        await rooms.arrive(room.id, by=chen, seat_id=seat.id)
    await rooms.drop(room.id, by=chen, conclusion_id=made.id)
    with pytest.raises(WrongState, match="no_conclusion"):
        await rooms.close(room.id, by=chen, minutes="都说过了")
    await rooms.conclude(room.id, by=chen, text="还是换灯")
    with pytest.raises(Invalid):
        await rooms.close(room.id, by=chen, minutes=" ")
    await rooms.close(room.id, by=chen, minutes="都说过了")
    assert "consulted" in await verbs(await Case.get(id=room.case_id))


async def test_a_conclusion_becomes_the_dispatch_or_a_case_once(quarrel: Quarrel) -> None:
    room, chen = await held(quarrel), quarrel.cast.chen
    other = await rooms.conclude(room.id, by=chen, text="再装一个感应灯")
    with pytest.raises(WrongState):
        await conclusions.make_case(room.id, by=chen, conclusion_id=other.id, kind_key="stair_light")
    await rooms.close(room.id, by=chen, minutes="都说过了")
    first = await ConsultationConclusion.filter(consultation_id=room.id).order_by("id").first()
    assert first is not None
    case = await conclusions.dispatch(room.id, by=chen, conclusion_id=first.id)
    assert (case.id, case.state) == (room.case_id, CaseState.DISPATCHED)
    made = await conclusions.make_case(room.id, by=chen, conclusion_id=other.id, kind_key="stair_light")
    assert made.text == "再装一个感应灯"
    before = await Case.all().count()
    with pytest.raises(Taken):
        await conclusions.make_case(room.id, by=chen, conclusion_id=other.id, kind_key="stair_light")
    assert await Case.all().count() == before
