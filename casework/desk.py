"""What the desk shows: the queue, one question with its steps, and why it is due then."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.expressions import Q

from casework import clocks, mutes, replies
from casework.asker import is_asker
from casework.clocks import WhyDue
from casework.loop import ANSWERED, OPEN_STATES
from casework.numbers import is_number
from casework.replies import Reach
from casework.sight import is_theirs, leads, seen_by
from models import clock
from models.errors import NotFound
from models.person import Person
from models.question import Intake, Question, QuestionKind, QuestionState, QuestionStep, ReplyState
from people.permissions import allow_somewhere
from people.scope import must_see
from people.viewers import Viewer

MOST = 200


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A question as the queue shows it; ``due`` is the clock that runs, None while it waits for the resident.

    ``reach``: how far the replies to it came, None before the first; ``is_muted``: the one who asked is paused now."""

    id: int
    number: str
    kind: QuestionKind
    intake: Intake
    state: QuestionState
    text: str
    place_id: int
    asked_at: dt.datetime
    due: dt.datetime | None
    is_first: bool
    is_overdue: bool
    owner: str
    claimed_by: str
    transfer_to: str
    channel: str
    is_mine: bool
    reach: Reach | None
    is_muted: bool
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the desk shows it; ``version`` goes back with a reply, to prove what was seen."""

    line: QueueLine
    conversation_id: int | None
    where_text: str
    on_behalf_of: str
    when_text: str
    how_text: str
    candidates: tuple[tuple[str, float], ...]
    owner_id: int
    claimed_by_id: int | None
    transfer_to_id: int | None
    first_due: dt.datetime
    done_due: dt.datetime
    answered_at: dt.datetime | None
    closed_at: dt.datetime | None
    solved: bool | None
    satisfied: bool | None
    has_original: bool
    may_lead: bool
    version: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions nobody has claimed, and the number of the newest of them (0: none)."""

    count: int
    newest_id: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as shown: the verb, who did it, what they noted."""

    verb: str
    by: str
    at: dt.datetime
    state: QuestionState
    note: str


async def queue(*, viewer: Viewer, place_id: int | None = None) -> list[QueueLine]:
    """What waits at the desk and what is being answered, the oldest first; what waits for residents comes last."""
    return await _lines(viewer, Q(state__in=[*OPEN_STATES]), place_id=place_id)


async def closed(*, viewer: Viewer, place_id: int | None = None) -> list[QueueLine]:
    """What was closed lately, the newest first."""
    return await _lines(viewer, Q(state=QuestionState.CLOSED), place_id=place_id, order="-closed_at")


async def waiting(*, viewer: Viewer) -> Waiting:
    """等人接手: what every page of the staff says beside its own matter; in one statement."""
    rows = Question.filter(await seen_by(viewer), state=QuestionState.WAITING).order_by("-id").limit(MOST).only("id")
    ids = [row.id for row in await rows]
    return Waiting(len(ids), max(ids, default=0))


async def _lines(viewer: Viewer, wanted: Q, *, place_id: int | None, order: str = "created_at") -> list[QueueLine]:
    """The lines a viewer may see, in order, those waiting for residents last."""
    allow_somewhere(viewer, "question.read")
    if place_id is not None:
        must_see(viewer, "question.read", place_id, thing="place")
        wanted &= Q(place_id=place_id)
    rows = Question.filter(await seen_by(viewer), wanted).order_by(order, "id").limit(MOST)
    found = await rows.select_related("owner", "claimed_by", "transfer_to", "conversation__contact")
    return await _shown(sorted(found, key=lambda row: row.state is ANSWERED), viewer)


async def _shown(rows: Sequence[Question], viewer: Viewer) -> list[QueueLine]:
    reaches = await replies.reaches([row.id for row in rows], viewer=viewer)
    muted = await mutes.muted_among([row.conversation_id for row in rows if row.conversation_id], viewer=viewer)
    return [_line(row, viewer, reach=reaches.get(row.id), is_muted=row.conversation_id in muted) for row in rows]


def _line(row: Question, viewer: Viewer, *, reach: Reach | None, is_muted: bool) -> QueueLine:
    due = clocks.due(row)
    return QueueLine(
        id=row.id,
        number=row.number,
        kind=row.kind,
        intake=row.intake,
        state=row.state,
        text=row.text,
        place_id=row.place_id,
        asked_at=row.created_at,
        due=due,
        is_first=due is not None and not clocks.is_answered(row),
        is_overdue=due is not None and due < clock.now(),
        owner=_name(row.owner),
        claimed_by=_name(row.claimed_by),
        transfer_to=_name(row.transfer_to),
        channel=row.conversation.contact.channel if row.conversation else "",
        is_mine=is_theirs(row, viewer),
        reach=reach,
        is_muted=is_muted,
        on_behalf_of=row.on_behalf_of,
    )


def _name(person: Person | None) -> str:
    return person.shown_name if person else ""


async def question(question_id: int, *, viewer: Viewer) -> Shown:
    """One question, or NotFound for whoever may not see it."""
    row = await _row(question_id, viewer)
    return Shown(
        line=(await _shown([row], viewer))[0],
        conversation_id=row.conversation_id,
        where_text=row.where_text,
        on_behalf_of=row.on_behalf_of,
        when_text=row.when_text,
        how_text=row.how_text,
        candidates=tuple((key, score) for key, score in json.loads(row.candidates)),
        owner_id=row.owner_id,
        claimed_by_id=row.claimed_by_id,
        transfer_to_id=row.transfer_to_id,
        first_due=row.first_due,
        done_due=row.done_due,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        solved=row.solved,
        satisfied=row.satisfied,
        has_original=row.sealed is not None,
        may_lead=leads(row, viewer),
        version=row.version,
    )


async def _row(question_id: int, viewer: Viewer) -> Question:
    rows = Question.filter(await seen_by(viewer), id=question_id)
    row = await rows.select_related("owner", "claimed_by", "transfer_to", "conversation__contact").first()
    if row is None:
        raise NotFound("question.not_found")
    return row


async def by_number(number: str, *, viewer: Viewer, place_id: int | None = None) -> int:
    """The id of a question by the number people know it by, such as Q-0001; every neighbourhood counts its own, and
    this one's comes first."""
    named = Question.filter(await seen_by(viewer), number=number.upper()).order_by("id")
    rows = await named if is_number(number) else []
    if not rows:
        raise NotFound("question.not_found")
    return next((row.id for row in rows if row.place_id == place_id), rows[0].id)


