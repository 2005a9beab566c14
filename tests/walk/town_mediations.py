"""Mediations and rooms of the neighbourhoods that are walked: one of a case, a resident's own, a room over a case."""

from __future__ import annotations

import datetime as dt

from casework.mediation import applying, rooms
from casework.mediation.applying import Asked
from models import clock
from models.consultation import ConsultationSeat
from models.mediation import MediationSession, SessionWay
from models.person import Person, Role, RoleName
from people.viewers import Viewer


async def fill(blanks: dict[str, object], worker: Viewer, *, place_id: int, mark: str) -> None:
    """A mediator on the list, a mediation made of the case that was reported by chat, and a room over that case."""
    now, case_id, team_id = clock.now(), int(str(blanks["case"])), int(str(blanks["team"]))
    mediator = await Person.create(created_at=now, place_id=place_id, name=f"{mark}调解员", shown_name=f"{mark}调解员")
    await Role.create(created_at=now, person=mediator, place_id=place_id, name=RoleName.MEDIATOR)
    asked = Asked(f"{mark}夜里太响", f"{mark}装修队", phone="13900001111")
    made = await applying.of_case(case_id, asked, by=worker)
    names = {"police": f"{mark}民警", "mediator": f"{mark}调解员", "lawyer": f"{mark}律师"}
    soon = now + dt.timedelta(hours=1)
    room = await rooms.call(
        case_id,
        by=worker,
        at=soon,
        where=f"{mark}会议室",
        purpose=f"{mark}定谁来修",
        people={},
        names=names,
        team_ids=[team_id],
    )
    seat = await ConsultationSeat.filter(consultation_id=room.id).order_by("id").first()
    assert seat is not None
    talk = await MediationSession.create(
        created_at=now, mediation_id=made.id, way=SessionWay.MEET, at=soon, where_text=f"{mark}调解室"
    )
    blanks.update(mediation=made.id, talk=talk.id, room_id=room.id, seat=seat.id, aunt=f"{mark}阿姨")


async def comes(blanks: dict[str, object], resident: Viewer) -> None:
    """A resident asked for one themselves."""
    mark = blanks["mark"]
    made = await applying.apply(Asked(f"{mark}楼上漏水", f"{mark}外面的人", phone="13900002222"), by=resident)
    blanks["own_mediation"] = made.id
