"""The desk: what waits and for whom, live; taking down what comes by telephone or in person; the guide for staff."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from casework import desk, questions, replies
from casework.desk import QueueLine
from casework.questions import TakenDown
from courier import signals
from models import clock
from models.errors import Invalid, Refusal
from models.question import Intake, QuestionKind, QuestionState
from models.wording import say, say_moment
from nlp.mask import mask
from people import places
from people.scope import places_for
from portal.finds import find
from portal.forms import Sent, done, form, lead_to
from portal.live import News, Reader
from portal.session import HOME, Visitor, staff
from portal.staff import READ, follow, news_of, staff_page, state_of, worker

FACTS = ("who", "phone", "when", "where", "what", "how")
ASKED_FOR = ("who", "when", "where", "how")
"""Of the five things a ticket is about, those asked for once when they are missing; ``what`` must be there."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The queue in the order of who must act: nobody yet, one of the staff, the resident."""

    waiting: tuple[QueueLine, ...]
    claimed: tuple[QueueLine, ...]
    answered: tuple[QueueLine, ...]

    @property
    def overdue(self) -> int:
        """How many are past their due time."""
        return sum(line.is_overdue for line in (*self.waiting, *self.claimed))

    @property
    def mine(self) -> int:
        """How many of those that staff must act on are the viewer's own."""
        return sum(line.is_mine for line in (*self.waiting, *self.claimed))


def _lanes(lines: list[QueueLine]) -> Lanes:
    waiting, claimed, answered = (
        tuple(line for line in lines if line.state is state)
        for state in (QuestionState.WAITING, QuestionState.CLAIMED, QuestionState.ANSWERED)
    )
    return Lanes(waiting, claimed, answered)


async def _elsewhere(lines: list[QueueLine], who: Visitor) -> dict[int, str]:
    """Names of the neighbourhoods other than the viewer's that lines come from."""
    others = {line.place_id for line in lines} - {who.place_id}
    return {place_id: (await places.place(place_id)).name for place_id in sorted(others)}


async def show(request: web.Request) -> web.Response:
    """值班台; whoever has no desk is led to where their own work begins."""
    if (who := await staff(request)).start != HOME:
        return lead_to(who.start)
    return await _queue(request, who)


async def _queue(request: web.Request, who: Visitor) -> web.Response:
    wants_closed = request.query.get("show") == "closed"
    lines = await desk.queue(viewer=who.viewer)
    closed = await desk.closed(viewer=who.viewer) if wants_closed else []
    return await staff_page(
        request,
        "staff/desk.html",
        lanes=_lanes(lines),
        undelivered=len(await replies.undelivered(viewer=who.viewer)),
        closed=closed,
        wants_closed=wants_closed,
        elsewhere=await _elsewhere([*lines, *closed], who),
        now=clock.now(),
    )


def _reader(request: web.Request, who: Visitor) -> Reader:
    async def read(after: int) -> News | None:
        lines = await desk.queue(viewer=who.viewer)
        shown = {
            "lanes": _lanes(lines),
            "elsewhere": await _elsewhere(lines, who),
            "undelivered": len(await replies.undelivered(viewer=who.viewer)),
        }
        return await news_of(request, "staff/desk_live.html", who=who, after=after, **shown)

    return read


async def stream(request: web.Request) -> web.StreamResponse:
    """The desk as it changes."""
    who = await worker(request, READ)
    topics = [signals.desk_topic(place_id) for place_id in sorted(places_for(who.viewer, READ) or ())]
    return await follow(request, *topics, who=who, read=_reader(request, who))


async def state(request: web.Request) -> web.Response:
    """The desk now, for browsers whose stream is broken."""
    return await state_of(request, _reader(request, await worker(request, READ)))


async def show_intake(request: web.Request) -> web.Response:
    """来电来访登记."""
    await worker(request, "question.take_down")
    return await _intake(request, typed={})


async def _intake(
    request: web.Request, *, typed: dict[str, str], refusal: Refusal | None = None, missing: tuple[str, ...] = ()
) -> web.Response:
    typed = {"when": say_moment(clock.now()), **typed}
    return await staff_page(request, "staff/intake.html", typed=typed, refusal=refusal, missing=missing)


def _missing(sent: Sent) -> tuple[str, ...]:
    """What was left empty and has not been asked for yet."""
    asked = sent.text("asked").split()
    return tuple(name for name in ASKED_FOR if not sent.text(name).strip() and name not in asked)


@form
async def take_down(request: web.Request, sent: Sent) -> web.StreamResponse:
    """登记: who, when, where, what, how; what was typed stays when something is missing."""
    try:
        told = _told(sent)
        if missing := _missing(sent):
            return await _intake(request, typed=dict(sent.fields), missing=missing)
        question = await questions.open_question(
            by=sent.who.viewer,
            conversation_id=None,
            text=mask(sent.text("what")).text,
            sealed_from=told,
            kind=QuestionKind.REPORT if sent.text("kind") == "report" else QuestionKind.QUESTION,
            taken_down=_taken_down(sent),
        )
    except Invalid as refusal:
        return await _intake(request, typed=dict(sent.fields), refusal=refusal)
    return done(f"/desk/{question.id}", "take_down")


def _taken_down(sent: Sent) -> TakenDown:
    return TakenDown(
        intake=Intake.WALK_IN if sent.text("intake") == "walk_in" else Intake.PHONE,
        on_behalf_of=sent.text("who"),
        where=sent.text("where"),
        when=sent.text("when"),
        how=mask(sent.text("how")).text,
        place_id=sent.who.place_id,
    )


def _told(sent: Sent) -> str:
    """The five facts and the telephone number as one text, to be kept sealed; what was left empty is left out."""
    given = {name: sent.text(name).strip() for name in FACTS}
    if not given["what"]:
        raise Invalid("intake.what_missing")
    lines = [say(f"staff.intake.{name}", text=given[name]) for name in FACTS if given[name] and name != "what"]
    return "\n".join([given["what"], *lines])


async def search(request: web.Request) -> web.Response:
    """查指南: with internal notes and words to copy."""
    who = await worker(request, "guide.read_notes")
    text = request.query.get("q", "")
    return await staff_page(request, "staff/guide.html", text=text, finds=await find(text, who=who))
