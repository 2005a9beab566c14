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
from casework import alarms, answered, escalation, guide, reminders, retention
from casework.retention import Kind
from courier import signals
from models import clock
from people import audit, ending, places, rekeying, rules
from people.joining import asking
from people.loading import files
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
    return 0 if escalation.is_quiet(clock.now()) else await answered.tell_of_begun(by=SYSTEM)


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
    Job("questions.escalate", 20, escalation.run_all),
    Job("audit.check", 86_400, _check_audit),
    Job("personal.renew", 3600, rekeying.renew),
    Job("home_files.drop_old", 3600, files.drop_old),
    Job("joins.expire", 1800, lambda: asking.expire(by=SYSTEM)),
    Job("sessions.end_expired", 600, ending.end_expired),
    Job("guide.tell_of_begun", 600, _tell_of_begun),
    Job("upkeep.remind", 1800, lambda: reminders.remind(by=SYSTEM)),
    *(Job(f"{kind.name}.clear", CLEAR_SECONDS, partial(_clear, kind)) for kind in retention.KINDS),
)
"""What must not wait stands first: it has its turn before each of the others."""


async def run(stop: asyncio.Event, *, database_url: str, jobs: Sequence[Job] = JOBS) -> None:
    """Run the jobs until the end, as long as this process leads."""
    async with candidate(database_url) as leadership:
        due = dict.fromkeys(jobs, 0.0)
        while not stop.is_set():
            await _round(due, leadership, stop=stop)
            await crew.wait(stop, seconds=max(0.0, min(1.0, min(due.values()) - time.monotonic())))


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
            if await guide.refresh_if_changed():
                log.info("guide_refreshed")
            await places.refresh_home()
            await _first_of(listener, stop)


async def watch_sessions(stop: asyncio.Event) -> None:
    """End this process's streams of whoever was signed out by another one; in every process."""
    while not stop.is_set():
        for person_id in await ending.ended_since(clock.now() - ENDED_BACK):
            signals.publish(signals.session_topic(person_id))
        await crew.wait(stop, seconds=ENDED_SECONDS)


async def _first_of(listener: signals.Listener, stop: asyncio.Event) -> None:
    """Until the pack changes, it is time to look, or the end comes."""
    waits = {
        asyncio.get_running_loop().create_task(listener.wait(seconds=LOOK_SECONDS)),
        asyncio.get_running_loop().create_task(stop.wait()),
    }
    _, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
