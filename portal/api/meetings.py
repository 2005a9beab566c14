"""Meetings as JSON: which there are, one with its record, answering an invitation; and what those who keep them do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.meetings import attending, calling, inviting, keepers, minutes, showing
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from forum.meetings.showing import MeetingCard, MeetingLine
from forum.notices.targets import Target
from models.operation import Body, Operation, Parameter
from people.permissions import allow
from people.viewers import Viewer
from portal.api.acting import acting_as_somebody, acts, id_of, reading_as_somebody, reads
from portal.api.meeting_shapes import (
    AddendumBody,
    CallMeetingBody,
    CallOffMeetingBody,
    ChangeMeetingBody,
    ConclusionBody,
    ConclusionCaseBody,
    DropConclusionBody,
    DropMeetingPhotoBody,
    InviteBody,
    MeetingAddendumAnswer,
    MeetingAnswer,
    MeetingConclusionAnswer,
    MeetingLineAnswer,
    MeetingMadeAnswer,
    MeetingMemberAnswer,
    MeetingPhotosBody,
    MeetingsAnswer,
    MeetingSeatAnswer,
    MeetingSeatsAnswer,
    MinutesBody,
    PublishRecordBody,
    SayBody,
    SeatsBody,
)
from portal.api.reading import MOST_ID, DoneAnswer, answer, given, number_in_path, number_in_query, told


async def show(request: web.Request) -> web.Response:
    """会议."""
    who = await reading_as_somebody(request)
    before, proposal = number_in_query(request, "before"), number_in_query(request, "proposal")
    lines = await showing.meetings(
        viewer=who.viewer, place_id=who.place_id, before=before, proposal_id=proposal or None
    )
    following = min(one.id for one in lines) if len(lines) == showing.PAGE else 0
    return answer(MeetingsAnswer(meetings=[_line(one) for one in lines], next=following))


def _line(line: MeetingLine) -> MeetingLineAnswer:
    return told(MeetingLineAnswer, line, kind=line.kind.value, state=line.state.value)


async def show_one(request: web.Request) -> web.Response:
    """一次会议."""
    who = await reading_as_somebody(request)
    return answer(_one(await showing.meeting(number_in_path(request, "id"), viewer=who.viewer)))


def _one(card: MeetingCard) -> MeetingAnswer:
    return told(
        MeetingAnswer,
        card,
        **_line(card.line).model_dump(),
        members=[MeetingMemberAnswer(name=name, came=came) for name, came in card.members],
        invited=card.counts.invited,
        coming=card.counts.yes,
        came=card.counts.came,
        conclusions=[told(MeetingConclusionAnswer, one, outcome=one.outcome.value) for one in card.conclusions],
        addenda=[told(MeetingAddendumAnswer, one) for one in card.addenda],
        photos=[f"/files/{one.name}" for one in card.photos],
    )


async def show_seats(request: web.Request) -> web.Response:
    """受邀名单、纪要草稿."""
    who = await reading_as_somebody(request)
    meeting_id = number_in_path(request, "id")
    seats = await keepers.seats(meeting_id, viewer=who.viewer)
    draft = await keepers.draft(meeting_id, viewer=who.viewer)
    lines = [told(MeetingSeatAnswer, one, origin=one.origin.value) for one in seats]
    return answer(MeetingSeatsAnswer(seats=lines, draft=draft.text, draft_number=draft.number))


async def call(request: web.Request) -> web.Response:
    """召集会议."""
    who = await acting_as_somebody(request)
    allow(who.viewer, "meeting.call", who.place_id)
    body = await given(request, CallMeetingBody)
    new = NewMeeting(**{**body.model_dump(), "kind": body.kind.value})
    return answer(MeetingMadeAnswer(id=await calling.call(new, by=who.viewer, place_id=who.place_id)))


Deed = Callable[[int, web.Request, Viewer], Awaitable[object]]


async def _change(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, ChangeMeetingBody)
    facts = {"starts_at": body.starts_at, "venue": body.venue, "agenda": body.agenda}
    await calling.change(one, by=by, seen_version=body.version, **facts)


async def _invite(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, InviteBody)
    target = Target(body.buildings, (), body.roles)
    await inviting.invite(one, Invite(body.named, body.teams, target, body.outside), by=by)


async def _answer(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, SayBody)
    await attending.answer(one, by=by, is_coming=body.is_coming)


async def _volunteer(one: int, _request: web.Request, by: Viewer) -> None:
    await inviting.volunteer(one, by=by)


async def _name_member(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, SeatsBody)
    await inviting.name_members(one, by=by, seat_ids=body.seats)


async def _begin(one: int, _request: web.Request, by: Viewer) -> None:
    await attending.begin(one, by=by)


async def _mark(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, SeatsBody)
    await attending.mark(one, by=by, seat_ids=[*body.seats])


async def _write(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, MinutesBody)
    await minutes.write(one, by=by, minutes=body.minutes, seen=body.seen)


async def _conclude(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, ConclusionBody)
    await minutes.conclude(one, NewConclusion(body.text, body.outcome.value, body.who, body.due_on), by=by)


async def _drop(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, DropConclusionBody)
    await minutes.drop(one, by=by, conclusion_id=body.conclusion)


async def _photos(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, MeetingPhotosBody)
    await minutes.show(one, by=by, photos=body.photos)


async def _drop_photo(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, DropMeetingPhotoBody)
    await minutes.drop_photo(one, by=by, name=body.photo)


async def _publish(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, PublishRecordBody)
    await minutes.publish(one, by=by, seen=body.seen)


async def _add(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, AddendumBody)
    await minutes.add(one, by=by, words=body.text)


async def _make_case(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, ConclusionCaseBody)
    await minutes.make_case(one, by=by, conclusion_id=body.conclusion, kind_key=body.work)


async def _call_off(one: int, request: web.Request, by: Viewer) -> None:
    body = await given(request, CallOffMeetingBody)
    await calling.call_off(one, by=by, reason=body.reason)


_DEEDS: tuple[tuple[str, Deed, str, str, type[Body] | None], ...] = (
    ("answer", _answer, "answerMeeting", "Say whether one comes", SayBody),
    ("volunteer", _volunteer, "volunteerForMeeting", "Ask to be there, where that is offered", None),
    ("change", _change, "changeMeeting", "Another time or place", ChangeMeetingBody),
    ("invite", _invite, "inviteToMeeting", "Invite residents, units, buildings, roles", InviteBody),
    ("name_member", _name_member, "nameMeetingMembers", "Who are members of the hearing", SeatsBody),
    ("begin", _begin, "beginMeeting", "Begin, which freezes the members", None),
    ("mark", _mark, "markMeeting", "Who was there", SeatsBody),
    ("write", _write, "writeMinutes", "Save the minutes over the draft that was seen", MinutesBody),
    ("conclude", _conclude, "addConclusion", "A line of what was concluded", ConclusionBody),
    ("drop", _drop, "dropConclusion", "Cross a line out", DropConclusionBody),
    ("show", _photos, "showAtMeeting", "Photos for the record", MeetingPhotosBody),
    ("drop_photo", _drop_photo, "dropMeetingPhoto", "Take a photo away for good", DropMeetingPhotoBody),
    ("publish", _publish, "publishRecord", "Publish the record, which then stays", PublishRecordBody),
    ("add", _add, "addToRecord", "Add to a published record", AddendumBody),
    ("make_case", _make_case, "makeCaseOfConclusion", "A case in a conclusion's words", ConclusionCaseBody),
    ("call_off", _call_off, "callOffMeeting", "It does not take place", CallOffMeetingBody),
)
"""What may be done to a meeting: the verb, what does it, the operation's name, what it is about, and what it takes."""


