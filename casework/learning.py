"""From an answer at the desk to a draft of the pack: what staff worked out once, the next resident gets at once."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence

from casework import desk, guide, publishing
from casework.bare_wishes import matter_of
from casework.sight import on_desk
from models import clock
from models.conversation import Miss
from models.entry import EntryVersion, VersionState
from models.entry_content import (
    NOT_VERIFIED,
    PHONE_NUMBER,
    EntryContent,
    FieldState,
    Phone,
    Scope,
    Since,
    Where,
    cleaned,
)
from models.errors import Invalid, NotFound
from models.question import Question
from models.wording import say
from nlp.similar import SAME, similar
from people import places
from people.permissions import allow
from people.places import PlaceFacts
from people.rules import rules_of
from people.viewers import Viewer

CATEGORY_SLUG = "community"
TITLE, SUMMARY, LINE, ASKED, MOST = 24, 160, 200, 60, 30
_UNCHECKED = ("conditions", "materials", "steps", "time_limit", "fee", "amount", "legal_basis")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_CLAUSE = re.compile(r"[，。！？；,!?;\n]")


async def learn(question_id: int, *, by: Viewer, miss_ids: Sequence[int] = ()) -> EntryVersion:
    """写成条目: draft a local entry from a question and its answer; pressing twice gives the same draft.

    ``miss_ids`` are others that it is to answer as well.
    """
    question = await on_desk(question_id, by=by, verb="question.read")
    allow(by, "guide.draft", question.place_id)
    if question.erased_at is not None:
        raise Invalid("learning.erased", number=question.number)
    drafted = await EntryVersion.filter(from_question_id=question.id, state=VersionState.DRAFT).first()
    if drafted is not None:
        return drafted
    slug, category = await _category(question, by)
    content = await _learned(question, category=category, by=by)
    return await publishing.draft(
        content,
        by=by,
        category_slug=slug,
        place_id=question.place_id,
        from_question_id=question.id,
        miss_ids=miss_ids,
    )


async def blank(asked: Sequence[str], *, viewer: Viewer, place_id: int) -> EntryContent:
    """An entry of a neighbourhood to start writing from: its own address, and the questions it is to answer."""
    allow(viewer, "guide.draft", place_id)
    started = _started(await places.place(place_id), by=viewer, category=say("staff.learn.category"))
    title = _first_words(asked[0]) if asked else ""
    return started.model_copy(update={"title": title, "summary": "", "note": "", "phrasings": _worded(asked)})


async def slug_of(category: str, *, viewer: Viewer, place_id: int) -> str:
    """The slug of a category by its name; the community's own where there is none of that name."""
    known = await guide.categories(viewer=viewer, place_id=place_id)
    return next((one.slug for one in known if one.name == category.strip()), CATEGORY_SLUG)


async def _learned(question: Question, *, category: str, by: Viewer) -> EntryContent:
    answers, asked = await desk.answers(question.id, viewer=by), matter_of(question.text)
    if not answers:
        raise Invalid("learning.no_answer")
    if not asked:
        raise Invalid("learning.only_a_wish", number=question.number)
    place, answer, title = (
        await places.place(question.place_id),
        cleaned("\n".join(answers)),
        _first_words(asked),
    )
    started = _started(place, by=by, category=category)
    steps = _lines(answer) if len(answer) > SUMMARY else NOT_VERIFIED
    state = FieldState.NOT_VERIFIED if steps == NOT_VERIFIED else FieldState.VERIFIED
    changes: dict[str, object] = {
        "id": f"local-{place.id}-{question.number.lower()}",
        "title": title,
        "summary": _summary(title, answer),
        "phrasings": await _phrasings(asked, place_id=question.place_id),
        "note": say("staff.learn.note", number=question.number),
        "steps": steps,
        "status": {**started.status, "steps": state},
    }
    return EntryContent.model_validate({**started.model_dump(), **changes})


async def _phrasings(asked: str, *, place_id: int) -> list[str]:
    """How the same was asked: in this question, and by others who wait for an answer to it."""
    waiting = await Miss.filter(place_id=place_id, entry_key=None, dismissed_at=None).order_by("-id").limit(500)
    return _worded([asked, *(miss.text for miss in waiting if similar(miss.text, asked) >= SAME)])


def _worded(texts: Iterable[str]) -> list[str]:
    """Questions as ways of asking: on one line, not too long, each once."""
    return list(dict.fromkeys(" ".join(cleaned(text).split())[:ASKED] for text in texts))[:MOST]


async def _category(question: Question, by: Viewer) -> tuple[str, str]:
    """Slug and name of the category of the entry that came nearest, or the community's own."""
    for key, _ in json.loads(question.candidates)[:1]:
        try:
            near = await guide.entry(key, viewer=by, place_id=question.place_id)
        except NotFound:
            break
        return near.category_slug, near.content.category
    return CATEGORY_SLUG, say("staff.learn.category")


def _started(place: PlaceFacts, *, by: Viewer, category: str) -> EntryContent:
    """A neighbourhood's own entry of which nothing is known yet but where to go; what is not known says so."""
    today = clock.today()
    unchecked: dict[str, object] = dict.fromkeys(_UNCHECKED, NOT_VERIFIED)
    return EntryContent.model_validate(
        {
            **unchecked,
            "id": f"local-{place.id}-new",
            "category": category,
            "title": category,
            "scope": Scope.CITY,
            "summary": NOT_VERIFIED * 4,
            "who": say("staff.learn.who", place=place.name),
            "where": _where(place),
            "valid_from": Since(date=today),
            "checked_on": today,
            "checked_by": by.name,
            "review_by": today + dt.timedelta(days=rules_of(place.id).stale_after_days),
            "owner_desk": say("staff.learn.owner_desk"),
            "aliases": [],
            "keywords": [],
            "phrasings": [category],
            "sample_questions": [],
            "status": {**dict.fromkeys(_UNCHECKED, FieldState.NOT_VERIFIED), "where": FieldState.VERIFIED},
        }
    )


def _where(place: PlaceFacts) -> Where:
    return Where(
        place=place.address or place.name,
        hours=place.hours or NOT_VERIFIED,
        phones=[_phone(place)],
        online=NOT_VERIFIED,
    )


def _phone(place: PlaceFacts) -> Phone:
    """The committee's own number, or the city's hotline where none that can be dialled is known."""
    number = re.sub(r"[\s()（）]+", "", place.phone)
    if re.fullmatch(PHONE_NUMBER, number):
        return Phone(number=number, name=place.name)
    return Phone(number=say("staff.learn.hotline_number"), name=say("staff.learn.hotline"))


def _first_words(text: str) -> str:
    """The question's first clause as a title."""
    text = cleaned(text)
    first = _CLAUSE.split(text.strip(), maxsplit=1)[0].strip()
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
