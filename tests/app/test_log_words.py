"""At the most talkative level no line of the log holds what somebody wrote: statements, failures, requests, jobs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException

from app import jobs
from app.jobs import JOBS, Job
from app.logs import configure
from bot import incoming, worker
from bot.incoming import Incoming
from courier import inbox
from models.sealed import use_secrets
from models.transaction import execute
from people import places
from people.audit import head
from tests.conftest import StillClock
from tests.portal.neighbourhood import piece_of_pack, settle

WORDS = "桂花树下三只猫"
PHONE = "13800138000"
MakeClient = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that the product's configuration writes at ``debug``; none may hold the words."""
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in [*logging.Logger.manager.loggerDict]}
    handlers, level = root.handlers[:], root.level
    written: list[str] = []
    configure("debug", write=written.append)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
    for name in [*logging.Logger.manager.loggerDict]:
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))
    assert [line for line in written if WORDS in line or PHONE in line] == []


async def test_statements_and_their_values_are_logged_at_no_level(db: TortoiseContext, lines: list[str]) -> None:
    use_secrets("a secret for tests only, never in service")
    await inbox.receive(channel="web", key=WORDS, lane=WORDS, payload=WORDS)
    await execute("UPDATE inbox SET lane=$1", WORDS)
    assert [line for line in lines if "inbox" in line] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "INSERT INTO counter (created_at, name, value) SELECT created_at, name, value FROM counter",
        f"SELECT '{WORDS}' FROM no_such_table",
        f"INSERT INTO counter (created_at, name, value) VALUES ('{WORDS}', NULL, 1)",
    ],
)
async def test_a_statement_that_fails_is_told_without_its_values(
    db: TortoiseContext, lines: list[str], wrong: str
) -> None:
    moment = "2026-03-02 01:10:00+00:00"
    await execute(f"INSERT INTO counter (created_at, name, value) VALUES ('{moment}', '{WORDS}', 1)")

    async def fail() -> None:
        await execute(wrong)

    assert not await jobs.run_once(Job("wrong", 1, fail))
    told = json.loads(lines[-1])
    assert (told["event"], told["job"], "said" in told) == ("job_failed", "wrong", False)
    with pytest.raises(BaseORMException):
        await fail()


async def test_a_request_that_fails_is_told_without_what_was_sent(lines: list[str], aiohttp_client: MakeClient) -> None:
    async def fail(request: web.Request) -> web.Response:
        raise ValueError((await request.post())["text"])

    app = web.Application()
    app.router.add_post("/x", fail)
    client = await aiohttp_client(app)
    response = await client.post("/x", data={"text": WORDS}, params={"q": WORDS})
    assert (response.status, WORDS in await response.text()) == (500, False)
    told = json.loads(lines[-1])
    assert (told["library"], told["error"]) == ("aiohttp.server", "ValueError")


async def test_a_task_nobody_waited_for_is_told_without_what_it_held(lines: list[str]) -> None:
    loop = asyncio.get_running_loop()
    loop.call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(WORDS), "task": f"<Task {WORDS}>"}
    )
    assert json.loads(lines[-1])["template"] == "Task exception was never retrieved"


def test_a_library_that_fills_its_sentence_in_itself_is_told_without_what_somebody_wrote(lines: list[str]) -> None:
    logging.getLogger("somebody").error(f"cannot parse {WORDS} of {PHONE}")  # noqa: G004 - as libraries do.
    assert json.loads(lines[-1])["template"].startswith("cannot parse [hidden] of ")


async def test_a_message_and_its_deletion_leave_no_word(
    db: TortoiseContext, clock: StillClock, lines: list[str]
) -> None:
    await settle([piece_of_pack("marriage-family", most=6)])
    for number, text in enumerate((f"{WORDS} {PHONE}", "删除我的对话记录", "1")):
        message = Incoming("web", WORDS, places.home_place_id(), text, key=f"{WORDS} {number}")
        received = await incoming.receive(message)
        assert await worker.work_lane(message.lane, message_id=received.id)
    assert json.loads(lines[-1])["outcome"] == "erased"


async def test_jobs_that_clear_say_how_many_and_where_the_audit_log_ends(
    db: TortoiseContext, clock: StillClock, lines: list[str]
) -> None:
    use_secrets("a secret for tests only, never in service")
    await inbox.receive(channel="web", key="1", lane="web:a", payload=WORDS)
    for message in await inbox.claim():
        await inbox.finish(message)
    clock.forward(days=8)
    for job in JOBS:
        assert await jobs.run_once(job), job.name
    told = {one["event"]: one for one in map(json.loads, lines)}
    assert {"kind": "inbox_payload", "rows": 1, "days": 7, "is_all": True}.items() <= told["cleared"].items()
    assert told["audit_whole"]["lines"] == 0
    assert (await jobs.run_once(next(job for job in JOBS if job.name == "audit.check"))) is True
    assert json.loads(lines[-1])["head"] == (await head()).hash
