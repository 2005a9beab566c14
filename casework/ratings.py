"""What the one who asked does with an answer: writes on, says whether it solved the matter, opens it again."""

from __future__ import annotations

import datetime as dt

from casework import clocks, roster
from casework.asker import is_asker
from casework.loop import ANSWERED, CLAIMED, CLOSED, move
from casework.question_steps import note_down, tell_staff, wake_desk
from models import clock
from models.errors import Invalid, NotFound, WrongState
from models.question import Intake, Question, ReplyState, StaffReply
from models.transaction import transaction
from people.permissions import allow, may
from people.rules import rules_of
from people.viewers import SYSTEM, Viewer


async def write_on(conversation_id: int, *, by: Viewer) -> Question | None:
    """追问: the resident wrote while a person speaks; what was answered waits for them again, with a new clock."""
    if not await is_asker(by, conversation_id):
        raise NotFound("conversation.not_found")
    async with transaction():
        question = await _held(conversation_id)
        if question is None:
            return None
        if question.state is CLAIMED:
            await wake_desk(question)
            return question
        now = clock.now()
        await move(
            question,
            "question.write_on",
            idle_since=now,
            claimed_at=now,
            **clocks.start(now, place_id=question.place_id),
        )
        await note_down(question, "question.write_on", by=by)
        await tell_staff(question, question.claimed_by_id or question.owner_id, "question.written_on")
    return question


async def _held(conversation_id: int) -> Question | None:
    """The question in a person's hands, locked; one that is being answered before one that has been."""
    held = Question.filter(conversation_id=conversation_id, state__in=[CLAIMED, ANSWERED])
    return await held.order_by("-state", "-id").select_for_update().first()


async def rate(question_id: int, *, by: Viewer, solved: bool | None = None, satisfied: bool | None = None) -> Question:
    """评价: solved and satisfied, apart, each once and optional. What is solved is closed with that."""
    given = {name: said for name, said in (("solved", solved), ("satisfied", satisfied)) if said is not None}
    if not given:
        raise Invalid("question.rate_empty")
    async with transaction():
        question = await _rateable(question_id, by)
        known = {name: getattr(question, name) for name in given}
        if known == given:
            return question
        if any(known[name] not in {None, said} for name, said in given.items()):
            raise WrongState("question.rated", number=question.number)
        if question.state is CLAIMED and not await _was_answered(question):
            raise WrongState("question.rate", state=question.state.value)
        await move(question, "question.rate", **given)
        note = " ".join(f"{name}={said}" for name, said in given.items())
        await note_down(question, "question.rate", by=by, note=note)
        if solved and question.state is not CLOSED:
            ended = {"closed_at": clock.now(), "claimed_by_id": None, "idle_since": None, "transfer_to_id": None}
            await move(question, "question.close", **ended)
            await note_down(question, "question.close", by=by)
    return question


async def reopen(question_id: int, *, by: Viewer) -> Question:
    """没解决: open it again under the same number, with a new clock and its owner; a person looks again."""
    async with transaction():
        question = await _rateable(question_id, by)
        if question.state is CLOSED and _is_too_late(question):
            raise WrongState("question.too_late", number=question.number, days=rules_of(question.place_id).reopen_days)
        claimant = question.claimed_by_id
        await move(
            question,
            "question.reopen",
            solved=False,
            closed_at=None,
            erased_at=None,
            claimed_by_id=None,
            claimed_at=None,
            owner_id=await owner_still_here(question),
            **clocks.start(clock.now(), place_id=question.place_id),
        )
        await note_down(question, "question.reopen", by=by)
        await tell_staff(question, question.owner_id, "question.reopened")
        if claimant != question.owner_id:
            await tell_staff(question, claimant, "question.reopened")
    return question


async def _was_answered(question: Question) -> bool:
    """Whether an answer stands; who wrote on after it may still say that it did."""
    return await StaffReply.filter(question_id=question.id, is_final=True, state=ReplyState.STANDING).exists()


def _is_too_late(question: Question) -> bool:
    closed_at = question.closed_at or clock.now()
    return clock.now() - closed_at > dt.timedelta(days=rules_of(question.place_id).reopen_days)


async def owner_still_here(question: Question) -> int:
    """Whose it is when it is opened again: the owner it had, or whoever is on duty where that one has left."""
    staff = {person.person_id for person in await roster.staff_of(question.place_id)}
    return question.owner_id if question.owner_id in staff else await roster.on_duty(question.place_id, clock.now())


async def _rateable(question_id: int, by: Viewer) -> Question:
    """The asker's own question; for one taken by phone or at the counter, staff may pass on what was said."""
    question = await Question.get_or_none(id=question_id)
    if question is None:
        raise NotFound("question.not_found")
    if await is_asker(by, question.conversation_id):
        allow(by, "question.rate", None)
        return question
    if question.intake is Intake.CHAT or not may(by, "question.take_down", question.place_id):
        raise NotFound("question.not_found")
    return question


async def asked_by(conversation_id: int, *, viewer: Viewer) -> list[Question]:
    """The asker's own questions, newest first."""
    if viewer is not SYSTEM and not await is_asker(viewer, conversation_id):
        raise NotFound("conversation.not_found")
    return await Question.filter(conversation_id=conversation_id).order_by("-id").limit(50)
