"""发问卷: a post of 居民提案 with its questions, for those it is aimed at, until the end of a day."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from forum import posts
from forum.notices import targets
from forum.notices.targets import EVERYBODY, Target
from forum.posts import NewPost, Published
from forum.surveys.forms import Question, checked_questions
from models import clock
from models.board import BoardName
from models.errors import Invalid
from models.transaction import execute, fetch_one
from people.audit import record
from people.permissions import allow
from people.records.small_groups import LEAST
from people.viewers import Viewer

MOST_DAYS = 90


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """What is to be asked: of whom (buildings and roles, nothing else), until which day, under names or not."""

    title: str
    text: str
    questions: tuple[Question, ...]
    until: dt.date | None
    is_anonymous: bool
    target: Target = EVERYBODY
    key: str = ""


_SURVEY = (
    "INSERT INTO survey (created_at, post_id, place_id, is_anonymous, target, closes_at, told_to, answered)"
    " VALUES ($1,$2,$3,$4,$5,$6,0,0) RETURNING id"
)
_QUESTION = (
    "INSERT INTO survey_question (created_at, survey_id, position, kind, text, options) VALUES ($1,$2,$3,$4,$5,$6)"
)


async def publish(new: NewSurvey, *, by: Viewer, place_id: int) -> Published:
    """发问卷: anonymous ones are for five people or more, and stay anonymous."""
    allow(by, "survey.publish", place_id)
    questions, closes_at = checked_questions(new.questions), _end(new.until)
    if not new.title.strip():
        raise Invalid("survey.title")
    target = await _aimed(new, by=by, place_id=place_id)

    async def along(post_id: int) -> None:
        now = clock.now()
        values = (now, post_id, place_id, new.is_anonymous, target.to_json(), closes_at)
        row = await fetch_one(_SURVEY, *values)
        assert row is not None
        for at, one in enumerate(questions, start=1):
            options = json.dumps(one.options, ensure_ascii=False)
            await execute(_QUESTION, now, row["id"], at, one.kind.value, one.text, options)
        await record(by, "survey.publish", subject="survey", subject_id=row["id"], place_id=place_id)

    text = new.text.strip() or new.title
    post = NewPost(BoardName.PROPOSALS.value, text, title=new.title, key=new.key)
    return await posts.publish(post, by=by, place_id=place_id, along=along)


def _end(until: dt.date | None) -> dt.datetime:
    """When the day is over."""
    today = clock.today()
    if until is None or not today <= until <= today + dt.timedelta(days=MOST_DAYS):
        raise Invalid("survey.until", most=MOST_DAYS)
    return clock.midnight(until + dt.timedelta(days=1))


async def _aimed(new: NewSurvey, *, by: Viewer, place_id: int) -> Target:
    """Neighbours see whom a survey is for: so nobody is aimed at by a tag."""
    if new.target.tags:
        raise Invalid("survey.no_tags")
    target = await targets.checked(new.target, viewer=by, place_id=place_id)
    people = (await targets.counts(target, place_id=place_id)).people
    if not people:
        raise Invalid("survey.nobody")
    if new.is_anonymous and people < LEAST:
        raise Invalid("survey.few", least=LEAST)
    return target
