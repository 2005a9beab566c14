"""What calls from every page of the staff: alarms, notices and how many questions wait, now and as it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientResponse

from casework import questions
from people import sessions, staff
from people.viewers import SYSTEM
from tests.portal.colleagues import Colleague, Team, ask, hire
from tests.portal.conftest import Client

EVERYWHERE = ("/desk", "/desk/guide", "/desk/me", "/desk/notices", "/pack", "/misses", "/upkeep", "/figures")
BADGE = '1<span class="unseen">个等人接手'


@pytest.fixture
async def team(client: Client) -> Team:
    return await hire(client)


async def next_event(stream: ClientResponse) -> str:
    """The next event that carries something."""
    async with asyncio.timeout(5):
        while True:
            event = (await stream.content.readuntil(b"\n\n")).decode()
            if "data:" in event:
                return event


@pytest.mark.databases("sqlite")
async def test_every_page_says_how_many_wait_and_follows_it(team: Team) -> None:
    await ask()
    for path in EVERYWHERE:
        html = (await team.chen.see(path)).html
        assert BADGE in html, path
        assert 'data-waiting="1"' in html, path
        assert 'data-stream="/desk/tidings"' in html, path


async def test_what_is_claimed_and_what_waits_elsewhere_is_not_counted(team: Team) -> None:
    question = await ask()
    assert BADGE not in (await team.outsider.see("/desk/me")).html
    await questions.claim(question.id, by=team.chen.viewer)
    assert BADGE not in (await team.lin.see("/desk/me")).html


async def test_a_new_question_calls_at_once_from_a_page_that_shows_something_else(team: Team, client: Client) -> None:
    async with client.get("/desk/tidings", cookies=team.lin.cookies) as stream:
        assert 'data-waiting=\\"0\\"' in await next_event(stream)
        await ask()
        assert 'data-waiting=\\"1\\"' in await next_event(stream)


async def test_the_page_of_a_question_hears_of_the_next_one(team: Team, client: Client) -> None:
    question = await ask()
    async with client.get(f"/desk/{question.id}/live", cookies=team.lin.cookies) as stream:
        assert 'data-waiting=\\"1\\"' in await next_event(stream)
        await ask("又一个问题")
        assert 'data-waiting=\\"2\\"' in await next_event(stream)


async def test_without_a_stream_the_state_is_asked_for_and_empty_when_nothing_changed(team: Team) -> None:
    first = (await team.chen.see("/desk/tidings/state")).html
    last = first.partition('"last": ')[2].partition(",")[0]
    assert '"html": ""' in (await team.chen.see(f"/desk/tidings/state?after={last}")).html


async def test_an_observer_hears_of_notices_and_of_no_question(team: Team) -> None:
    await ask()
    html = (await team.observer.see("/desk/tidings/state")).html
    assert 'data-waiting=\\"0\\"' in html
    assert "车棚" not in html


async def _sign_out(who: Colleague) -> None:
    (session,) = await sessions.sessions(viewer=who.viewer)
    await sessions.revoke(session.id, by=who.viewer)


async def _take_role(who: Colleague) -> None:
    assert who.viewer.person_id is not None
    for held in who.viewer.roles:
        await staff.revoke(who.viewer.person_id, by=SYSTEM, role=held.role, place_id=held.place_id)


@pytest.mark.parametrize("end", [_sign_out, _take_role], ids=["signed out", "role taken"])
@pytest.mark.parametrize("path", ["/desk/tidings", "/desk/live"])
async def test_a_stream_tells_nothing_more_once_they_are_out(
    team: Team, client: Client, path: str, end: Callable[[Colleague], Awaitable[None]]
) -> None:
    async with client.get(path, cookies=team.lin.cookies) as stream:
        await next_event(stream)
        await end(team.lin)
        await ask()
        async with asyncio.timeout(5):
            assert b"data:" not in await stream.content.read()


async def test_guests_are_told_nothing(client: Client) -> None:
    for path in ("/desk/tidings", "/desk/tidings/state"):
        response = await client.get(path, allow_redirects=False)
        assert response.status == 303
