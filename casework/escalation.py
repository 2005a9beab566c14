"""What time does to questions: jobs that notice and tell, each thing once, however often and however late they run."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

from casework import clocks, deadlines, questions, replies, roster, transfers
from casework.asker import say_asking
from casework.cases import escalation as of_cases
from casework.loop import ANSWERED, CLAIMED, CLOCK_RUNS, OPEN_STATES
from casework.question_steps import once, tell_staff
from models import clock
from models.errors import Refusal
from models.person import RoleName
from models.question import Question, QuestionStep
from models.rules import rules
from models.transaction import fetch, transaction
from models.wording import say, say_moment
from people.quiet import is_quiet
from people.viewers import SYSTEM

Work = Callable[[Question], Awaitable[bool]]
IDLE, SILENCE = "question.claim_idle", "question.silence"


def _stamp(moment: dt.datetime | None) -> str:
    """What makes a notice the same notice: the moment from which its time was counted."""
    return moment.astimezone(dt.UTC).isoformat() if moment else ""


async def _each(found: list[Question], work: Work) -> int:
    """Do the work for each in a transaction of its own; who was changed meanwhile is looked at next time."""
    done = 0
    for question in found:
        try:
            async with transaction():
                done += await work(question)
        except Refusal:
            continue
    return done


async def end_idle_claims(now: dt.datetime) -> int:
    """收回: a claim without a word for too much of the desk's open time ends; owner, holder and resident are told."""
    if not deadlines.is_open(now):
        return 0
    ended = [question for question, idle in await _idle(now) if idle >= _minutes(rules().claim_end_minutes)]
    return await _each(ended, _end_claim)


async def _end_claim(question: Question) -> bool:
    holder = question.claimed_by_id
    await questions.put_back(question, "question.end_claim", by=SYSTEM, tells_asker=not is_quiet(clock.now()))
    if holder != question.owner_id:
        await tell_staff(question, holder, "question.claim_lost")
    return True


async def remind_idle_claims(now: dt.datetime) -> int:
    """催一下: who claimed and says nothing is reminded once, while the desk is open."""
    if not deadlines.is_open(now):
        return 0
    minutes, end = rules().claim_idle_reminder_minutes, _minutes(rules().claim_end_minutes)
    found = [question for question, idle in await _idle(now) if _minutes(minutes) <= idle < end]

    async def remind(question: Question) -> bool:
        if not await once(question, IDLE, by=SYSTEM, since=_stamp(question.idle_since)):
            return False
        await tell_staff(question, question.claimed_by_id, IDLE, minutes=minutes)
        return True

    return await _each(found, remind)


async def _idle(now: dt.datetime) -> list[tuple[Question, dt.timedelta]]:
    """Claims whose holder has been silent for some minutes, and for how much of the desk's open time."""
    limit = now - _minutes(rules().claim_idle_reminder_minutes)
    found = await Question.filter(state=CLAIMED, idle_since__lte=limit).order_by("id")
    return [(question, deadlines.worked(question.idle_since, now)) for question in found if question.idle_since]


def _minutes(number: int) -> dt.timedelta:
    return dt.timedelta(minutes=number)


async def tell_due_soon(now: dt.datetime) -> int:
    """快到期: owner and holder hear once that a due time is near; only while the desk is open."""
    if not deadlines.is_open(now):
        return 0
    settings = rules()
    first = deadlines.add_working(now, hours=settings.first_due_soon_minutes / 60)
    done = deadlines.add_working(now, hours=settings.done_due_soon_minutes / 60)
    return await _tell(
        await _due("first_due", after=now, until=first), "first_due_soon", with_leads=False
    ) + await _tell(await _due("done_due", after=now, until=done), "done_due_soon", with_leads=False)


async def tell_overdue(now: dt.datetime) -> int:
    """超时: owner, holder and the place's secretary hear once that a due time has passed."""
    return await _tell(await _due("first_due", until=now), "first_overdue", with_leads=True) + await _tell(
        await _due("done_due", until=now), "done_overdue", with_leads=True
    )