async def why_due(question_id: int, *, viewer: Viewer) -> WhyDue:
    """为什么是这个时限: both due times, stretch by stretch."""
    return clocks.explain(await _row(question_id, viewer))


async def steps(question_id: int, *, viewer: Viewer) -> list[StepLine]:
    """Every step of a question in order; the one who asked sees the public ones only, and no notes."""
    row = await Question.get_or_none(await seen_by(viewer), id=question_id)
    if row is not None:
        return await _steps(question_id, Q(), with_notes=True)
    own = await Question.get_or_none(id=question_id)
    if own is None or not await is_asker(viewer, own.conversation_id):
        raise NotFound("question.not_found")
    return await _steps(question_id, Q(is_public=True), with_notes=False)


async def _steps(question_id: int, which: Q, *, with_notes: bool) -> list[StepLine]:
    rows = await QuestionStep.filter(which, question_id=question_id).order_by("id")
    people = await Person.filter(id__in=[row.by_id for row in rows if row.by_id])
    names = {person.id: person.shown_name for person in people}
    return [
        StepLine(row.verb, names.get(row.by_id or 0, ""), row.created_at, row.state, row.note if with_notes else "")
        for row in rows
    ]


async def answers(question_id: int, *, viewer: Viewer) -> list[str]:
    """What staff answered to a question and stand by, in order: from it an entry can be drafted."""
    said = await replies.of_question(question_id, viewer=viewer)
    return [one.text for one in said if one.is_final and one.state is ReplyState.STANDING]
