"""What happens by the clock: named jobs every so many seconds, run by one leader at a time, each guarded and timed."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from app import crew, metrics
from app.leader import Leadership, candidate
from casework import alarms, answered, bookings, escalation, guide, held, reminders, retention, visits
from casework.duties import lists as duty_lists
from casework.mediation import reminding
from casework.retention import Kind
from courier import signals
from courier.resting import rest
from forum import bound, clearing, responses
from forum.activities import clearing as activity_clearing
from forum.activities import moving_up, signing_up
from forum.deliberation import clearing as proposal_clearing
from forum.deliberation import due
from forum.deliberation import telling as proposal_telling
from forum.help import settling as settling_wishes
from forum.items import clearing as item_clearing
from forum.items import reminding as item_reminding
from forum.key_matters import clearing as key_matter_clearing
from forum.key_matters import rating as key_matter_rating
from forum.key_matters import telling as key_matter_telling
from forum.meetings import clearing as meeting_clearing
from forum.meetings import inviting
from forum.meetings import telling as meeting_telling
from forum.moderation import appeals, expiry
from forum.moderation import clearing as moderation_clearing
from forum.notices import clearing as notice_clearing
from forum.notices import overdue, sending
from forum.promises import appraisals, milestones, objections, publications
from forum.promises import telling as promise_telling
from forum.search import indexing
from forum.services import clearing as service_clearing
from forum.surveys import clearing as survey_clearing
from forum.surveys import settling
from forum.surveys import telling as survey_telling
from forum.votes import clearing as vote_clearing
from forum.votes import counting
from forum.votes import telling as vote_telling
from models import clock
from people import audit, ending, places, pushes, rekeying, rules
from people import files as stored_files
from people.joining import asking
from people.loading import files
from people.quiet import is_quiet
from people.viewers import SYSTEM

log = structlog.get_logger()

CLEAR_SECONDS = 3 * 3600
LOOK_SECONDS = 5.0
"""How often every process looks by itself whether pack or place have changed, in case a signal got lost."""
ENDED_SECONDS = 2.0
"""How often every process looks whether another one has ended somebody's session."""
ENDED_BACK = dt.timedelta(seconds=10)
"""How far it looks back: a session ended in a long transaction shows up late."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every so many seconds. It may be done late, or twice: what it tells, it tells once."""

    name: str
    every_seconds: float
    work: Callable[[], Awaitable[object]]


async def _page_next() -> int:
    return await alarms.page_next(clock.now())


async def _tell_of_begun() -> int:
    """By day only: nobody is woken because an entry begins at midnight."""
    return 0 if is_quiet(clock.now()) else await answered.tell_of_begun(by=SYSTEM)


class AuditBroken(RuntimeError):
    """A line of the audit log was changed or is missing, or the database no longer refuses that."""


async def _check_audit() -> None:
    """A broken chain counts as a failed job, which is worth an alarm. Where the log ends goes to the service's log, so
    that whoever cuts the end off would have to change that too."""
    broken, gone, end = await audit.first_broken_line(), await audit.missing_guards(), await audit.head()
    if broken is not None or gone:
        log.error("audit_broken", line=broken, guards=gone)
        raise AuditBroken(f"line {broken}")
    log.info("audit_whole", lines=end.number, head=end.hash)


async def _clear(kind: Kind) -> None:
    done = await retention.clear(kind, by=SYSTEM)
    if done.rows:
        log.info("cleared", kind=kind.name, rows=done.rows, days=done.days, is_all=done.is_all)


