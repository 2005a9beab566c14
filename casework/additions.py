"""More words for a question that is there already, so that one matter stays one question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import guide
from casework.asker import is_asker
from casework.loop import CLAIMED, CLOSED, WAITING, move
from casework.question_steps import note_down, tell_staff
from casework.ratings import reopen
from models import clock
from models.errors import NotFound
from models.question import Question, QuestionKind
from models.rules import rules
from models.sealed import seal, unseal
from models.transaction import transaction
from nlp.normalise import clean_input, normalise
from nlp.similar import SAME, similar
from people.permissions import allow
from people.viewers import Viewer

PLACE_MAY_FOLLOW = dt.timedelta(minutes=30)
LONGEST_PLACE = 200
MOST_REPORTS = 3
"""So many reports of one conversation may be open; what comes then is put to the newest."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The open report to which another belongs, and whether it is the same matter or only the last one allowed."""

    question: Question
    is_same: bool


def wants_place(question: Question) -> bool:
    """Whether it is an open report of the last half hour that says nowhere where it is."""
    is_open = question.kind is QuestionKind.REPORT and question.state in (WAITING, CLAIMED)
    return is_open and not question.where_text and clock.now() - question.created_at <= PLACE_MAY_FOLLOW


async def add(question_id: int, *, by: Viewer, text: str, sealed_from: str, where: str = "") -> Question:
    """补充: put more of the asker's words to their own question, ``where`` as its place where it has none; one that was
    closed is opened again with that."""
    words = clean_input(text)[: rules().max_message_chars]
    async with transaction():
        question = await _own(question_id, by)
        if question.state is CLOSED:
            question = await reopen(question_id, by=by)
        is_new = normalise(words) not in normalise(question.text)
        fields = _longer(question, words, sealed_from) if is_new else {}
        if where and not question.where_text:
            fields["where_text"] = where[:LONGEST_PLACE]
        await move(question, "question.add", **fields)
        await note_down(question, "question.add", by=by, note=words)
        if is_new:
            await tell_staff(question, question.claimed_by_id or question.owner_id, "question.added")
    return question


async def _own(question_id: int, by: Viewer) -> Question:
    question = await Question.get_or_none(id=question_id)
    if question is None or not await is_asker(by, question.conversation_id):
        raise NotFound("question.not_found")
    allow(by, "question.add", None)
    return question


def _longer(question: Question, words: str, sealed_from: str) -> dict[str, str]:
    """Both texts with the new line; a text that would be too long stays, its line stands in the conversation."""
    text = f"{question.text}\n{words}"
    if len(text) > rules().max_message_chars:
        return {}
    original = unseal(question.sealed) if question.sealed else question.text
    return {"text": text, "sealed": seal(f"{original}\n{sealed_from or words}")}


async def report_to_join(conversation_id: int, *, viewer: Viewer, text: str, where: str) -> Joined | None:
    """The open report that another one repeats, or the newest when there are enough; None: it is one of its own."""
    if not await is_asker(viewer, conversation_id):
        raise NotFound("conversation.not_found")
    rows = Question.filter(conversation_id=conversation_id, kind=QuestionKind.REPORT, state__in=[WAITING, CLAIMED])
    found = await rows.order_by("-id")
    for question in found:
        if _is_same(question, text=text, where=where):
            return Joined(question, is_same=True)
    return Joined(found[0], is_same=False) if len(found) >= MOST_REPORTS else None


def _is_same(question: Question, *, text: str, where: str) -> bool:
    """Near-duplicates by their words, unless they name different buildings, floors or rooms."""
    ours, theirs = ((words, *words.splitlines()) for words in (question.text, text))
    if not any(similar(line, other) >= SAME for line in ours for other in theirs):
        return False
    here, there = _numbers(f"{question.text} {question.where_text}"), _numbers(f"{text} {where}")
    return not here or not there or bool(here & there)


def _numbers(text: str) -> frozenset[str]:
    return frozenset(guide.words().place_number.findall(normalise(text)))


async def last_of(conversation_id: int, *, viewer: Viewer) -> Question | None:
    """The newest question of one's own conversation, closed ones too."""
    if not await is_asker(viewer, conversation_id):
        raise NotFound("conversation.not_found")
    return await Question.filter(conversation_id=conversation_id).order_by("-id").first()
