"""Meetings as those who keep them see them: calling one, who is invited and who came, the minutes, and the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from casework.cases import catalogue, teams
from forum.meetings import attending, calling, inviting, keepers, minutes, showing
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from forum.meetings.showing import KEEPS
from forum.notices.targets import ROLES, Target
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.file import FileKind
from models.meeting import ConclusionOutcome, MeetingKind
from people import files
from people.permissions import allow
from people.records import filters
from portal.forms import Sent, as_sent, done, form, verb_of, whole
from portal.render import new_key
from portal.staff import staff_page, worker
from portal.uploads import form_with_photos, must_be_few

HOME, CALL = "/meetings", "meeting.call"
CANNOT = (Invalid, NotAllowed, NotFound, Taken, WrongState)


async def show_new(request: web.Request) -> web.Response:
    """召集会议."""
    return await _form(request)


async def _form(request: web.Request, sent: Sent | None = None, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, CALL)
    allow(who.viewer, CALL, who.place_id)
    typed = dict(sent.fields) if sent else {}
    return await staff_page(
        request,
        "staff/meeting_new.html",
        refusal=refusal,
        typed=typed,
        key=typed.get("key") or new_key(),
        proposal=typed.get("proposal") or request.query.get("proposal", ""),
        kinds=[*MeetingKind],
        today=clock.today(),
    )


@form
async def call(request: web.Request, sent: Sent) -> web.StreamResponse:
    """召集会议: what is typed stays in the form until it has been taken."""
    allow(sent.who.viewer, CALL, sent.who.place_id)
    try:
        made = await calling.call(_new(sent), by=sent.who.viewer, place_id=sent.who.place_id)
    except CANNOT as refusal:
        return await _form(request, sent, refusal=refusal)
    return done(f"{HOME}/{made}/manage", "meeting_call")


def _new(sent: Sent) -> NewMeeting:
    return NewMeeting(
        kind=sent.text("kind"),
        title=sent.text("title"),
        agenda=sent.text("agenda"),
        venue=sent.text("venue"),
        starts_at=sent.moment("starts_at"),
        takes_volunteers=bool(sent.text("takes_volunteers")),
        proposal_id=whole(sent.text("proposal")) if sent.text("proposal") else None,
        key=sent.text("key"),
    )


async def show(request: web.Request) -> web.Response:
    """办理一次会议."""
    return await _show(request)


async def _show(request: web.Request, *, sent: Sent | None = None, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, KEEPS)
    card = await showing.meeting(whole(request.match_info["id"]), viewer=who.viewer)
    allow(who.viewer, KEEPS, card.place_id)
    return await staff_page(
        request,
        "staff/meeting.html",
        refusal=refusal,
        card=card,
        seats=await keepers.seats(card.line.id, viewer=who.viewer),
        draft=await keepers.draft(card.line.id, viewer=who.viewer),
        **as_sent(request, sent),
        ticked=[whole(one) for one in sent.texts("seat")] if sent else [],
        picked=sent.texts("buildings") + sent.texts("roles") + sent.texts("teams") if sent else [],
        units=await teams.teams(viewer=who.viewer, place_id=card.place_id),
        buildings=await filters.building_choices(viewer=who.viewer, place_id=card.place_id),
        roles=[role.value for role in ROLES],
        work=[*(await catalogue.kinds_of(card.place_id)).values()],
        outcomes=[*ConclusionOutcome],
        today=clock.today(),
    )


def _lines(typed: str) -> tuple[str, ...]:
    return tuple(line for line in typed.splitlines() if line.strip())


Do = Callable[[int, Sent], Awaitable[object]]


async def _change(one: int, sent: Sent) -> None:
    await calling.change(
        one,
        by=sent.who.viewer,
        starts_at=sent.moment("starts_at"),
        venue=sent.text("venue"),
        agenda=sent.text("agenda"),
        seen_version=sent.number("version"),
    )


async def _invite(one: int, sent: Sent) -> None:
    target = Target(tuple(whole(each) for each in sent.texts("buildings")), (), tuple(sent.texts("roles")))
    units = tuple(whole(each) for each in sent.texts("teams"))
    invited = Invite(_lines(sent.text("named")), units, target, _lines(sent.text("outside")))
    await inviting.invite(one, invited, by=sent.who.viewer)


def _seats(sent: Sent) -> list[int]:
    return [whole(each) for each in sent.texts("seat")]


async def _write(one: int, sent: Sent) -> None:
    await minutes.write(one, by=sent.who.viewer, minutes=sent.text("minutes"), seen=sent.number("seen"))


async def _conclude(one: int, sent: Sent) -> None:
    new = NewConclusion(sent.text("point"), sent.text("outcome"), sent.text("who"), sent.date("due_on"))
    await minutes.conclude(one, new, by=sent.who.viewer)


async def _drop(one: int, sent: Sent) -> None:
    await minutes.drop(one, by=sent.who.viewer, conclusion_id=sent.number("conclusion"))


async def _make_case(one: int, sent: Sent) -> None:
    kind = sent.text("work")
    await minutes.make_case(one, by=sent.who.viewer, conclusion_id=sent.number("conclusion"), kind_key=kind)


VERBS: Mapping[str, Do] = {
    "change": _change,
    "invite": _invite,
    "name_member": lambda one, sent: inviting.name_members(one, by=sent.who.viewer, seat_ids=_seats(sent)),
    "begin": lambda one, sent: attending.begin(one, by=sent.who.viewer),
    "mark": lambda one, sent: attending.mark(one, by=sent.who.viewer, seat_ids=_seats(sent)),
    "write": _write,
    "conclude": _conclude,
    "drop": _drop,
    "drop_photo": lambda one, sent: minutes.drop_photo(one, by=sent.who.viewer, name=sent.text("photo")),
    "publish": lambda one, sent: minutes.publish(one, by=sent.who.viewer, seen=sent.number("seen")),
    "add": lambda one, sent: minutes.add(one, by=sent.who.viewer, words=sent.text("words")),
    "make_case": _make_case,
    "call_off": lambda one, sent: calling.call_off(one, by=sent.who.viewer, reason=sent.text("reason")),
}
"""What those who keep a meeting may do, by the word in the address."""


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on a meeting; what was typed stays where it is refused."""
    meeting_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, VERBS)
    allow(sent.who.viewer, KEEPS, (await showing.meeting(meeting_id, viewer=sent.who.viewer)).place_id)
    try:
        await verb(meeting_id, sent)
    except CANNOT as refusal:
        return await _show(request, sent=sent, refusal=refusal)
    return done(f"{HOME}/{meeting_id}/manage", f"meeting_{name}")


@form_with_photos
async def show_photos(request: web.Request, sent: Sent) -> web.StreamResponse:
    """放照片."""
    meeting_id, viewer = whole(request.match_info["id"]), sent.who.viewer
    card = await showing.meeting(meeting_id, viewer=viewer)
    allow(viewer, "meeting.show", card.place_id)
    try:
        must_be_few(sent.photos)
        kept = [
            (await files.keep(content, by=viewer, kind=FileKind.PHOTO, place_id=card.place_id)).name
            for _, content in sent.photos
        ]
        await minutes.show(meeting_id, by=viewer, photos=tuple(kept))
    except CANNOT as refusal:
        return await _show(request, sent=sent, refusal=refusal)
    return done(f"{HOME}/{meeting_id}/manage", "meeting_show")
