"""Questions at the desk: opened, claimed, answered, released, closed. Their owner is always exactly one person."""

from __future__ import annotations

from casework import alarms, clocks, copies, misses, replies, roster
from casework.asker import contact_of, is_asker, say_asking, tell_asker
from casework.blanks import must_be_filled
from casework.cases.recognising import topic_of
from casework.cases.urgent import urgent
from casework.desk import question, queue, steps
from casework.loop import ANSWERED, CLAIMED, STATES, WAITING, move
from casework.question_steps import note_down, tell_staff
from casework.ratings import rate, reopen, write_on
from casework.sight import holds_it, on_desk
from casework.taken_down import ONLY_ASKED, TakenDown
from casework.transfers import accept_transfer, decline_transfer, offer_transfer
from courier.letters import Letter
from models import clock
from models.counters import next_value
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.person import Person
from models.question import Intake, Question, QuestionKind
from models.rules import rules
from models.sealed import seal
from models.sealed import unseal as unsealed
from models.transaction import transaction
from models.wording import say
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

__all__ = [
    "TakenDown",
    "accept_transfer",
    "claim",
    "close",
    "decline_transfer",
    "offer_transfer",
    "open_for_conversation",
    "open_question",
    "question",
    "queue",
    "rate",
    "release",
    "reopen",
    "reply",
    "steps",
    "unseal",
    "write_on",
]


async def open_question(
    *,
    by: Viewer,
    conversation_id: int | None,
    text: str,
    sealed_from: str,
    kind: QuestionKind,
    taken_down: TakenDown = ONLY_ASKED,
) -> Question:
    """转人工: give something to the desk; ``text`` is masked, ``sealed_from`` the original that is kept encrypted.

    Without a conversation (phone, walk-in) only staff may open one.
    """
    place_id = await _place(by, conversation_id, taken_down)
    words = checked(text)
    kind_key = await topic_of(words, place_id=place_id)
    async with transaction():
        now = clock.now()
        question = await Question.create(
            created_at=now,
            number=await _next_number(place_id),
            place_id=place_id,
            conversation_id=conversation_id,
            kind=kind,
            text=words,
            kind_key=kind_key,
            sealed=seal(sealed_from) if sealed_from else None,
            owner_id=await roster.on_duty(place_id, now),
            **taken_down.columns(),
            **clocks.start(now, place_id=place_id),
        )
        await note_down(question, "question.open", by=by)
        if kind is QuestionKind.QUESTION and conversation_id is not None:
            await misses.attach(question)
        await tell_staff(question, question.owner_id, "question.opened")
        if conversation_id is None:
            await _page(question, by)
    return question


async def _page(question: Question, by: Viewer) -> None:
    """Danger that was taken down by telephone or at the counter pages as well; a chat pages before it hands over."""
    told = urgent(question.text, None)
    if told is None:
        return
    where = question.where_text or say("desk.alarm.somewhere")
    text = say("desk.alarm.taken_down", number=question.number, where=where, text=question.text)
    await alarms.raise_alarm(by=by, conversation_id=None, kind=told.kind, text=text, question=question)


async def _place(by: Viewer, conversation_id: int | None, taken_down: TakenDown) -> int:
    """Where it belongs: to the conversation's place, or that of the staff who took it down."""
    if conversation_id is None or taken_down.intake is not Intake.CHAT:
        return await _place_of_intake(by, conversation_id, taken_down.place_id or by.place_id)
    contact = await contact_of(conversation_id)
    if contact is None:
        raise NotFound("conversation.not_found")
    own = await is_asker(by, conversation_id)
    if not own and not by.is_staff:
        raise NotFound("conversation.not_found")
    allow(by, "question.open", None if own else contact["place_id"])
    return contact["place_id"]


async def _place_of_intake(by: Viewer, conversation_id: int | None, place_id: int | None) -> int:
    contact = await contact_of(conversation_id) if conversation_id is not None else None
    place_id = contact["place_id"] if contact else place_id
    if place_id is None:
        raise Invalid("question.no_place")
    allow(by, "question.take_down", place_id)
    return place_id


async def _next_number(place_id: int) -> str:
    return f"Q-{await next_value(f'question:{place_id}'):04}"


def checked(text: str) -> str:
    """What somebody wrote, without what a database cannot keep; refused when empty or too long."""
    words = clean_input(text)
    if not words:
        raise Invalid("question.empty")
    if len(words) > rules().max_message_chars:
        raise Invalid("question.too_long", most=rules().max_message_chars)
    return words


