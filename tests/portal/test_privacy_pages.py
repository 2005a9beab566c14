"""One's own data on pages: shown to nobody else, taken along as a file, gone with one word typed."""

from __future__ import annotations

import json

import pytest

from models.person import Person
from people import entering, login, login_codes, places
from people.entering import Browser
from people.viewers import Viewer
from portal.security import form_token
from tests.conftest import StillClock
from tests.people.neighbours import Neighbour, neighbour
from tests.portal.colleagues import Colleague, hire
from tests.portal.conftest import Client


@pytest.fixture
async def wang(client: Client) -> Neighbour:
    """王秀英, who lives here and is known in a chat."""
    return await neighbour(places.home_place_id())


@pytest.fixture
async def at_home(client: Client, wang: Neighbour) -> Colleague:
    """The same, signed in."""
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("手机", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)


def _id(viewer: Viewer) -> int:
    assert viewer.person_id is not None
    return viewer.person_id


async def test_what_is_kept_stands_on_one_page(at_home: Colleague) -> None:
    page = await at_home.see("/me/privacy")
    assert (page.status, "王秀英" in page.html, "没有人看过" in page.html) == (200, True, True)


@pytest.mark.parametrize("path", ["/me/privacy", "/me/privacy/leave"])
async def test_a_guest_sees_nothing_of_it(client: Client, wang: Neighbour, path: str) -> None:
    assert "王秀英" not in await (await client.get(path)).text()


async def test_a_copy_is_a_file_that_no_browser_keeps(client: Client, at_home: Colleague) -> None:
    data = {"form_token": form_token(at_home.token)}
    answer = await client.post("/me/privacy/copy", data=data, cookies=at_home.cookies)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(await answer.read())["姓名"] == "王秀英"


async def test_an_account_goes_only_with_the_word_typed_in_a_session_that_is_settled(
    clock: StillClock, at_home: Colleague
) -> None:
    refused = await at_home.send("/me/privacy/leave", word="注销")
    assert (refused.status, "满一天" in refused.html) == (409, True)
    clock.forward(days=1)
    refused = await at_home.send("/me/privacy/leave", word="好的")
    assert (refused.status, "没有注销" in refused.html) == (422, True)
    left = await at_home.send("/me/privacy/leave", word=" 注销 ")
    assert (left.path, "已经注销" in left.html) == ("/login", True)
    assert (await Person.get(id=_id(at_home.viewer))).name == "已注销"
    assert await login.find_session(at_home.token) is None


async def test_a_form_of_another_site_deletes_nothing(at_home: Colleague) -> None:
    await at_home.send("/me/privacy/leave", token="stale", word="注销")
    assert (await Person.get(id=_id(at_home.viewer))).is_active


async def test_whoever_leads_deletes_it_for_somebody_who_signed(client: Client, wang: Neighbour) -> None:
    team = await hire(client)
    path = f"/people/{wang.person_id}/leave"
    assert [(await one.see(path)).status for one in (team.chen, team.outsider, team.gao)] == [403, 404, 200]
    refused = await team.gao.send(path, paper="")
    assert (refused.status, "签字" in refused.html) == (422, True)
    assert (await team.gao.send(path, paper="2026-7")).status == 200
    assert (await Person.get(id=wang.person_id)).name == "已注销"