async def _due(column: str, *, until: dt.datetime, after: dt.datetime | None = None) -> list[Question]:
    """Questions whose clock runs and whose ``column`` lies in a stretch; what was answered has its first answer."""
    found = Question.filter(state__in=[*CLOCK_RUNS], **{f"{column}__lt" if after is None else f"{column}__lte": until})
    if after is not None:
        found = found.filter(**{f"{column}__gte": after})
    rows = await found.order_by("id")
    return [row for row in rows if column == "done_due" or not clocks.is_answered(row)]


async def _tell(found: list[Question], name: str, *, with_leads: bool) -> int:
    async def tell(question: Question) -> bool:
        if not await once(question, f"question.{name}", by=SYSTEM, since=_stamp(question.clock_from)):
            return False
        due = question.first_due if name.startswith("first") else question.done_due
        people = [question.owner_id, question.claimed_by_id, *(await _leads(question) if with_leads else [])]
        for person_id in dict.fromkeys(people):
            await tell_staff(question, person_id, f"question.{name}", due=say_moment(due))
        return True

    return await _each(found, tell)


async def _leads(question: Question) -> list[int]:
    staff = await roster.staff_of(question.place_id)
    return [person.person_id for person in staff if RoleName.SECRETARY in person.roles]


async def warn_silent(now: dt.datetime) -> int:
    """提醒居民: once, by day, that an answered question will end by itself."""
    if is_quiet(now):
        return 0
    limit = now - dt.timedelta(hours=rules().silence_warning_hours)
    return await _each(await _silent_since(limit), _warn)


async def _warn(question: Question) -> bool:
    if not await once(question, SILENCE, by=SYSTEM, since=_stamp(question.answered_at)):
        return False
    text = say("desk.asker.silence", number=question.number)
    await say_asking(question, text, kind=SILENCE, asks=question.solved is None)
    return True


async def close_silent(now: dt.datetime) -> int:
    """自动结束: what was answered and met with silence ends, some hours after the warning and by day."""
    if is_quiet(now):
        return 0
    settings = rules()
    limit = now - dt.timedelta(hours=settings.silence_close_hours)
    between = dt.timedelta(hours=settings.silence_close_hours - settings.silence_warning_hours)

    async def end(question: Question) -> bool:
        key = f"{question.id}:{SILENCE}:{_stamp(question.answered_at)}"
        if not await QuestionStep.filter(once=key, created_at__lte=now - between).exists():
            return False
        await questions.close(question.id, by=SYSTEM)
        return True

    return await _each(await _silent_since(limit), end)


async def _silent_since(limit: dt.datetime) -> list[Question]:
    """Answered questions nobody wrote on since; who was not reached, or only since, is not silent."""
    unheard = await replies.unheard(viewer=SYSTEM, since=limit)
    return await Question.filter(state=ANSWERED, answered_at__lte=limit, id__not_in=unheard or [0]).order_by("id")


async def replace_owners_who_left(now: dt.datetime) -> int:
    """换责任人: open questions of people who may no longer answer for the place go to who is on duty."""
    del now
    states = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
    rows = await fetch(
        f"SELECT q.id FROM question q WHERE q.state IN ({states}) AND {roster.has_left('q.owner_id', 'q.place_id')}"
    )
    found = await Question.filter(id__in=[row["id"] for row in rows]).order_by("id")

    async def replace(question: Question) -> bool:
        await transfers.take_over(question)
        return True

    return await _each(found, replace)


JOBS: tuple[Callable[[dt.datetime], Awaitable[int]], ...] = (
    end_idle_claims,
    remind_idle_claims,
    tell_overdue,
    tell_due_soon,
    close_silent,
    warn_silent,
    replace_owners_who_left,
    replies.tell_undelivered,
    *of_cases.JOBS,
)
"""Every job of this file and of cases; each is right by itself, in whatever order they run."""


async def run_all() -> int:
    """Run every job once for the present moment, the others also when one fails; gives how many things were done."""
    now = clock.now()
    results = await asyncio.gather(*(job(now) for job in JOBS), return_exceptions=True)
    if errors := [result for result in results if isinstance(result, Exception)]:
        raise ExceptionGroup("jobs failed", errors)
    return sum(result for result in results if isinstance(result, int))
