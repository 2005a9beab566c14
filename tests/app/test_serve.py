"""The service as a process: started, asked whether it is well, and asked to end."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from pathlib import Path

import pytest

from models import clock
from models.database import connected
from models.migrate import migrate
from models.place import Level
from models.transaction import fetch_one
from people import staff
from people.login import new_session
from people.viewers import SYSTEM
from tests.app.process import begin, command, serving


async def _installed(url: str) -> None:
    """An installation with a neighbourhood and nothing else."""
    async with connected(url):
        await staff.add_place(by=SYSTEM, slug="demo", name="一个居委会", level=Level.NEIGHBOURHOOD)


async def test_it_prints_its_address_answers_and_ends_when_asked(database_url: str, tmp_path: Path) -> None:
    await _installed(database_url)
    async with serving("serve", folder=tmp_path, MULIN_DATABASE_URL=database_url) as service:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", service.url)
        for path in ("/healthz", "/readyz", "/metrics", "/", "/chat"):
            async with service.client.get(service.url + path) as answer:
                assert answer.status == 200, path
        ended = await service.end()
    assert (ended.code, ended.out) == (0, "")


@pytest.mark.databases("sqlite")
async def test_talk_is_counted_not_logged_and_an_open_stream_does_not_hold_up_the_end(
    database_url: str, tmp_path: Path
) -> None:
    await _installed(database_url)
    async with serving("serve", folder=tmp_path, MULIN_DATABASE_URL=database_url) as service:
        form = {"text": "一句很特别的话", "key": str(uuid.uuid4())}
        await service.client.post(service.url + "/chat", data=form)
        async with service.client.get(service.url + "/metrics") as answer:
            assert 'mulin_messages_in_total{channel="web"} 1.0' in await answer.text()
        async with service.client.get(service.url + "/chat/stream") as stream, asyncio.timeout(15):
            assert stream.status == 200
            ended = await service.end()
    assert ended.code == 0
    assert '"event": "message_answered"' in ended.err
    assert "特别" not in ended.err


@pytest.mark.databases("sqlite")
async def test_it_refuses_a_database_without_the_present_schema(empty_database_url: str, tmp_path: Path) -> None:
    ended = await command("serve", folder=tmp_path, MULIN_DATABASE_URL=empty_database_url)
    assert (ended.code, ended.out) == (1, "")
    assert "python -m app migrate" in ended.err.splitlines()[-1]


async def test_a_database_out_of_reach_is_one_line(tmp_path: Path) -> None:
    ended = await command("serve", folder=tmp_path, MULIN_DATABASE_URL="postgres://nobody@127.0.0.1:1/x")
    assert ended.code == 1
    assert "the database cannot be reached" in ended.err.splitlines()[-1]


@pytest.mark.databases("sqlite")
async def test_work_runs_the_jobs_without_a_web_door(database_url: str, tmp_path: Path) -> None:
    await _installed(database_url)
    async with connected(database_url):
        await _old_session()
    process = await begin(("work",), tmp_path, {"MULIN_DATABASE_URL": database_url})
    async with connected(database_url):
        await _until_no_session()
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


async def _old_session() -> None:
    with clock.running_on(lambda: dt.datetime(2020, 1, 1, tzinfo=dt.UTC)):
        await new_session(person_id=None, data={})


async def _until_no_session() -> None:
    async with asyncio.timeout(60):
        while await fetch_one("SELECT id FROM web_session"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.databases("sqlite")
async def test_migrate_makes_a_database_that_can_be_served(empty_database_url: str, tmp_path: Path) -> None:
    before = await command("migrate", "--check", folder=tmp_path, MULIN_DATABASE_URL=empty_database_url)
    done = await command("migrate", folder=tmp_path, MULIN_DATABASE_URL=empty_database_url)
    after = await command("migrate", "--check", folder=tmp_path, MULIN_DATABASE_URL=empty_database_url)
    assert (before.code, done.code, after.code) == (1, 0, 0)
    assert await migrate(empty_database_url) == ()