async def claim(question_id: int, *, by: Viewer) -> Question:
    """接手: answer it oneself; the bot falls silent. Of many who try, one wins and the others hear who it was."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.claim")
        if question.state is CLAIMED and question.claimed_by_id == by.person_id:
            return question
        await _take(question, by)
        letter = Letter(say("desk.asker.claimed", number=question.number, staff=by.name))
        await tell_asker(letter, conversation_id=question.conversation_id, kind="question.claimed")
    return question


async def _take(question: Question, by: Viewer) -> None:
    if by.person_id is None:
        raise NotAllowed("not_allowed", verb="question.claim")
    if question.state is CLAIMED:
        raise await _taken(question)
    now = clock.now()
    try:
        await move(question, "question.claim", claimed_by_id=by.person_id, claimed_at=now, idle_since=now)
    except Taken:
        await question.refresh_from_db()
        raise (await _taken(question)) from None
    await note_down(question, "question.claim", by=by)


async def _taken(question: Question) -> Taken:
    """The refusal that says who was first."""
    holder = await Person.get_or_none(id=question.claimed_by_id) if question.claimed_by_id else None
    if holder is None:
        return Taken("question.changed", number=question.number)
    return Taken("question.taken", number=question.number, staff=holder.shown_name)


async def reply(question_id: int, *, by: Viewer, text: str, seen_version: int, is_final: bool = True) -> Question:
    """答复: what the resident then reads in the same chat. Taken when the question changed since it was seen.

    Not ``is_final``: a first word (先行联系) after which the question stays with the one who claimed it. Who replies to
    a question that nobody holds claims it by that.
    """
    words = must_be_filled(checked(text))
    verb = "question.reply" if is_final else "question.contact"
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.reply")
        if question.version != seen_version:
            raise await _taken(question) if question.claimed_by_id != by.person_id else changed(question)
        if question.state is WAITING:
            await _take(question, by)
        if STATES[question.state].person_speaks and question.claimed_by_id != by.person_id:
            raise await _taken(question)
        now = clock.now()
        idle_since = None if is_final else now
        await move(question, verb, answered_at=now, idle_since=idle_since, solved=None, satisfied=None)
        await note_down(question, verb, by=by, note=words)
        await _say_reply(question, words, by=by, is_final=is_final)
    return question


def changed(question: Question) -> Taken:
    """The refusal for one who acts on an old view."""
    return Taken("question.changed", number=question.number)


async def _say_reply(question: Question, words: str, *, by: Viewer, is_final: bool) -> None:
    key = "desk.asker.replied" if is_final else "desk.asker.contacted"
    text = say(key, staff=by.name, number=question.number, text=words)
    line_id = await say_asking(question, text, kind="question.reply", asks=is_final, staff_id=by.person_id)
    kept = await replies.keep(question, words, by=by, is_final=is_final, line_id=line_id)
    await copies.send(question, kept, text, kind="question.reply")


async def release(question_id: int, *, by: Viewer) -> Question:
    """放回: stop answering; it waits with its owner again, and the bot speaks."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.release")
        await put_back(question, "question.release", by=by)
    return question


async def _must_hold(question: Question, by: Viewer) -> None:
    if holds_it(question, by):
        return
    raise await _taken(question) if question.claimed_by_id else NotAllowed("question.not_yours", number=question.number)


async def put_back(question: Question, verb: str, *, by: Viewer, tells_asker: bool = True) -> None:
    """End a claim; the owner hears of it unless they did it themselves, and the resident that the bot is back."""
    await _must_hold(question, by)
    await move(question, verb, claimed_by_id=None, claimed_at=None, idle_since=None)
    await note_down(question, verb, by=by)
    if tells_asker:
        letter = Letter(say("desk.asker.released", number=question.number))
        await tell_asker(letter, conversation_id=question.conversation_id, kind="question.released")
    if by.person_id != question.owner_id:
        await tell_staff(question, question.owner_id, "question.released")


async def close(question_id: int, *, by: Viewer, note: str = "") -> Question:
    """结束: nothing more will be done. Without an answer it needs a reason, which the resident reads."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.close")
        reason = clean_input(note)[: rules().max_message_chars]
        await _must_hold(question, by)
        if STATES[question.state].end_needs_note and not reason:
            raise Invalid("question.close_needs_reason")
        was_answered = question.state is ANSWERED
        await move(
            question,
            "question.close",
            closed_at=clock.now(),
            claimed_by_id=None,
            idle_since=None,
            transfer_to_id=None,
        )
        await note_down(question, "question.close", by=by, note=reason)
        await _say_closed(question, reason, asks=was_answered and question.solved is None)
    return question


async def _say_closed(question: Question, reason: str, *, asks: bool) -> None:
    """Tell the resident that it has ended, and why; ask whether it is solved where nobody has said so."""
    key = "desk.asker.closed_because" if reason else "desk.asker.closed"
    text = say(key, number=question.number, reason=reason)
    if asks:
        text = f"{text}\n{say('desk.asker.asks')}"
    await say_asking(question, text, kind="question.closed", asks=asks)
    await copies.tell_news(question, say(key, number=question.number, reason=reason), kind="question.closed")


async def unseal(question_id: int, *, by: Viewer) -> str:
    """看原文: the resident's own words with their numbers; every look is on record."""
    async with transaction():
        question = await on_desk(question_id, by=by, verb="question.unseal")
        await record(by, "question.unseal", subject="question", subject_id=question.id, place_id=question.place_id)
    return unsealed(question.sealed) if question.sealed else question.text


async def open_for_conversation(conversation_id: int) -> Question | None:
    """The newest question of a conversation that is not closed, for the dialogue held there."""
    states = [state for state, facts in STATES.items() if facts.is_open]
    return await Question.filter(conversation_id=conversation_id, state__in=states).order_by("-id").first()
