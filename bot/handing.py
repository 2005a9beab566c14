"""Giving a resident's words to the person on duty, and saying who has them, until when, and from when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import attaching
from bot.memory import Memory, OfferKind, Ranked, without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import additions, closures, conversations, deadlines, misses, mutes, questions, waiting
from casework.bare_wishes import is_bare_wish
from casework.questions import TakenDown
from courier import limits
from models import clock
from models.errors import NotFound, Refusal
from models.question import Question, QuestionKind
from models.rules import rules
from models.transaction import savepoint
from models.wording import knows, say, say_moment
from nlp.intent import Intent
from people import acting
from people.acting import ActingLine
from people.viewers import Viewer, viewer_of

SURE = 0.8
"""How likely a wish for a person must be where words were asked for."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What is given: the words (masked), the line that holds the original, where the problem is, what was near, and
    what was said (as typed) where the place was asked for."""

    text: str
    line_id: int
    kind: QuestionKind = QuestionKind.QUESTION
    where: str = ""
    ranked: tuple[Ranked, ...] = ()
    since: str = ""


def report_waiting(scene: Scene, *, kind: QuestionKind = QuestionKind.QUESTION) -> Handed:
    """The report that waits for its place, or to hear whether it is known already, with what is known of it."""
    memory = scene.memory
    return Handed(
        memory.report_text, memory.report_line, kind=kind, where=memory.report_where, ranked=memory.candidates
    )


def wants_person(scene: Scene) -> bool:
    """Whether this is a wish for a person: in words, by the line offered, or by 'none of these'."""
    picked = scene.chosen is not None and scene.chosen.kind in (OfferKind.PERSON, OfferKind.NONE)
    return picked or scene.heard.intent is Intent.HAND_OVER


def surely_wants_person(scene: Scene) -> bool:
    """The same where the bot has just asked for words: a reason or a wish may sound like one, so a rule must know it,
    or the classifier be sure."""
    heard = scene.heard
    return wants_person(scene) and (scene.chosen is not None or heard.by_rule or heard.sureness >= SURE)


async def hand_over(scene: Scene, handed: Handed, *, memory: Memory) -> Reply:
    """转人工: give the question to the person on duty, or say who already has one of this conversation."""
    said = await _handed_over(scene, handed, memory=replace(memory, photo_lines=(), place="", case=0, telling=0))
    if scene.talk.muted is None or said.letter is None:
        return said
    await mutes.tell_once(scene.talk.muted.id)
    note = say("hand_over.muted", until=say_moment(scene.talk.muted.until), phone=phone_of(scene))
    return replace(said, letter=replace(said.letter, text=f"{said.letter.text}\n{note}"))


async def _handed_over(scene: Scene, handed: Handed, *, memory: Memory) -> Reply:
    open_one = await questions.open_for_conversation(scene.talk.conversation_id)
    if open_one is not None:
        await attaching.take_along(scene, open_one.id, handed.line_id)
        text = await _with_place_in_queue(await about("hand_over.already", open_one), open_one, viewer=scene.viewer)
        return reply(scene, Outcome.HAND_OVER, text, memory=memory, ranked=handed.ranked)
    if not await limits.hit("hand_over", scene.talk.at.lane, rate=rules().limits.hand_overs):
        text = await _again(scene, handed)
        return reply(scene, Outcome.HAND_OVER, text, memory=memory, ranked=handed.ranked)
    text = await _opened(scene, handed, "hand_over.opened")
    if handed.line_id == scene.line_id:
        text += "\n" + say("hand_over.add_words")
    return reply(scene, Outcome.HAND_OVER, text, memory=memory, ranked=handed.ranked)


async def report(scene: Scene, handed: Handed) -> Reply:
    """报修: give a problem to the desk, with its place."""
    text = await _joined(scene, handed) or await _opened(scene, handed, "report.opened")
    return reply(scene, Outcome.REPORT, f"{text}\n{say('report.danger')}", memory=reported(scene), ranked=handed.ranked)


async def place_late(scene: Scene, where: str) -> Reply | None:
    """Put a place to the report of this talk that went to the desk without one; None where the newest is no such."""
    question = await additions.last_of(scene.talk.conversation_id, viewer=scene.viewer)
    if question is None or not additions.wants_place(question):
        return None
    try:
        async with savepoint():
            added = await additions.add(
                question.id, by=scene.viewer, text=where, sealed_from=scene.original, where=where
            )
    except Refusal:
        return None
    return reply(scene, Outcome.REPORT, await about("report.placed", added, where=where), memory=reported(scene))


def reported(scene: Scene) -> Memory:
    """What is remembered once a report is made, or put to another: nothing of it waits any more."""
    return replace(without_report(scene.memory), misses=0, photo_lines=(), place="", case=0, telling=0)


async def what_about(scene: Scene) -> str:
    """Put what is asked to the wish for a person that did not say what about, while it waits; gives the sentence that
    says so, '' where there is none."""
    question = await questions.open_for_conversation(scene.talk.conversation_id) if scene.memory.wished else None
    if question is None or not is_bare_wish(question.text):
        return ""
    try:
        async with savepoint():
            await misses.attach(
                await additions.add(question.id, by=scene.viewer, text=scene.masked, sealed_from=scene.original)
            )
    except Refusal:
        return ""
    return say("hand_over.what_about", number=question.number)


async def closed_notice(scene: Scene, question: Question) -> Reply | None:
    """下班告知: while a person has the question and the desk is closed, say so once in this closure."""
    opens = await closures.first_notice(question)
    if opens is None:
        return None
    who = await owner_name(question)
    text = say("hand_over.closed_notice", who=who, number=question.number, opens=say_moment(opens))
    return reply(scene, Outcome.HAND_OVER, f"{text}\n{say('hand_over.urgent')}")


async def _again(scene: Scene, handed: Handed) -> str:
    """One wish too many in an hour is granted too: the last question is taken up again, under its number."""
    last = await additions.last_of(scene.talk.conversation_id, viewer=scene.viewer)
    added = await _add(scene, last, handed) if last else None
    return await about("hand_over.again", added) if added else await _opened(scene, handed, "hand_over.opened")


async def _joined(scene: Scene, handed: Handed) -> str:
    """Put a report that says again what is reported, or one too many, to an open one; '' where it is its own."""
    to = await additions.report_to_join(
        scene.talk.conversation_id, viewer=scene.viewer, text=handed.text, where=handed.where
    )
    added = await _add(scene, to.question, handed) if to else None
    if to is None or added is None:
        return ""
    return await about("report.same" if to.is_same else "report.full", added, most=additions.MOST_REPORTS)


async def _add(scene: Scene, question: Question, handed: Handed) -> Question | None:
    """The question with these words added; None where that cannot be done any more."""
    where = "" if handed.where == handed.text else handed.where
    words = "\n".join(part for part in (handed.text, where) if part)
    try:
        async with savepoint():
            await attaching.take_along(scene, question.id, handed.line_id)
            return await additions.add(
                question.id, by=scene.viewer, text=words, sealed_from=await written(scene, handed)
            )
    except Refusal:
        return None


async def written(scene: Scene, handed: Handed) -> str:
    """The words as typed, numbers and all, to be sealed."""
    is_this = handed.line_id == scene.line_id
    first = (scene.original if is_this else await conversations.original(handed.line_id)) or handed.text
    return f"{first}\n{handed.since}" if handed.since else first


async def _opened(scene: Scene, handed: Handed, key: str) -> str:
    try:
        async with savepoint():
            question = await _open(scene, handed)
            await attaching.take_along(scene, question.id, handed.line_id)
    except Refusal:
        return say("hand_over.nobody", phone=phone_of(scene))
    where = handed.where if handed.where != handed.text else ""
    text = await about(key, question, where=where or say("report.in_words"))
    return await _with_place_in_queue(text, question, viewer=scene.viewer)


async def _with_place_in_queue(text: str, question: Question, *, viewer: Viewer) -> str:
    """The sentence, then how many stand before and how long it usually takes, where that is known."""
    wait = await waiting.of_question(question.id, viewer=viewer)
    ahead = waiting.in_words(wait) if wait else ""
    return f"{text}\n{ahead}" if ahead else text


async def _open(scene: Scene, handed: Handed) -> Question:
    elder = await asked_for(scene)
    return await questions.open_question(
        by=scene.viewer,
        conversation_id=scene.talk.conversation_id,
        text=handed.text[: rules().max_message_chars],
        sealed_from=await written(scene, handed),
        kind=handed.kind,
        taken_down=TakenDown(
            where=handed.where,
            candidates=[(one.key, one.score) for one in handed.ranked],
            on_behalf_of=elder.elder if elder else "",
            behalf_person_id=elder.elder_id if elder else None,
        ),
    )


async def asked_for(scene: Scene) -> ActingLine | None:
    """For whom this is asked (代), where that still stands."""
    if not scene.memory.behalf:
        return None
    try:
        return await acting.stands_for(scene.memory.behalf, viewer=scene.viewer)
    except NotFound:
        return None


async def about(key: str, question: Question, **facts: object) -> str:
    """A sentence with number, name and due time; out of hours it also says when the desk opens. What should have been
    answered by now is not promised for a time that has passed."""
    now = clock.now()
    who, due = await owner_name(question), say_moment(question.first_due)
    if deadlines.is_open(now):
        is_late = question.answered_at is None and question.first_due < now
        key = f"{key}_late" if is_late and knows(f"{key}_late") else key
        return say(key, number=question.number, who=who, due=due, **facts)
    opens = say_moment(deadlines.opens_next(now))
    text = say(f"{key}_closed", number=question.number, who=who, due=due, opens=opens, **facts)
    return f"{text}\n{say('hand_over.urgent')}"


async def owner_name(question: Question) -> str:
    """The name of whoever answers for a question now."""
    return await name_of(question.claimed_by_id or question.owner_id)


async def name_of(person_id: int) -> str:
    """The name of one of the staff, or the desk's where it is not known."""
    found = await viewer_of(person_id)
    return found.name if found and found.name else say("hand_over.the_desk")


def phone_of(scene: Scene) -> str:
    """The committee's number, or the city's hotline where none is known."""
    return scene.talk.committee.phone or say("hand_over.default_phone")


def asked_before(scene: Scene) -> Handed:
    """The question this conversation is about, to be given to a person; the message itself where there is none."""
    memory = scene.memory
    if memory.question and memory.question_line:
        return Handed(memory.question, memory.question_line, ranked=memory.candidates)
    return Handed(scene.masked, scene.line_id, ranked=scene.ranked)
