"""What happens by the clock: named jobs every so many seconds, run by one leader at a time, each guarded and timed."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from app import crew, metrics
from app.leader import Leadership, candidate
from casework import alarms, answered, escalation, guide, misses
from courier import inbox, outbox, signals
from models import clock
from models.rules import rules
from people import audit, notices
from people.login import forget_sessions
from people.viewers import SYSTEM

log = structlog.get_logger()

DAY_MS = 86_400_000
LOOK_SECONDS = 5.0
"""How often every process looks by itself whether the pack has changed, in case a signal got lost."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every so many seconds. It may be done late, or twice: what it tells, it tells once."""

    name: str
    every_seconds: float
    work: Callable[[], Awaitable[object]]


async def _forget_inbox() -> int:
    return await inbox.forget(older_than_ms=clock.now_ms() - rules().keep.inbox_days * DAY_MS)


async def _forget_outbox() -> int:
    return await outbox.forget(older_than_ms=clock.now_ms() - rules().keep.outbox_days * DAY_MS)


async def _forget_notices() -> int:
    return await notices.forget(older_than=clock.now() - dt.timedelta(days=rules().keep.outbox_days))


async def _page_next() -> int:
    return await alarms.page_next(clock.now())


async def _forget_misses() -> int:
    return await misses.forget(older_than=clock.now() - dt.timedelta(days=rules().keep.misses_days))


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


JOBS: tuple[Job, ...] = (
    Job("alarms.page_next", 5, _page_next),
    Job("questions.escalate", 20, escalation.run_all),
    Job("inbox.forget", 3600, _forget_inbox),
    Job("outbox.forget", 3600, _forget_outbox),
    Job("notices.forget", 3600, _forget_notices),
    Job("audit.check", 86_400, _check_audit),
    Job("sessions.forget", 3600, forget_sessions),
    Job("misses.forget", 3600, _forget_misses),
    Job("guide.tell_of_begun", 600, _tell_of_begun),
)


async def run(stop: asyncio.Event, *, database_url: str, jobs: Sequence[Job] = JOBS) -> None:
    """Run the jobs until the end, as long as this process leads."""
    async with candidate(database_url) as leadership:
        due = dict.fromkeys(jobs, 0.0)
        while not stop.is_set():
            await _round(due, leadership, stop=stop)
            await crew.wait(stop, seconds=max(0.0, min(1.0, min(due.values()) - time.monotonic())))


async def _round(due: dict[Job, float], leadership: Leadership, *, stop: asyncio.Event) -> None:
    for job, moment in due.items():
        if stop.is_set() or moment > time.monotonic():
            continue
        if await leadership.leads():
            await run_once(job)
        due[job] = time.monotonic() + job.every_seconds


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
    """Keep this process's search index at what the pack says; in every process, leader or not."""
    async with signals.listening(signals.PACK) as listener:
        while not stop.is_set():
            if await guide.refresh_if_changed():
                log.info("guide_refreshed")
            await _first_of(listener, stop)


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
