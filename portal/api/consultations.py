"""Rooms (会商) as JSON: the list, one of them, calling one, and what is done in it."""

from __future__ import annotations

from aiohttp import web

from casework.mediation import conclusions, room_showing, rooms
from casework.mediation.room_showing import RoomLine, RoomShown
from casework.mediation.rooms import NoCase
from models.operation import Body, Operation
from portal.api.acting import acting, acts, id_of, reading, reads
from portal.api.consultation_shapes import (
    CallRoomBody,
    CancelRoomBody,
    CarriedOutAnswer,
    CarryOutBody,
    ConcludeBody,
    ConclusionAnswer,
    ConfirmMinutesBody,
    FillSeatBody,
    MadeRoomAnswer,
    RoomAnswer,
    RoomLineAnswer,
    RoomLinesAnswer,
    RoomMinutesBody,
    SeatAnswer,
    SeatBody,
)
from portal.api.reading import DoneAnswer, answer, given, number_in_path, told


def _line(one: RoomLine) -> RoomLineAnswer:
    return told(RoomLineAnswer, one, unfilled=[*one.unfilled])


def _whole(found: RoomShown) -> RoomAnswer:
    return told(
        RoomAnswer,
        found,
        line=_line(found.line),
        seats=[told(SeatAnswer, one) for one in found.seats],
        missing=[key for key, _ in found.missing],
        conclusions=[told(ConclusionAnswer, one) for one in found.conclusions],
    )


async def show(request: web.Request) -> web.Response:
    """会商."""
    who = await reading(request, "consultation.read")
    return answer(RoomLinesAnswer(rooms=[_line(one) for one in await room_showing.rooms(viewer=who.viewer)]))


async def show_one(request: web.Request) -> web.Response:
    """一次会商."""
    who = await reading(request, "consultation.read")
    return answer(_whole(await room_showing.room(number_in_path(request, "id"), viewer=who.viewer)))


async def call(request: web.Request) -> web.Response:
    """召集会商."""
    who, body = await acting(request), await given(request, CallRoomBody)
    made = await rooms.call(
        NoCase(who.place_id) if body.case is None else body.case,
        by=who.viewer,
        at=body.at,
        where=body.where,
        purpose=body.purpose,
        people=body.people,
        names=body.names,
        team_ids=body.teams,
    )
    return answer(told(MadeRoomAnswer, made))


async def fill(request: web.Request) -> web.Response:
    """补位子."""
    who, body = await acting(request), await given(request, FillSeatBody)
    one = number_in_path(request, "id")
    await rooms.fill(one, by=who.viewer, key=body.key, person_id=body.person, name=body.name)
    return answer(DoneAnswer())


async def arrive(request: web.Request) -> web.Response:
    """到场."""
    who, body = await acting(request), await given(request, SeatBody)
    await rooms.arrive(number_in_path(request, "id"), by=who.viewer, seat_id=body.seat)
    return answer(DoneAnswer())


async def conclude(request: web.Request) -> web.Response:
    """写结论."""
    who, body = await acting(request), await given(request, ConcludeBody)
    one = number_in_path(request, "id")
    await rooms.conclude(one, by=who.viewer, text=body.text, seat_key=body.seat, due_on=body.due_on)
    return answer(DoneAnswer())


async def close(request: web.Request) -> web.Response:
    """定纪要."""
    who, body = await acting(request), await given(request, RoomMinutesBody)
    one = number_in_path(request, "id")
    await rooms.close(one, by=who.viewer, minutes=body.minutes, seen_version=body.version)
    return answer(DoneAnswer())


async def confirm(request: web.Request) -> web.Response:
    """认纪要."""
    who, body = await acting(request), await given(request, ConfirmMinutesBody)
    await rooms.confirm(number_in_path(request, "id"), by=who.viewer, seat_id=body.seat, way=body.way)
    return answer(DoneAnswer())


async def cancel(request: web.Request) -> web.Response:
    """取消会商."""
    who, body = await acting(request), await given(request, CancelRoomBody)
    await rooms.cancel(number_in_path(request, "id"), by=who.viewer, seen_version=body.version)
    return answer(DoneAnswer())


async def carry_out(request: web.Request) -> web.Response:
    """落实结论."""
    who, body = await acting(request), await given(request, CarryOutBody)
    one, which = number_in_path(request, "id"), body.conclusion
    if body.kind:
        made = await conclusions.make_case(one, by=who.viewer, conclusion_id=which, kind_key=body.kind)
        return answer(told(CarriedOutAnswer, made))
    return answer(told(CarriedOutAnswer, await conclusions.dispatch(one, by=who.viewer, conclusion_id=which)))


_ONE = "/api/v1/consultations/{id}"
ROUTES = (
    web.get("/api/v1/consultations", show),
    web.post("/api/v1/consultations", call),
    web.get(_ONE, show_one),
    web.post(f"{_ONE}/fill", fill),
    web.post(f"{_ONE}/arrive", arrive),
    web.post(f"{_ONE}/conclude", conclude),
    web.post(f"{_ONE}/close", close),
    web.post(f"{_ONE}/confirm", confirm),
    web.post(f"{_ONE}/cancel", cancel),
    web.post(f"{_ONE}/carry_out", carry_out),
)


def _acts(name: str, verb: str, takes: type[Body], *, about: str, gives: type[Body] = DoneAnswer) -> Operation:
    """What is done in a room."""
    path = f"consultations/{{id}}/{verb}"
    return acts(name, path, about, takes=takes, gives=gives, parameters=(id_of("room"),), needs_staff=True)


OPERATIONS = (
    reads(
        "listRooms", "consultations", "Rooms in which hard cases are settled", gives=RoomLinesAnswer, needs_staff=True
    ),
    reads(
        "readRoom",
        "consultations/{id}",
        "One room with its seats, minutes and conclusions",
        gives=RoomAnswer,
        parameters=(id_of("room"),),
        needs_staff=True,
    ),
    acts(
        "callRoom",
        "consultations",
        "At least three fixed roles and a unit; each is told",
        takes=CallRoomBody,
        gives=MadeRoomAnswer,
        needs_staff=True,
    ),
    _acts("fillSeat", "fill", FillSeatBody, about="Somebody takes a fixed role that nobody had"),
    _acts("arriveInRoom", "arrive", SeatBody, about="Of a seat, by who has it or who called"),
    _acts("concludeInRoom", "conclude", ConcludeBody, about="What was settled, who does it, until when"),
    _acts("closeRoom", "close", RoomMinutesBody, about="With minutes, a conclusion, and three of the fixed roles"),
    _acts("confirmMinutes", "confirm", ConfirmMinutesBody, about="Who was there stands by the minutes"),
    _acts("cancelRoom", "cancel", CancelRoomBody, about="Everybody who was called is told"),
    _acts(
        "carryOutConclusion",
        "carry_out",
        CarryOutBody,
        about="It becomes a case of its own, or the dispatch of the room's case, once",
        gives=CarriedOutAnswer,
    ),
)
