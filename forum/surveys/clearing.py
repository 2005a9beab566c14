"""How long it is known who answered what: names and words for a while after the end; sums stay and name nobody."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.survey import QuestionKind
from models.transaction import fetch

_OVER = "JOIN survey s ON s.id=a.survey_id WHERE s.settled_at IS NOT NULL AND s.closes_at<$1"
_NAMED = (
    f"DELETE FROM named_answer WHERE id IN (SELECT a.id FROM named_answer a {_OVER} ORDER BY a.id LIMIT $2)"
    " RETURNING id"
)
_TAKERS = (
    f"DELETE FROM survey_taker WHERE id IN (SELECT a.id FROM survey_taker a {_OVER} ORDER BY a.id LIMIT $2)"
    " RETURNING id"
)
_WORDS = (
    "DELETE FROM survey_answer WHERE id IN (SELECT a.id FROM survey_answer a"
    f" JOIN survey_question q ON q.id=a.question_id {_OVER} AND q.kind='{QuestionKind.TEXT.value}'"
    " ORDER BY a.id LIMIT $2) RETURNING id"
)


async def _named(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_NAMED, before, limit))


async def _takers(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_TAKERS, before, limit))


async def _words(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_WORDS, before, limit))


def _days(keep: Keep) -> int:
    return keep.activities_days


KINDS: tuple[Kind, ...] = (
    Kind("survey_named", _days, _named),
    Kind("survey_taker", _days, _takers),
    Kind("survey_words", _days, _words),
)