def _doing(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def do(request: web.Request) -> web.Response:
        who, meeting_id = await acting_as_somebody(request), number_in_path(request, "id")
        await showing.meeting(meeting_id, viewer=who.viewer)
        await deed(meeting_id, request, who.viewer)
        return answer(DoneAnswer())

    return do


_BEFORE, _PROPOSAL = (
    Parameter(name, "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, about)
    for name, about in (("before", "only those before this"), ("proposal", "only those of this proposal"))
)
_ONE = (id_of("meeting"),)
ROUTES = (
    web.get("/api/v1/meetings", show),
    web.post("/api/v1/meetings", call),
    web.get("/api/v1/meetings/{id}", show_one),
    web.get("/api/v1/meetings/{id}/seats", show_seats),
    *(web.post(f"/api/v1/meetings/{{id}}/{verb}", _doing(deed)) for verb, deed, *_ in _DEEDS),
)
OPERATIONS: tuple[Operation, ...] = (
    reads(
        "listMeetings",
        "meetings",
        "Meetings of the caller's neighbourhood",
        gives=MeetingsAnswer,
        parameters=(_BEFORE, _PROPOSAL),
    ),
    acts("callMeeting", "meetings", "Call a meeting", gives=MeetingMadeAnswer, takes=CallMeetingBody),
    reads("getMeeting", "meetings/{id}", "A meeting, and its published record", gives=MeetingAnswer, parameters=_ONE),
    reads(
        "listMeetingSeats",
        "meetings/{id}/seats",
        "Who is invited, and the draft of the minutes, for who keeps the meeting",
        gives=MeetingSeatsAnswer,
        parameters=_ONE,
    ),
    *(
        acts(name, f"meetings/{{id}}/{verb}", about, takes=takes, parameters=_ONE)
        for verb, _, name, about, takes in _DEEDS
    ),
)
