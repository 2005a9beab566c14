"""From an answer at the desk to a draft of the pack: what staff worked out once, the next resident gets at once."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

from casework import desk, guide, publishing
from casework.sight import on_desk
from models import clock
from models.conversation import Miss
from models.entry import EntryVersion, VersionState
from models.entry_content import NOT_VERIFIED, EntryContent, FieldState, Phone, Scope, Since, Where
from models.errors import Invalid, NotFound
from models.question import Question
from models.rules import rules
from models.wording import say
from nlp.similar import SAME, similar
from people import places
from people.permissions import allow
from people.places import PlaceFacts
from people.viewers import Viewer

CATEGORY_SLUG = "community"
TITLE, SUMMARY, LINE, MOST_PHRASINGS = 24, 160, 200, 30
_UNCHECKED = ("conditions", "materials", "steps", "time_limit", "fee", "amount", "legal_basis")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is known: the question, what was answered, how else it was asked, and where it belongs."""

    question: Question
    answer: str
    phrasings: list[str]
    place: PlaceFacts
    category: tuple[str, str]


async def learn(question_id: int, *, by: Viewer) -> EntryVersion:
    """写成条目: draft a local entry from a question and its answer; pressing twice gives the same draft."""
    question = await on_desk(question_id, by=by, verb="question.read")
    allow(by, "guide.draft", question.place_id)
    drafted = await EntryVersion.filter(from_question_id=question.id, state=VersionState.DRAFT).first()
    if drafted is not None:
        return drafted
    lesson = await _lesson(question, by)
    return await publishing.draft(
        _content(lesson, by),
        by=by,
        category_slug=lesson.category[0],
        place_id=question.place_id,
        from_question_id=question.id,
    )


async def _lesson(question: Question, by: Viewer) -> _Lesson:
    answers = await desk.answers(question.id, viewer=by)
    if not answers:
        raise Invalid("learning.no_answer")
    return _Lesson(
        question=question,
        answer="\n".join(answers),
        phrasings=await _phrasings(question),
        place=await places.place(question.place_id),
        category=await _category(question, by),
    )


async def _phrasings(question: Question) -> list[str]:
    """How the same was asked: in this question, and by others who wait for an answer to it."""
    waiting = await Miss.filter(place_id=question.place_id, entry_key=None, dismissed_at=None).order_by("-id").limit(500)
    alike = [miss.text for miss in waiting if similar(miss.text, question.text) >= SAME]
    texts = [" ".join(text.split())[:60] for text in (question.text, *alike)]
    return list(dict.fromkeys(texts))[:MOST_PHRASINGS]


async def _category(question: Question, by: Viewer) -> tuple[str, str]:
    """The category of the entry that came nearest, or the community's own."""
    for key, _ in json.loads(question.candidates)[:1]:
        try:
            near = await guide.entry(key, viewer=by, place_id=question.place_id)
        except NotFound:
            break
        return near.category_slug, near.content.category
    return CATEGORY_SLUG, say("staff.learn.category")


def _content(lesson: _Lesson, by: Viewer) -> EntryContent:
    today, place = clock.today(), lesson.place
    title = _first_words(lesson.question.text)
    steps = _lines(lesson.answer) if len(lesson.answer) > SUMMARY else None
    unchecked: dict[str, object] = dict.fromkeys(_UNCHECKED, NOT_VERIFIED)
    status = dict.fromkeys(_UNCHECKED, FieldState.NOT_VERIFIED)
    return EntryContent.model_validate(
        {
            **unchecked,
            "id": f"local-{place.id}-{lesson.question.number.lower()}",
            "category": lesson.category[1],
            "title": title,
            "scope": Scope.CITY,
            "summary": _summary(title, lesson.answer),
            "who": say("staff.learn.who", place=place.name),
            "where": _where(place),
            "valid_from": Since(date=today),
            "checked_on": today,
            "checked_by": by.name,
            "review_by": today + dt.timedelta(days=rules().stale_after_days),
            "owner_desk": say("staff.learn.owner_desk"),
            "aliases": [],
            "keywords": [],
            "phrasings": lesson.phrasings,
            "sample_questions": [],
            "note": say("staff.learn.note", number=lesson.question.number),
            "steps": steps or NOT_VERIFIED,
            "status": {
                **status,
                "where": FieldState.VERIFIED,
                "steps": FieldState.VERIFIED if steps else FieldState.NOT_VERIFIED,
            },
        }
    )


def _where(place: PlaceFacts) -> Where:
    return Where(
        place=place.address or place.name,
        hours=place.hours or NOT_VERIFIED,
        phones=[Phone(number=place.phone, name=place.name)],
        online=NOT_VERIFIED,
    )


def _first_words(text: str) -> str:
    """The question's first clause as a title."""
    first = re.split(r"[，。！？；,!?;\n]", text.strip(), maxsplit=1)[0].strip()
    return (first if len(first) > 3 else " ".join(text.split()))[:TITLE]


def _summary(title: str, answer: str) -> str:
    """The answer's first sentences, as many as a summary holds; a very short answer with the question before it."""
    found = ""
    for sentence in _SENTENCE.findall(answer):
        if len(found) + len(sentence) > SUMMARY:
            break
        found += sentence.strip()
    found = found or answer[:SUMMARY]
    return found if len(found) >= 10 else say("staff.learn.short", title=title, answer=found)


def _lines(answer: str) -> list[str]:
    return [line[:LINE] for sentence in _SENTENCE.findall(answer) if (line := sentence.strip())]
