"""A session that is ended takes its open streams with it: here at once, in another process within two seconds."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientResponse

from app import jobs
from courier import signals
from models.transaction import execute
from people import ending, entering, login, login_codes, places
from people.entering import Browser
from portal.session import STAFF_COOKIE
from tests.people.neighbours import neighbour
from tests.portal.colleagues import hire
from tests.portal.conftest import Client


async def ends(stream: ClientResponse) -> bool:
    """Whether everything has been sent before five seconds are over."""
    async with asyncio.timeout(5):
        await stream.read()
    return True


async def test_a_stream_of_the_staff_ends_with_the_session(client: Client) -> None:
    team = await hire(client)
    async with client.get("/desk/tidings", cookies=team.chen.cookies) as stream:
        await stream.content.readany()
        await login.revoke_all(team.chen.viewer.person_id or 0)
        assert await ends(stream)


async def test_a_chat_of_who_lives_here_ends_with_the_session(client: Client) -> None:
    wang = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    cookies = {STAFF_COOKIE: entered.token}
    await client.post("/chat", data={"text": "您好", "key": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}, cookies=cookies)
    async with client.get("/chat/stream", cookies=cookies) as stream:
        await stream.content.readany()
        await login.revoke_all(wang.person_id)
        assert await ends(stream)


@pytest.mark.databases("sqlite")
async def test_what_another_process_ended_is_noticed_by_looking(client: Client) -> None:
    team = await hire(client)
    person_id, stop = team.chen.viewer.person_id or 0, asyncio.Event()
    async with signals.listening(signals.session_topic(person_id)) as listener:
        await execute("UPDATE web_session SET revoked_at=$1 WHERE person_id=$2", ending.clock.now(), person_id)
        watching = asyncio.get_running_loop().create_task(jobs.watch_sessions(stop))
        assert await listener.wait(seconds=5)
        stop.set()
        await watching