JOBS: tuple[Job, ...] = (
    Job("alarms.page_next", 5, _page_next),
    Job("notices.send", 2, lambda: sending.send_due(by=SYSTEM)),
    Job("questions.escalate", 20, escalation.run_all),
    Job("audit.check", 86_400, _check_audit),
    Job("personal.renew", 3600, rekeying.renew),
    Job("home_files.drop_old", 3600, files.drop_old),
    Job("files.sweep", 3600, lambda: stored_files.sweep(by=SYSTEM)),
    Job("letters.end_held", 3600, lambda: held.end_long(clock.now())),
    Job("pushes.send", 300, lambda: pushes.send(by=SYSTEM)),
    Job("search.catch_up", 30, lambda: indexing.catch_up(by=SYSTEM)),
    Job("joins.expire", 1800, lambda: asking.expire(by=SYSTEM)),
    Job("sessions.end_expired", 600, ending.end_expired),
    Job("guide.tell_of_begun", 600, _tell_of_begun),
    Job("upkeep.remind", 1800, lambda: reminders.remind(by=SYSTEM)),
    Job("bookings.remind", 1800, lambda: bookings.remind(by=SYSTEM)),
    Job("visits.remind", 1800, lambda: visits.remind(by=SYSTEM)),
    Job("activities.settle", 300, lambda: moving_up.settle(by=SYSTEM)),
    Job("activities.remind", 1800, lambda: signing_up.remind(by=SYSTEM)),
    Job("affairs.remind", 1800, lambda: overdue.remind(by=SYSTEM)),
    Job("responses.remind", 300, lambda: responses.remind(by=SYSTEM)),
    Job("wishes.settle", 300, lambda: settling_wishes.settle(by=SYSTEM)),
    Job("posts.tell_bound", 60, lambda: bound.tell_due(by=SYSTEM)),
    Job("items.remind", 1800, lambda: item_reminding.remind(by=SYSTEM)),
    Job("mediations.remind", 600, lambda: reminding.remind(by=SYSTEM)),
    Job("measures.end", 60, lambda: expiry.end_due(by=SYSTEM)),
    Job("measures.tell", 60, lambda: expiry.tell_due(by=SYSTEM)),
    Job("reviews.remind", 600, lambda: expiry.remind(by=SYSTEM)),
    Job("votes.count", 30, lambda: counting.count_due(by=SYSTEM)),
    Job("votes.tell", 30, lambda: vote_telling.tell_due(by=SYSTEM)),
    Job("proposals.settle", 30, lambda: due.settle_due(by=SYSTEM)),
    Job("proposals.remind", 60, lambda: due.remind_due(by=SYSTEM)),
    Job("proposals.tell", 30, lambda: proposal_telling.tell_due(by=SYSTEM)),
    Job("meetings.seat", 30, lambda: inviting.seat_due(by=SYSTEM)),
    Job("meetings.tell", 30, lambda: meeting_telling.tell_due(by=SYSTEM)),
    Job("meetings.remind", 1800, lambda: meeting_telling.remind(by=SYSTEM)),
    Job("key_matters.end", 60, lambda: key_matter_rating.end_due(by=SYSTEM)),
    Job("key_matters.tell", 60, lambda: key_matter_telling.tell_roll(by=SYSTEM)),
    Job("surveys.settle", 30, lambda: settling.settle_due(by=SYSTEM)),
    Job("surveys.tell", 30, lambda: survey_telling.tell_due(by=SYSTEM)),
    Job("publications.close", 60, lambda: publications.close_due(by=SYSTEM)),
    Job("objections.remind", 600, lambda: objections.remind(by=SYSTEM)),
    Job("milestones.settle", 60, lambda: milestones.settle(by=SYSTEM)),
    Job("projects.tell", 300, lambda: promise_telling.tell_news(by=SYSTEM)),
    Job("appraisals.settle", 60, lambda: appraisals.settle_due(by=SYSTEM)),
    Job("appraisals.tell", 60, lambda: promise_telling.tell_roll(by=SYSTEM)),
    Job("appeals.close", 600, lambda: appeals.close_due(by=SYSTEM)),
    *(
        Job(f"{kind.name}.clear", CLEAR_SECONDS, partial(_clear, kind))
        for kind in (
            *retention.KINDS,
            *clearing.KINDS,
            *moderation_clearing.KINDS,
            *notice_clearing.KINDS,
            *activity_clearing.KINDS,
            *service_clearing.KINDS,
            *item_clearing.KINDS,
            *survey_clearing.KINDS,
            *proposal_clearing.KINDS,
            *vote_clearing.KINDS,
            *meeting_clearing.KINDS,
            *key_matter_clearing.KINDS,
        )
    ),
)
"""What must not wait stands first: it has its turn before each of the others."""


async def run(
    stop: asyncio.Event, *, database_url: str, redis_url: str | None = None, jobs: Sequence[Job] = JOBS
) -> None:
    """Run the jobs until the end, as long as this process leads."""
    async with candidate(database_url, redis_url=redis_url) as leadership:
        due = dict.fromkeys(jobs, 0.0)
        while not stop.is_set():
            await _round(due, leadership, stop=stop)
            await rest(stop, seconds=max(0.0, min(1.0, min(due.values()) - time.monotonic())))


async def _round(due: dict[Job, float], leadership: Leadership, *, stop: asyncio.Event) -> None:
    """Every job that is due, and the first of all again before each, so that an alarm waits for one of them at most."""
    first = next(iter(due))
    for job in due:
        for one in dict.fromkeys((first, job)):
            if not stop.is_set() and due[one] <= time.monotonic():
                await _lead(one, leadership)
                due[one] = time.monotonic() + one.every_seconds


async def _lead(job: Job, leadership: Leadership) -> None:
    if await leadership.leads():
        await run_once(job)


async def run_once(job: Job) -> bool:
    """Run one job; a failure is logged and does not stop the others. True when it went well."""
    started, outcome = time.perf_counter(), "failed"
    try:
        await job.work()
        outcome = "done"
    except Exception:
        log.exception("job_failed", job=job.name)
    finally:
        metrics.jobs.labels(job.name, outcome).observe(time.perf_counter() - started)
    return outcome == "done"


async def watch_pack(stop: asyncio.Event) -> None:
    """Keep this process's search index at what the pack says, and the committee's facts; in every process."""
    async with signals.listening(signals.PACK) as listener:
        while not stop.is_set():
            await rules.refresh()
            await duty_lists.refresh()
            if await guide.refresh_if_changed():
                log.info("guide_refreshed")
            await places.refresh_home()
            await crew.first_of(stop, listener.wait(seconds=LOOK_SECONDS))


async def watch_sessions(stop: asyncio.Event) -> None:
    """End this process's streams of whoever was signed out by another one; in every process."""
    while not stop.is_set():
        for person_id in await ending.ended_since(clock.now() - ENDED_BACK):
            signals.publish(signals.session_topic(person_id))
        await rest(stop, seconds=ENDED_SECONDS)
