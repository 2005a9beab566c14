"""That the desk is closed, said once in each closure to somebody whose question is in a person's hands."""

from __future__ import annotations

import datetime as dt

from casework import deadlines
from casework.question_steps import once
from models import clock
from models.question import Question, QuestionStep
from models.transaction import transaction
from people.viewers import SYSTEM

NOTICE = "question.closed_notice"
_AT_WORK = ("question.claim", "question.contact", "question.reply", "question.correct")


async def first_notice(question: Question) -> dt.datetime | None:
    """下班告知: take the right to say in this closure that the desk is closed; gives when it opens.

    None while it is open, where it was said already (the letter that opened the question says it too), and where
    somebody of the staff is at it though the desk is closed.
    """
    now = clock.now()
    since = deadlines.closed_since(now)
    if deadlines.is_open(now) or question.created_at >= since or await _is_attended(question, since):
        return None
    opens = deadlines.opens_next(now)
    async with transaction():
        is_first = await once(question, NOTICE, by=SYSTEM, since=opens.astimezone(dt.UTC).isoformat())
    return opens if is_first else None


async def _is_attended(question: Question, since: dt.datetime) -> bool:
    steps = QuestionStep.filter(question_id=question.id, verb__in=_AT_WORK, created_at__gte=since)
    return await steps.exists()
