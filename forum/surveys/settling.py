"""汇总: after the end answers are taken out of their tokens and from their names, and written down as nobody's.

Of an anonymous survey that fewer than five answered nothing is kept but how many they were.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from forum.surveys.answering import by_chance
from models import clock
from models.errors import Invalid
from models.sealed import unseal
from models.survey import QuestionKind
from models.transaction import Row, execute, execute_many, fetch, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.records.small_groups import LEAST
from people.viewers import Viewer

MOST = 20
_DUE = (
    "SELECT id, place_id, is_anonymous FROM survey WHERE settled_at IS NULL AND closes_at<=$1"
    f" ORDER BY closes_at, id LIMIT {MOST}"
)
_NAMED = (
    f"SELECT a.question_id, CASE WHEN q.kind='{QuestionKind.TEXT.value}' THEN '' ELSE a.value END AS value"
    " FROM named_answer a JOIN survey_question q ON q.id=a.question_id WHERE a.survey_id=$1"
)
_WRITE = "INSERT INTO survey_answer (id, survey_id, question_id, value) VALUES ($1,$2,$3,$4)"
Answers = list[tuple[int, str]]
"""Question and what was said, of nobody."""


async def settle_due(*, by: Viewer) -> int:
    """汇总到期的问卷: gives how many were counted."""
    allow(by, "survey.settle", None)
    return sum([await _settle(row, by=by) for row in await fetch(_DUE, clock.now())])


async def _settle(row: Row, *, by: Viewer) -> bool:
    async with transaction():
        taken = "UPDATE survey SET settled_at=$1 WHERE id=$2 AND settled_at IS NULL RETURNING id"
        if await fetch_one(taken, clock.now(), row["id"]) is None:
            return False
        said = await (_taken_out(row["id"]) if row["is_anonymous"] else _of_names(row["id"]))
        people = max(Counter(question for question, _ in said).values(), default=0)
        kept = [] if row["is_anonymous"] and people < LEAST else [one for one in said if one[1]]
        await execute_many(_WRITE, sorted((by_chance(), row["id"], *one) for one in kept))
        await execute("UPDATE survey SET answered=$1 WHERE id=$2", people, row["id"])
        await record(by, "survey.settle", subject="survey", subject_id=row["id"], place_id=row["place_id"])
    return True


async def _taken_out(survey_id: int) -> Answers:
    rows = await fetch("SELECT question_id, token FROM sealed_answer WHERE survey_id=$1", survey_id)
    await execute("DELETE FROM sealed_answer WHERE survey_id=$1", survey_id)
    return await asyncio.to_thread(_opened, rows)


def _opened(rows: Sequence[Row]) -> Answers:
    """What tokens say; one that somebody has spoilt in the database says nothing."""
    found: Answers = []
    for row in rows:
        try:
            found.append((row["question_id"], unseal(row["token"]).strip()))
        except Invalid:
            continue
    return found


async def _of_names(survey_id: int) -> Answers:
    """Choices alone: words stay with who wrote them, and go with them."""
    return [(row["question_id"], row["value"]) for row in await fetch(_NAMED, survey_id)]
