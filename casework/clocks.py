"""A question's clock: both due times counted from one moment, and which of the two is running."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypedDict

from casework import deadlines
from casework.deadlines import Stretch
from casework.loop import STATES
from models.question import Question
from people.rules import rules_of


class Clock(TypedDict):
    """The columns that start together."""

    clock_from: dt.datetime
    first_due: dt.datetime
    done_due: dt.datetime
    answered_at: None


@dataclass(frozen=True, slots=True)
class WhyDue:
    """How both due times come about, stretch by stretch; ``is_assumed`` when a year has no official calendar yet."""

    first: tuple[Stretch, ...]
    done: tuple[Stretch, ...]
    is_assumed: bool


def start(now: dt.datetime, *, place_id: int) -> Clock:
    """Both due times of something that starts to wait now, by the rules of its place."""
    settings = rules_of(place_id)
    return Clock(
        clock_from=now,
        first_due=deadlines.add_working(now, hours=settings.first_answer_hours),
        done_due=deadlines.add_working(now, days=settings.done_days),
        answered_at=None,
    )


def is_answered(question: Question) -> bool:
    """Whether a person has answered since the clock was started."""
    return question.answered_at is not None


def due(question: Question) -> dt.datetime | None:
    """The due time that is running, or None while the clock stands still."""
    if not STATES[question.state].clock_runs:
        return None
    return question.done_due if is_answered(question) else question.first_due


def explain(question: Question) -> WhyDue:
    """Why it is due then, by the rules now in force."""
    start_at, settings = question.clock_from, rules_of(question.place_id)
    first = deadlines.why(start_at, hours=settings.first_answer_hours)
    done = deadlines.why(start_at, days=settings.done_days)
    return WhyDue(tuple(first), tuple(done), is_assumed=deadlines.is_assumed(start_at, question.done_due))
