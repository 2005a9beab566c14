"""Jobs: one process leads, a failure stops nothing, and lateness tells nobody twice."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from app import jobs
from app.jobs import JOBS, Job
from app.leader import candidate
from casework import alarms, conversations, guide, packs, questions
from courier import inbox
from models.contact import Contact
from models.database import connected
from models.person import RoleName
from models.place import Level
from models.question import QuestionKind
from models.sealed import use_secrets
from models.transaction import fetch_one
from people import residents, staff
from people.viewers import SYSTEM, Viewer, guest, viewer_of
from tests.conftest import StillClock
from tests.people.tampering import tamper, unguarded

PACK = Path(__file__).parents[1] / "conversations" / "packs"


async def test_one_leads_and_the_next_takes_over(database_url: str) -> None:
    async with candidate(database_url) as first, candidate(database_url) as second:
        assert (await first.leads(), await second.leads()) == (True, False)
        assert (await first.leads(), await second.leads()) == (True, False)
        await first.resign()
        assert (await second.leads(), await first.leads()) == (True, False)


@pytest.mark.databases("postgres")
async def test_a_lost_connection_is_a_lost_lead(database_url: str) -> None:
    async with candidate(database_url) as first, candidate(database_url) as second:
        assert await first.leads()
        async with connected(database_url):
            await fetch_one(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype='advisory' AND pid<>pg_backend_pid()"
            )
        assert await second.leads()
        assert not await first.leads()


async def test_a_failing_job_does_not_stop_the_others(database_url: str) -> None:
    stop, ran = asyncio.Event(), []

    async def fail() -> None:
        ran.append("fail")
        raise ZeroDivisionError

    async def go_on() -> None:
        ran.append("go on")
        if ran.count("go on") == 3:
            stop.set()

    async with asyncio.timeout(20):
        made = (Job("fail", 0.05, fail), Job("go on", 0.05, go_on))
        await jobs.run(stop, database_url=database_url, jobs=made)
    assert (ran.count("fail") >= 2, ran.count("go on")) == (True, 3)


async def test_what_must_not_wait_has_its_turn_before_each_of_the_others(database_url: str) -> None:
    stop, ran = asyncio.Event(), []

    async def page() -> None:
        ran.append("page")

    async def clear() -> None:
        ran.append("clear")
        await asyncio.sleep(0.02)
        if ran.count("clear") == 3:
            stop.set()

    made = (Job("page", 0.01, page), *(Job(f"clear {number}", 60, clear) for number in range(3)))
    async with asyncio.timeout(20):
        await jobs.run(stop, database_url=database_url, jobs=made)
    assert ran == ["page", "clear"] * 3


async def test_who_does_not_lead_runs_nothing(database_url: str) -> None:
    stop, ran = asyncio.Event(), []

    async def run() -> None:
        ran.append(1)

    async with candidate(database_url) as leader:
        assert await leader.leads()
        asyncio.get_running_loop().call_later(0.3, stop.set)
        await jobs.run(stop, database_url=database_url, jobs=(Job("run", 0.05, run),))
    assert ran == []


async def test_the_end_is_not_held_up_by_a_job_that_is_not_due(database_url: str) -> None:
    stop = asyncio.Event()

    async def nothing() -> None:
        return None

    started = time.monotonic()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    await jobs.run(stop, database_url=database_url, jobs=(Job("rare", 3600, nothing),))
    assert time.monotonic() - started < 2


async def _all_jobs() -> None:
    for job in JOBS:
        assert await jobs.run_once(job), job.name


async def _place_with_staff() -> tuple[int, Viewer]:
    place = await staff.add_place(by=SYSTEM, slug="demo", name="一个居委会", level=Level.NEIGHBOURHOOD)
    person = await staff.add_person(by=SYSTEM, place_id=place.id, name="陈")
    await staff.grant(person.id, by=SYSTEM, role=RoleName.WORKER, place_id=place.id)
    await residents.at(channel="relay", address="chen", place_id=place.id)
    await Contact.filter(address="chen").update(person_id=person.id)
    viewer = await viewer_of(person.id)
    assert viewer is not None
    return place.id, viewer


async def _letters() -> int:
    row = await fetch_one("SELECT count(*) AS n FROM outbox")
    assert row is not None
    return row["n"]


async def test_jobs_late_by_days_tell_each_thing_once(db: TortoiseContext, clock: StillClock) -> None:
    use_secrets("a secret for tests only, never in service")
    place_id, chen = await _place_with_staff()
    where = await residents.at(channel="relay", address="wang", place_id=place_id)
    talk = await conversations.open_at(where)
    by = guest(place_id, contact_id=where.contact_id)
    for text in ("一个问题", "又一个问题"):
        asked = await questions.open_question(
            by=by, conversation_id=talk.conversation_id, text=text, sealed_from=text, kind=QuestionKind.QUESTION
        )
    await questions.claim(asked.id, by=chen)
    await alarms.raise_alarm(by=by, conversation_id=talk.conversation_id, kind="gas", text="煤气")
    clock.forward(days=5)
    before = await _letters()
    await _all_jobs()
    told = await _letters()
    await _all_jobs()
    assert told > before
    assert await _letters() == told


async def test_finished_messages_are_forgotten_in_their_time(db: TortoiseContext, clock: StillClock) -> None:
    use_secrets("a secret for tests only, never in service")
    received = await inbox.receive(channel="web", key="a", lane="web:a", payload="x")
    (message,) = await inbox.claim()
    await inbox.finish(message)
    clock.forward(days=8)
    await _all_jobs()
    assert await inbox.is_done(received.id)
    clock.forward(days=365)
    await _all_jobs()
    assert not await inbox.is_done(received.id)


async def test_every_process_hears_that_the_pack_has_changed(db: TortoiseContext) -> None:
    stop = asyncio.Event()
    guide.forget()
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(jobs.watch_pack(stop))
        while (await guide.current()).revision != 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await packs.import_packs(packs.read_folder(PACK), by=SYSTEM, publish=True)
        while (await guide.current()).revision == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stop.set()
    guide.forget()


async def test_a_broken_audit_log_is_a_failed_job(db: TortoiseContext) -> None:
    (job,) = (job for job in JOBS if job.name == "audit.check")
    await _place_with_staff()
    assert await jobs.run_once(job)
    await tamper("UPDATE audit_line SET actor_id=7 WHERE number=1")
    assert not await jobs.run_once(job)


async def test_an_audit_log_without_its_guards_is_a_failed_job(db: TortoiseContext) -> None:
    (job,) = (job for job in JOBS if job.name == "audit.check")
    await _place_with_staff()
    async with unguarded():
        assert not await jobs.run_once(job)
