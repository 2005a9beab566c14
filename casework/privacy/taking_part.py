"""What somebody signed up for, complained of, rated and answered, for their own page and copy."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from models.survey import QuestionKind
from models.transaction import Row, fetch, moment
from models.wording import say


@dataclass(frozen=True, slots=True)
class ActivityKept:
    """An activity they called or signed up for, and where they stood: ``called``, ``present``, ``in`` and so on."""

    activity: str
    part: str
    starts_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ComplaintKept:
    """What they complained of, and what they were answered."""

    provider: str
    complaint: str
    decision: str
    answer: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class RatingKept:
    """How they rated the property company of an estate for a month."""

    estate: str
    month: str
    stars: int


@dataclass(frozen=True, slots=True)
class SurveyKept:
    """A survey they answered; under their name also what was asked and what they said."""

    survey: str
    asked: str
    said: str


_SURVEYS = (
    "SELECT p.title, q.position, q.kind, q.text, q.options, a.value FROM survey_taker t"
    " JOIN survey s ON s.id=t.survey_id JOIN post p ON p.id=s.post_id"
    " LEFT JOIN named_answer a ON a.survey_id=t.survey_id AND a.person_id=t.person_id"
    " LEFT JOIN survey_question q ON q.id=a.question_id WHERE t.person_id=$1"
    " ORDER BY s.closes_at DESC, s.id DESC, q.position LIMIT $2"
)
_RATINGS = (
    "SELECT e.name, r.period, r.stars FROM property_rating r JOIN estate e ON e.id=r.estate_id WHERE r.person_id=$1"
    " ORDER BY r.period DESC, r.id DESC LIMIT $2"
)
_ACTIVITIES = (
    "SELECT p.title, 'called' AS part, a.starts_at FROM activity a JOIN post p ON p.id=a.post_id WHERE p.author_id=$1"
    " UNION ALL SELECT p.title, CASE WHEN s.present_at IS NOT NULL THEN 'present' ELSE s.state END, a.starts_at"
    " FROM sign_up s JOIN activity a ON a.id=s.activity_id JOIN post p ON p.id=a.post_id WHERE s.person_id=$1"
    " ORDER BY starts_at DESC LIMIT $2"
)
_COMPLAINTS = (
    "SELECT v.name, c.text, c.state, c.answer, c.created_at FROM complaint c JOIN provider v ON v.id=c.provider_id"
    " WHERE c.person_id=$1 ORDER BY c.id DESC LIMIT $2"
)


async def activities(person_id: int, *, most: int) -> tuple[ActivityKept, ...]:
    """The latest first."""
    rows = await fetch(_ACTIVITIES, person_id, most)
    return tuple(ActivityKept(row["title"], row["part"], moment(row["starts_at"])) for row in rows)


async def ratings(person_id: int, *, most: int) -> tuple[RatingKept, ...]:
    """The latest first."""
    rows = await fetch(_RATINGS, person_id, most)
    return tuple(RatingKept(row["name"], row["period"], row["stars"]) for row in rows)


async def surveys(person_id: int, *, most: int) -> tuple[SurveyKept, ...]:
    """The latest first; of what was anonymous that they took part, and nothing else is known."""
    return tuple(_survey(row) for row in await fetch(_SURVEYS, person_id, most))


def _survey(row: Row) -> SurveyKept:
    if row["value"] is None:
        return SurveyKept(row["title"], "", say("survey.kept_anonymous"))
    kind, options = QuestionKind(row["kind"]), json.loads(row["options"])
    if kind is QuestionKind.TEXT:
        return SurveyKept(row["title"], row["text"], row["value"])
    if kind is QuestionKind.YES_NO:
        options = [say("survey.yes"), say("survey.no")]
    chosen = [int(one) for one in row["value"].split(",")]
    said = [say("survey.stars", stars=one) if kind is QuestionKind.SCORE else options[one - 1] for one in chosen]
    return SurveyKept(row["title"], row["text"], "、".join(said))


async def complaints(person_id: int, *, most: int) -> tuple[ComplaintKept, ...]:
    """The latest first."""
    rows = await fetch(_COMPLAINTS, person_id, most)
    return tuple(
        ComplaintKept(row["name"], row["text"], row["state"], row["answer"], moment(row["created_at"])) for row in rows
    )
