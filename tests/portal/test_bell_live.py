"""The bell on open pages: what somebody is told comes by itself, to them alone, and ends with the session."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientResponse

from models.person import RoleName
from people import bell, login, places
from tests.people.joining import fresh_limits
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client) -> Team:
    fresh_limits()
    return await hire(client)


@pytest.fixture
async def wang(client: Client) -> Colleague:
    return await person(client, "王", role=RoleName.RESIDENT, place_id=places.home_place_id())


async def news(stream: ClientResponse, *, count: int) -> str:
    """What comes with that many new messages."""
    async with asyncio.timeout(5):
        while True:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: ") and (found := json.loads(line[6:]))["count"] == count:
                return found["html"]


async def test_what_is_told_comes_by_itself_and_what_is_read_goes(team: Team, wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    async with wang.client.get("/bell/live?after=0&list=1", cookies=wang.cookies) as stream:
        assert "还没有消息" in await news(stream, count=0)
        await team.chen.send(f"{path}/reply", text="马上来修", key="k2")
        html = await news(stream, count=1)
        assert f'href="{path}"' in html
        assert "1 条新的" in html
        await bell.read(by=wang.viewer)
        assert "new-count" not in await news(stream, count=0)


async def test_the_count_of_somebody_else_stays_as_it_is(team: Team, wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    await team.chen.send(f"{path}/reply", text="马上来修", key="k2")
    mine = json.loads((await wang.see("/bell/state?after=0")).html)
    theirs = json.loads((await team.gao.see("/bell/state?after=0&list=1")).html)
    assert (mine["count"], theirs["count"]) == (1, 0)
    assert "灯坏了" not in theirs["html"]
    assert "灯坏了" not in mine["html"]
    again = json.loads((await wang.see(f"/bell/state?after={mine['last']}")).html)
    assert again == {"last": mine["last"], "html": ""}


async def test_the_stream_ends_with_the_session_and_a_guest_has_none(team: Team, wang: Colleague) -> None:
    async with wang.client.get("/bell/live?after=0", cookies=wang.cookies) as stream:
        await news(stream, count=0)
        await login.revoke_all(wang.viewer.person_id or 0)
        async with asyncio.timeout(5):
            await stream.read()
    away = await wang.client.get("/bell/live", allow_redirects=False)
    assert away.status in (302, 303, 403)


async def test_pages_of_who_lives_here_follow_it_and_count_once(team: Team, wang: Colleague) -> None:
    html = (await wang.see("/boards")).html
    assert 'id="bell-mark"' in html
    assert "bell.js" in html
    assert "bell.js" not in (await team.chen.see("/desk/notices")).html
    assert "data-bell-list" in (await wang.see("/bell")).html
