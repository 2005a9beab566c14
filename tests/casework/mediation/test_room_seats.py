"""Rooms beside what test_rooms.py says: empty seats, no case, called twice, minutes confirmed, what stays private."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from casework.cases import following, showing
from casework.mediation import applying, conclusions, room_showing, rooms
from casework.mediation.applying import Asked
from casework.mediation.rooms import NoCase
from models import clock
from models.case import Case, CaseStep
from models.consultation import Consultation, ConsultationSeat
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from tests.casework.conftest import told
from tests.casework.mediation.conftest import HOUR, Quarrel
from tests.casework.mediation.test_rooms import called, held

CONCLUSION = "物业三天内换灯"


async def over_no_case(quarrel: Quarrel, **changes: Any) -> Consultation:
    given = {
        "at": clock.now() + HOUR,
        "where": "会议室",
        "purpose": "几户老人都说夜里听到声音",
        "people": {"committee": quarrel.cast.gao.person_id, "mediator": quarrel.sun.person_id},
        "names": {"police": "张警官"},
        "team_ids": [quarrel.town.property.id],
        **changes,
    }
    return await rooms.call(NoCase(quarrel.cast.here.id), by=quarrel.cast.chen, **given)


async def closed(quarrel: Quarrel) -> Consultation:
    """Held, with minutes."""
    room = await held(quarrel)
    return await rooms.close(room.id, by=quarrel.cast.chen, minutes="都说过了")


async def test_a_fixed_role_that_nobody_has_shows_until_somebody_takes_it(quarrel: Quarrel) -> None:
    room, chen = await called(quarrel), quarrel.cast.chen
    assert (await room_showing.room(room.id, viewer=chen)).missing == (("lawyer", "法律顾问"),)
    assert (await room_showing.rooms(viewer=chen))[0].unfilled == ("法律顾问",)
    wrong: dict[str, Any]
    for wrong in ({"key": "lawyer"}, {"key": "nobody", "name": "甲"}, {"key": "lawyer", "person_id": -1}):
        with pytest.raises(Invalid):
            await rooms.fill(room.id, by=chen, **wrong)
    with pytest.raises(Invalid):
        await rooms.fill(room.id, by=chen, key="lawyer", person_id=quarrel.sun.person_id)
    with pytest.raises(NotAllowed):
        await rooms.fill(room.id, by=quarrel.sun, key="lawyer", name="周律师")
    before = len(await told(quarrel.teacher))
    await rooms.fill(room.id, by=chen, key="lawyer", person_id=quarrel.teacher.person_id)
    assert len(await told(quarrel.teacher)) == before + 1
    assert (await room_showing.room(room.id, viewer=quarrel.teacher)).missing == ()
    with pytest.raises(Taken):
        await rooms.fill(room.id, by=chen, key="lawyer", name="周律师")


async def test_over_the_same_matter_at_the_same_time_there_is_one_room(quarrel: Quarrel) -> None:
    calls = [over_no_case(quarrel) for _ in range(4)]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(isinstance(one, Taken) for one in done) == [False, True, True, True]
    await over_no_case(quarrel, purpose="另一件事")
    await over_no_case(quarrel, at=clock.now() + dt.timedelta(days=1))
    room = await called(quarrel)
    given = {
        "at": room.at + dt.timedelta(minutes=30),
        "where": "会议室",
        "purpose": "换个说法",
        "people": {"committee": quarrel.cast.gao.person_id, "mediator": quarrel.sun.person_id},
        "names": {"police": "张警官"},
        "team_ids": [quarrel.town.property.id],
    }
    assert room.case_id is not None
    with pytest.raises(Taken, match="called_already"):
        await rooms.call(room.case_id, by=quarrel.cast.chen, **given)
    await rooms.cancel(room.id, by=quarrel.cast.chen)
    await rooms.call(room.case_id, by=quarrel.cast.chen, **given)


async def test_a_room_over_no_case_is_held_and_what_comes_of_it_is_private(quarrel: Quarrel) -> None:
    room, chen = await over_no_case(quarrel), quarrel.cast.chen
    for stranger in (quarrel.sun, quarrel.town.wu, quarrel.wang):
        with pytest.raises(NotAllowed):
            await rooms.call(
                NoCase(quarrel.cast.here.id),
                by=stranger,
                at=clock.now() + HOUR,
                where="x",
                purpose="x",
                people={},
                names={},
                team_ids=[1],
            )
    assert "没有立成事件" in (await told(quarrel.sun))[-1]
    for seat in await ConsultationSeat.filter(consultation_id=room.id):
        await rooms.arrive(room.id, by=chen, seat_id=seat.id)
    seat_key = f"team-{quarrel.town.property.id}"
    first = await rooms.conclude(room.id, by=chen, text="上门量一次", seat_key=seat_key)
    await rooms.close(room.id, by=chen, minutes="都说过了")
    with pytest.raises(NotFound):
        await conclusions.dispatch(room.id, by=chen, conclusion_id=first.id)
    made = await conclusions.make_case(room.id, by=chen, conclusion_id=first.id, kind_key="stair_light")
    assert made.is_private
    assert (await room_showing.room(room.id, viewer=chen)).line.case_number == ""


@pytest.mark.parametrize("why", ["private", "mediated", "open"])
async def test_a_case_made_of_a_private_matter_is_private(quarrel: Quarrel, why: str) -> None:
    room, chen = await held(quarrel), quarrel.cast.chen
    assert room.case_id is not None
    if why == "private":
        await Case.filter(id=room.case_id).update(is_private=True)
    if why == "mediated":
        case = await quarrel.town.report("楼上太吵")
        await applying.of_case(case.id, Asked("声音", other="李叔", where="3-402"), by=chen)
        await Consultation.filter(id=room.id).update(case_id=case.id)
    other = await rooms.conclude(room.id, by=chen, text="再装一个感应灯")
    await rooms.close(room.id, by=chen, minutes="都说过了")
    made = await conclusions.make_case(room.id, by=chen, conclusion_id=other.id, kind_key="stair_light")
    assert made.is_private is (why != "open")


async def test_what_was_said_in_the_room_is_read_by_who_works_on_the_case_and_not_by_who_reported(
    quarrel: Quarrel,
) -> None:
    room, chen = await closed(quarrel), quarrel.cast.chen
    assert room.case_id is not None
    shown = await room_showing.room(room.id, viewer=chen)
    await conclusions.dispatch(room.id, by=chen, conclusion_id=shown.conclusions[0].id)
    assert CONCLUSION not in str(await CaseStep.filter(case_id=room.case_id, is_public=True).values_list("note"))
    assert CONCLUSION in str(await following.steps(room.case_id, viewer=quarrel.town.wu))
    assert (await showing.case(room.case_id, viewer=quarrel.town.wu)).line.id == room.case_id


async def test_who_was_there_stands_by_the_minutes_for_themselves_once(quarrel: Quarrel) -> None:
    room = await held(quarrel)
    seats = {one.key: one.id for one in await ConsultationSeat.filter(consultation_id=room.id)}
    unit = seats[f"team-{quarrel.town.property.id}"]
    with pytest.raises(WrongState):
        await rooms.confirm(room.id, by=quarrel.sun, seat_id=seats["mediator"])
    await rooms.close(room.id, by=quarrel.cast.chen, minutes="都说过了")
    for viewer in (quarrel.sun, quarrel.town.wu, quarrel.cast.gao):
        assert "纪要定了" in (await told(viewer))[-1]
    await rooms.confirm(room.id, by=quarrel.sun, seat_id=seats["mediator"])
    await rooms.confirm(room.id, by=quarrel.town.wu, seat_id=unit)
    for by, seat, way in (
        (quarrel.sun, seats["committee"], ""),
        (quarrel.cast.chen, seats["committee"], ""),
        (quarrel.town.wu, seats["police"], "paper"),
    ):
        with pytest.raises(NotAllowed):
            await rooms.confirm(room.id, by=by, seat_id=seat, way=way)
    with pytest.raises(Taken):
        await rooms.confirm(room.id, by=quarrel.sun, seat_id=seats["mediator"])
    await rooms.confirm(room.id, by=quarrel.cast.chen, seat_id=seats["police"], way="paper")
    shown = {one.key: one for one in (await room_showing.room(room.id, viewer=quarrel.cast.chen)).seats}
    assert (shown["police"].confirm_way, shown["mediator"].confirm_way) == ("paper", "")
    assert shown["committee"].confirmed_at is None


async def test_who_was_not_there_confirms_nothing(quarrel: Quarrel) -> None:
    room = await held(quarrel)
    await ConsultationSeat.filter(consultation_id=room.id, key=f"team-{quarrel.town.property.id}").update(came_at=None)
    await rooms.close(room.id, by=quarrel.cast.chen, minutes="都说过了")
    seat = await ConsultationSeat.get(consultation_id=room.id, key=f"team-{quarrel.town.property.id}")
    assert "纪要定了" not in str(await told(quarrel.town.wu))
    with pytest.raises(Taken):
        await rooms.confirm(room.id, by=quarrel.town.wu, seat_id=seat.id)
