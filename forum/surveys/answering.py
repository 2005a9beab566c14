"""答问卷: once for each person it is for; under one's name it can be changed until the end, anonymous it cannot.

Of an anonymous answer no row knows its person, a time or an order. PostgreSQL remembers of a row which transaction
wrote it last: so some others are written anew with it, here and among those who have answered (docs/adr/0046, 0047).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from forum.surveys.forms import checked_answers
from forum.surveys.sight import Asked, hold_open, survey
from models import clock
from models.errors import NotAllowed, Taken, WrongState
from models.sealed import seal_at_no_time
from models.transaction import execute, execute_many, fetch_one, is_postgres, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

STIRRED = 15
_CHOICE_BYTES, _TEXT_BYTES = 32, 1200
_MOST_ID = 2**63 - 1
Given = Mapping[int, Sequence[str]]
"""What was chosen or typed, by the position of the question."""

_TAKE = (
    "INSERT INTO survey_taker (id, survey_id, person_id) VALUES ($1,$2,$3)"
    " ON CONFLICT (survey_id, person_id) DO NOTHING RETURNING id"
)
_NAMED = "INSERT INTO named_answer (created_at, survey_id, question_id, person_id, value) VALUES ($1,$2,$3,$4,$5)"


def by_chance() -> int:
    """A number of a row that says nothing of when it came."""
    return secrets.randbelow(_MOST_ID)


async def answer(post_id: int, *, by: Viewer, given: Given) -> None:
    """答问卷: once; Taken where they answered before, however many tries come at once."""
    asked = await asked_of(post_id, by=by, verb="survey.answer")
    kept = checked_answers(asked.questions, given)
    async with transaction():
        await hold_open(asked)
        number = by_chance()
        if await fetch_one(_TAKE, number, asked.id, by.person_id) is None:
            raise Taken("survey.answered")
        await (_seal(asked, kept, taker=number) if asked.is_anonymous else _name(asked, kept, by=by))
        await record(by, "survey.answer", subject="survey", subject_id=asked.id, place_id=asked.post.place_id)


async def change(post_id: int, *, by: Viewer, given: Given) -> None:
    """改问卷: what one said under one's name, until the end."""
    asked = await asked_of(post_id, by=by, verb="survey.change")
    if asked.is_anonymous:
        raise WrongState("survey.anonymous")
    kept = checked_answers(asked.questions, given)
    async with transaction():
        await hold_open(asked)
        own = "UPDATE survey_taker SET person_id=person_id WHERE survey_id=$1 AND person_id=$2 RETURNING id"
        if await fetch_one(own, asked.id, by.person_id) is None:
            raise WrongState("survey.not_answered")
        await execute("DELETE FROM named_answer WHERE survey_id=$1 AND person_id=$2", asked.id, by.person_id)
        await _name(asked, kept, by=by)
        await record(by, "survey.change", subject="survey", subject_id=asked.id, place_id=asked.post.place_id)


async def asked_of(post_id: int, *, by: Viewer, verb: str) -> Asked:
    """A survey for a verb of somebody it is for, while it is open."""
    asked = await survey(post_id, viewer=by)
    allow(by, verb, asked.post.place_id)
    if not asked.is_meant:
        raise NotAllowed("survey.not_meant")
    if not asked.is_open:
        raise WrongState("survey.over")
    return asked


async def _name(asked: Asked, kept: Mapping[int, str], *, by: Viewer) -> None:
    now = clock.now()
    rows = [(now, asked.id, asked.question_ids[at], by.person_id, value) for at, value in kept.items()]
    await execute_many(_NAMED, rows)


async def _seal(asked: Asked, kept: Mapping[int, str], *, taker: int) -> None:
    """Each answer as a row of its own, so that nothing joins what one person said to several questions."""
    rows = [
        (by_chance(), asked.id, asked.question_ids[at], sealed(value, is_text=asked.questions[at].is_text))
        for at, value in kept.items()
    ]
    write = "INSERT INTO sealed_answer (id, survey_id, question_id, token) VALUES ($1,$2,$3,$4)"
    await execute_many(write, sorted(rows))
    await _stir("sealed_answer", "token=token", survey_id=asked.id, own=[row[0] for row in rows])
    await _stir("survey_taker", "person_id=person_id", survey_id=asked.id, own=[taker])


def sealed(value: str, *, is_text: bool) -> str:
    """An answer as a token that is as long for every answer and tells no time."""
    size = _TEXT_BYTES if is_text else _CHOICE_BYTES
    return seal_at_no_time(value + " " * (size - len(value.encode())))


async def _stir(table: str, change: str, *, survey_id: int, own: Sequence[int]) -> None:
    """Write rows anew together with others of the survey, so that they may be any of them."""
    if not is_postgres():
        return
    others = (
        f"SELECT id FROM {table} WHERE survey_id=$1 ORDER BY random() LIMIT {STIRRED * len(own)} FOR UPDATE SKIP LOCKED"
    )
    mine = ", ".join(str(one) for one in own)
    await execute(f"UPDATE {table} SET {change} WHERE survey_id=$1 AND (id IN ({mine}) OR id IN ({others}))", survey_id)
