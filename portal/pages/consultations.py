"""Rooms (会商) for those who call them and for those who have a seat: the list, calling one, and one with its verbs."""

from __future__ import annotations

from aiohttp import web

from casework.cases import catalogue
from casework.cases import showing as case_showing
from casework.cases import teams as case_teams
from casework.loop import ROOM_LOOP
from casework.mediation import room_showing, rooms, seats
from casework.mediation.room_sight import BY_SEAT
from casework.mediation.rooms import NoCase
from casework.mediation.settings import mediating
from models import clock
from models.errors import Invalid, NotAllowed, Refusal, Taken, WrongState
from people.permissions import may
from portal.forms import Sent, as_sent, done, form, verb_of, whole
from portal.mediation_verbs import ROOM
from portal.session import Visitor
from portal.staff import staff_page, worker

HOME, READ, CALL = "/consultations", "consultation.read", "consultation.call"


async def show(request: web.Request) -> web.Response:
    """会商."""
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/consultations.html",
        lines=await room_showing.rooms(viewer=who.viewer),
        may_call=mediating().rooms_without_case and may(who.viewer, CALL, who.place_id),
    )


async def show_new(request: web.Request) -> web.Response:
    """召集会商."""
    return await _show_new(request, await worker(request, CALL), whole(request.query.get("case", "") or "0"))


async def _show_new(
    request: web.Request, who: Visitor, case_id: int, *, sent: Sent | None = None, refusal: Refusal | None = None
) -> web.Response:
    shown = await case_showing.case(case_id, viewer=who.viewer) if case_id else None
    place_id = shown.line.place_id if shown else who.place_id
    return await staff_page(
        request,
        "staff/consultations_new.html",
        refusal=refusal,
        case=shown,
        fixed=await seats.fixed_seats(viewer=who.viewer, place_id=place_id),
        fewest=seats.FEWEST_FIXED,
        teams=await case_teams.teams(viewer=who.viewer, place_id=place_id),
        typed=dict(sent.fields) if sent else {},
        picked=sent.texts("team") if sent else [],
    )


@form
async def call(request: web.Request, sent: Sent) -> web.StreamResponse:
    """召集会商."""
    case_id = whole(sent.text("case") or "0")
    keys = [one.key for one in mediating().fixed]
    try:
        room = await rooms.call(
            case_id or NoCase(sent.who.place_id),
            by=sent.who.viewer,
            at=sent.moment("at"),
            where=sent.text("where"),
            purpose=sent.text("purpose"),
            people={key: whole(sent.text(f"person-{key}")) for key in keys if sent.text(f"person-{key}")},
            names={key: sent.text(f"name-{key}") for key in keys},
            team_ids=[whole(one) for one in sent.texts("team")],
        )
    except (Invalid, Taken, WrongState) as refusal:
        return await _show_new(request, sent.who, case_id, sent=sent, refusal=refusal)
    return done(f"{HOME}/{room.id}", "consultation_call")


async def show_one(request: web.Request) -> web.Response:
    """一次会商."""
    return await _show_one(request, await worker(request, READ), whole(request.match_info["id"]))


async def _show_one(
    request: web.Request,
    who: Visitor,
    room_id: int,
    *,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
) -> web.Response:
    shown = await room_showing.room(room_id, viewer=who.viewer)
    place_id = shown.line.place_id
    carries_out = may(who.viewer, "consultation.carry_out", place_id)
    return await staff_page(
        request,
        "staff/consultation.html",
        refusal=refusal,
        shown=shown,
        can=_can(shown, who),
        calls_rooms=may(who.viewer, CALL, place_id),
        **as_sent(request, sent),
        sitters={one.key: one.sitters for one in await _fixed(who, place_id)},
        kinds=list((await catalogue.kinds_of(place_id)).values()) if carries_out else [],
        fewest=seats.FEWEST_FIXED,
        today=clock.today(),
    )


async def _fixed(who: Visitor, place_id: int) -> list[seats.FixedSeat]:
    """Who may take a seat that nobody has, for whoever may call rooms here."""
    return await seats.fixed_seats(viewer=who.viewer, place_id=place_id) if may(who.viewer, CALL, place_id) else []


def _can(shown: room_showing.RoomShown, who: Visitor) -> frozenset[str]:
    """Verbs that lead somewhere from this state and that the viewer may do; a seat's own wherever their role lies."""
    line = shown.line
    return frozenset(
        verb.removeprefix("consultation.")
        for verb, leads in ROOM_LOOP.items()
        if line.state in leads and may(who.viewer, verb, None if verb in BY_SEAT else line.place_id)
    )


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Any verb; a refusal shows the room as it now is, and what was typed is kept."""
    room_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, ROOM)
    try:
        await room_showing.room(room_id, viewer=sent.who.viewer)
        await verb(room_id, sent)
    except (Taken, WrongState, Invalid, NotAllowed) as refusal:
        return await _show_one(request, sent.who, room_id, sent=sent, refusal=refusal)
    return done(f"{HOME}/{room_id}", f"consultation_{name}")
