"""A reply that was wrong: corrected or withdrawn by its writer or a lead; one that did not arrive: told otherwise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework import clocks, copies, replies
from casework.asker import say_asking, undo_line
from casework.blanks import must_be_filled
from casework.loop import ANSWERED, CLAIMED, CLOSED, move
from casework.question_steps import note_down, tell_staff
from casework.questions import checked
from casework.ratings import owner_still_here
from casework.sight import leads, on_desk
from courier import afterwards
from courier.afterwards import TakenBack
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.question import Question, ReplyState, StaffReply
from models.transaction import transaction
from models.wording import say
from nlp.normalise import clean_input
from people.rules import rules_of
from people.viewers import Viewer

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class _Undone:
    """A reply that was just undone, its question, why, and what became of it and of its copies on their way."""

    reply: StaffReply
    question: Question
    reason: str
    taken_back: TakenBack
    copy_was_seen: bool

    @property
    def was_seen(self) -> bool:
        """Whether the one who asked may have read it."""
        return self.taken_back is not TakenBack.UNSEEN


async def correct(question_id: int, *, reply_id: int, by: Viewer, text: str, reason: str) -> Question:
    """更正: the one who asked reads what is right; the old words stay for staff. What never went out is replaced."""
    words = must_be_filled(checked(text))
    async with transaction():
        question, reply = await _found(question_id, reply_id, by=by, verb="question.correct")
        undone = await _undo(question, reply, ReplyState.CORRECTED, by=by, reason=reason)
        await move(question, "question.correct", **_heard_anew(question, clock.now()))
        await note_down(question, "question.correct", by=by, note=undone.reason)
        await _mark(undone)
        await _say_correction(undone, words, by=by)
        await _tell_others(undone, "question.corrected", by=by)
    return question


def _heard_anew(question: Question, now: dt.datetime) -> dict[str, Any]:
    """What a correction changes: the silence is counted anew, and whoever is at it has said a word."""
    if question.state is ANSWERED:
        return {"answered_at": now, "solved": None, "satisfied": None}
    return {"idle_since": now} if question.state is CLAIMED else {}


async def _say_correction(undone: _Undone, words: str, *, by: Viewer) -> None:
    question, is_final = undone.question, undone.reply.is_final
    asks = is_final and question.state in (ANSWERED, CLOSED)
    name = "corrected" if undone.was_seen else ("replied" if is_final else "contacted")
    text = say(f"desk.asker.{name}", staff=by.name, number=question.number, text=words)
    if asks and undone.was_seen:
        text = f"{text}\n\n{say('desk.asker.asks_anew')}"
    line_id = await say_asking(question, text, kind="question.correct", asks=asks, staff_id=by.person_id)
    kept = await replies.keep(question, words, by=by, is_final=is_final, line_id=line_id)
    name = "corrected" if undone.copy_was_seen else ("replied" if is_final else "contacted")
    copy = say(f"desk.asker.{name}", staff=by.name, number=question.number, text=words)
    await copies.send(question, kept, copy, kind="question.correct")


async def withdraw(question_id: int, *, reply_id: int, by: Viewer, reason: str) -> Question:
    """撤回: it no longer counts; a question that has no other answer waits again, with a new clock. Where it has not
    gone out, the one who asked never hears of it."""
    async with transaction():
        question, reply = await _found(question_id, reply_id, by=by, verb="question.withdraw")
        undone = await _undo(question, reply, ReplyState.WITHDRAWN, by=by, reason=reason)
        is_unanswered = reply.is_final and not _ended_otherwise(question, reply) and not await _is_answered(question)
        was_closed = question.state is CLOSED
        verb = "question.withdraw" if is_unanswered else "question.withdraw_part"
        await move(question, verb, **(await _waits_anew(question) if is_unanswered else await _unheard(question)))
        await note_down(question, "question.withdraw", by=by, note=undone.reason)
        await _mark(undone)
        key = "desk.asker.withdrawn" if is_unanswered else "desk.asker.withdrawn_part"
        text = say(key, number=question.number)
        if undone.was_seen:
            await say_asking(question, text, kind="question.withdraw", asks=False)
        if undone.copy_was_seen:
            await copies.tell_news(question, text, kind="question.withdraw")
        await _tell_others(undone, "question.withdrawn", by=by, also_owner=was_closed)
    return question


def _ended_otherwise(question: Question, reply: StaffReply) -> bool:
    """Whether the question was asked anew after this reply, and closed for another reason."""
    return question.state is CLOSED and reply.created_at < question.clock_from


async def _unheard(question: Question) -> dict[str, Any]:
    """A first word that is gone answers no clock."""
    if question.state in (ANSWERED, CLOSED):
        return {}
    standing = StaffReply.filter(question_id=question.id, state=ReplyState.STANDING)
    return {} if await standing.filter(created_at__gte=question.clock_from).exists() else {"answered_at": None}


async def _is_answered(question: Question) -> bool:
    """Whether another answer stands, given since the question was last asked."""
    standing = StaffReply.filter(question_id=question.id, is_final=True, state=ReplyState.STANDING)
    return await standing.filter(created_at__gte=question.clock_from).exists()


async def _waits_anew(question: Question) -> dict[str, Any]:
    now = clock.now()
    started = clocks.start(now, place_id=question.place_id)
    if question.state is ANSWERED:
        return {"claimed_at": now, "idle_since": now, "solved": None, "satisfied": None, **started}
    if question.state is CLOSED:
        owner_id = await owner_still_here(question)
        return {"closed_at": None, "solved": None, "satisfied": None, "owner_id": owner_id, **started}
    return {}


async def reach(question_id: int, *, reply_id: int, by: Viewer) -> Question:
    """已另外告诉居民: somebody rang or knocked; it leaves the list of what did not arrive, silence counts from now."""
    async with transaction():
        question, reply = await _found(question_id, reply_id, by=by, verb="question.reach")
        now = clock.now()
        untold = StaffReply.filter(id=reply.id, state=ReplyState.STANDING, reached_at=None)
        changed = await untold.update(reached_at=now)
        if changed != 1:
            raise Taken("question.reply_changed", number=question.number)
        await move(question, "question.reach", **({"answered_at": now} if question.state is ANSWERED else {}))
        await note_down(question, "question.reach", by=by)
    return question


async def _found(question_id: int, reply_id: int, *, by: Viewer, verb: str) -> tuple[Question, StaffReply]:
    question = await on_desk(question_id, by=by, verb=verb)
    await Question.filter(id=question_id).select_for_update().first()  # The question is locked before its replies.
    reply = await StaffReply.get_or_none(id=reply_id, question_id=question_id)
    if reply is None:
        raise NotFound("question.reply_not_found")
    return question, reply


async def _undo(question: Question, reply: StaffReply, state: ReplyState, *, by: Viewer, reason: str) -> _Undone:
    """Take the reply out of force and off its way; of several who try at once one wins."""
    if by.person_id != reply.by_id and not leads(question, by):
        raise NotAllowed("question.not_your_reply", number=question.number)
    why = clean_input(reason)[:LONGEST_REASON]
    if not why:
        raise Invalid("question.undo_needs_reason")
    _must_be_lately(question)
    changed = await StaffReply.filter(id=reply.id, state=ReplyState.STANDING).update(
        state=state, undone_by_id=by.person_id, reason=why
    )
    if changed != 1:
        raise Taken("question.reply_changed", number=question.number)
    reply.state = state
    taken_back = await _off_its_way(reply)
    return _Undone(reply, question, why, taken_back, await copies.take_back(question, reply))


def _must_be_lately(question: Question) -> None:
    """What ended long ago, or was erased, nobody can open again; it is corrected no more in the chat either."""
    if question.erased_at is not None:
        raise WrongState("question.undo_erased", number=question.number)
    days = rules_of(question.place_id).reopen_days
    if question.closed_at is not None and clock.now() - question.closed_at > dt.timedelta(days=days):
        raise WrongState("question.undo_too_late", number=question.number, days=days)


async def _off_its_way(reply: StaffReply) -> TakenBack:
    """Stop what has not gone out; what could be said nowhere was surely not read, unless somebody told it."""
    if reply.reached_at is not None:
        return TakenBack.TOO_LATE
    return await afterwards.take_back(reply.outbox_id) if reply.outbox_id is not None else TakenBack.UNSEEN


async def _mark(undone: _Undone) -> None:
    if undone.reply.line_id is not None:
        await undo_line(undone.reply.line_id, question=undone.question, how=undone.reply.state.value)


async def _tell_others(undone: _Undone, kind: str, *, by: Viewer, also_owner: bool = False) -> None:
    """Whose reply it was hears what became of it; the owner too, where the question waits for them again."""
    question = undone.question
    people = {undone.reply.by_id, question.owner_id if also_owner else None} - {by.person_id, None}
    for person_id in sorted(people, key=str):
        await tell_staff(question, person_id, kind, staff=by.name, reason=undone.reason)
