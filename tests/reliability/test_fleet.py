"""Several processes are one service: one poller, sends in order, news everywhere within a second, Redis or no Redis."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis as redis_client
from aiohttp import StreamReader

from models.database import connected
from tests import servers
from tests.journeys.doors import browser
from tests.journeys.neighbourhood import PASSWORD, hire_all
from tests.reliability.fleet import Fleet, fleet
from tests.reliability.process import Service
from tests.reliability.town import town
from tests.reliability.traffic import Question

AT_ONCE_SECONDS = 1.0


@pytest.mark.databases("postgres")
async def test_several_processes_are_one_service_whatever_becomes_of_redis(database_url: str, tmp_path: Path) -> None:
    asked = (await town(database_url, folder=tmp_path, ledger_url="http://127.0.0.1:9/")).questions[:4]
    async with connected(database_url):
        await hire_all()
    with servers.redis_folder() as folder, ExitStack() as redis:
        url = redis.enter_context(servers.redis_in(folder))
        async with fleet(database_url, redis_url=url, folder=tmp_path) as here:
            await _answers_come_in_order(here, asked, first=100)
            await _the_desk_of_another_process_sees_it_at_once(here, "转人工")
            assert here.bot_api.conflicts == 0, "two asked for updates at once"
            with redis_client.Redis.from_url(url) as line:
                line.flushall()
            await _answers_come_in_order(here, asked, first=200)
            redis.close()
            await _answers_come_in_order(here, asked, first=300)
            redis.enter_context(servers.redis_in(folder))
            await _answers_come_in_order(here, asked, first=400)
            await _the_desk_of_another_process_sees_it_at_once(here, "人工")
            assert here.bot_api.conflicts <= 2, "more than once for each time that Redis forgot who led"
            await _poller(here).kill()
            await _answers_come_in_order(here, asked, first=500)
            assert not [one for one in here.all if one.is_up.is_set() and "Traceback" in one.log()]


async def _answers_come_in_order(here: Fleet, asked: Sequence[Question], *, first: int) -> None:
    """Three residents each ask everything; each has every answer once, in the order of asking."""
    chats = [first + 1, first + 2, first + 3]
    for number, one in enumerate(asked):
        for chat in chats:
            here.write(chat * 10 + number, one.text, chat=chat)
    for chat in chats:
        texts = await here.answered(chat=chat, count=len(asked))
        assert [one.marker in text for one, text in zip(asked, texts, strict=True)] == [True] * len(asked), texts


async def _the_desk_of_another_process_sees_it_at_once(here: Fleet, text: str) -> None:
    """Staff look at the first process, a resident writes to the second."""
    desk, elsewhere = (one for one in here.serving)
    async with browser(desk.url) as chen, browser(elsewhere.url) as wang:
        await chen.sign_in("chen", PASSWORD)
        async with chen.session.get(f"{desk.url}/desk/live") as stream:
            await _until_quiet(stream.content)
            await wang.say(text)
            said = time.monotonic()
            await asyncio.wait_for(_news(stream.content), AT_ONCE_SECONDS)
            assert time.monotonic() - said < AT_ONCE_SECONDS


async def _until_quiet(lines: StreamReader) -> None:
    """What stood there before has been read."""
    while True:
        try:
            await asyncio.wait_for(lines.readline(), 1.5)
        except TimeoutError:
            return


async def _news(lines: StreamReader) -> None:
    while not (await lines.readline()).startswith(b"data:"):
        pass


def _poller(here: Fleet) -> Service:
    """The process that took the lead in asking Telegram last."""
    return max(here.all, key=_number)


def _number(service: Service) -> int:
    events = [json.loads(line) for line in service.log().splitlines() if '"lead_taken"' in line]
    return max((event["number"] for event in events if event["lead"] == "telegram"), default=0)
