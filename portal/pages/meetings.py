"""Meetings as everybody of a neighbourhood sees them: the list, one with its members and record, the invitation on
paper, and one's answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.meetings import attending, inviting, showing
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.wording import say, say_refusal
from people.permissions import may
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/meetings"
CANNOT = (Invalid, NotAllowed, NotFound, Taken, WrongState)


async def show(request: web.Request) -> web.Response:
    """会议."""
    who = await somebody(request)
    before, proposal = (whole(request.query.get(name, "0")) for name in ("before", "proposal"))
    lines = await showing.meetings(
        viewer=who.viewer, place_id=who.place_id, before=before, proposal_id=proposal or None
    )
    return await page(
        request,
        "meetings.html",
        lines=lines,
        older=min(one.id for one in lines) if len(lines) == showing.PAGE else 0,
        proposal=proposal,
        may_call=may(who.viewer, "meeting.call", who.place_id),
        done=done_words(request),
    )


async def show_one(request: web.Request) -> web.Response:
    """一次会议."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    card = await showing.meeting(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "meeting.html",
        status=refusal.status if refusal else 200,
        card=card,
        may_volunteer=card.may_volunteer and may(who.viewer, "meeting.volunteer", card.place_id),
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def show_paper(request: web.Request) -> web.Response:
    """印会议邀请, to be handed out or put up in the stairs."""
    who = await somebody(request)
    card = await showing.meeting(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "print_meeting.html",
        card=card,
        heading=say("meeting.sheet.invitation", kind=say(f"meeting.kind.{card.line.kind.value}")),
        back=f"{HOME}/{card.line.id}",
        today=clock.today(),
    )


async def _answer(meeting_id: int, sent: Sent) -> None:
    await attending.answer(meeting_id, by=sent.who.viewer, is_coming=sent.text("coming") == "yes")


async def _volunteer(meeting_id: int, sent: Sent) -> None:
    await inviting.volunteer(meeting_id, by=sent.who.viewer)


VERBS: dict[str, Callable[[int, Sent], Awaitable[None]]] = {"answer": _answer, "volunteer": _volunteer}
"""What somebody may say about an invitation, by the word in the address."""


@own_form
async def say_whether(request: web.Request, sent: Sent) -> web.StreamResponse:
    """答复邀请、志愿报名."""
    meeting_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, VERBS)
    await showing.meeting(meeting_id, viewer=sent.who.viewer)
    try:
        await verb(meeting_id, sent)
    except CANNOT as refusal:
        return await _show(request, refusal=refusal)
    return done(f"{HOME}/{meeting_id}", f"meeting_{name}")
