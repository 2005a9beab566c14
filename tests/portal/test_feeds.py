"""Feeds of public boards over the wire: valid Atom without a session, told apart by ETag; set on pages and as JSON."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from people import places
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # What is in a feed is tested on both in tests/forum/test_public_feeds.py.
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def team(client: Client) -> Team:
    fresh_limits()
    return await hire(client)


def path(name: str = "announcements") -> str:
    return f"/feeds/{places.home().slug}/{name}.atom"


async def opened(team: Team) -> None:
    assert (await team.gao.send("/boards/settings/announcements", is_on="", is_public="1")).status == 200


async def test_a_feed_is_valid_atom_without_a_session(client: Client, team: Team) -> None:
    await opened(team)
    text = "<停水> & 通知\x07 @王阿姨"
    await team.chen.send("/boards/announcements", title="停水 ]]> \x0b", text=text, key="k1")
    response = await client.get(path())
    assert (response.status, response.content_type) == (200, "application/atom+xml")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Last-Modified" in response.headers
    root = ET.fromstring(await response.text())
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{name}")) == 1, name
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    [entry] = root.findall(f"{ATOM}entry")
    for name in ("id", "title", "updated", "published", "author", "content"):
        assert len(entry.findall(f"{ATOM}{name}")) == 1, name
    assert entry.findtext(f"{ATOM}content") == "<停水> & 通知 @邻居"
    assert entry.findtext(f"{ATOM}author/{ATOM}name", "").endswith("（社工）")
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")


async def test_who_opens_it_in_a_browser_reads_what_it_is(client: Client, team: Team) -> None:
    await opened(team)
    response = await client.get(path(), headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert (response.content_type, response.headers["Vary"]) == ("application/xml", "Accept")
    text = await response.text()
    found = re.search(r'<\?xml-stylesheet type="text/css" href="([^"]+)"\?>', text)
    assert found is not None
    style = await client.get(found[1])
    assert (style.status, style.content_type) == (200, "text/css")
    assert "订阅用的网址" in (ET.fromstring(text).findtext("{urn:mulin:feed}how") or "")


async def test_who_has_it_is_told_so_until_it_changes(client: Client, team: Team) -> None:
    await opened(team)
    first = await team.chen.send("/boards/announcements", text="周六停水", key="k1")
    await team.chen.send("/boards/announcements", text="周日停电", key="k2")
    response = await client.get(path())
    etag, since = response.headers["ETag"], response.headers["Last-Modified"]
    same = await client.get(path(), headers={"If-None-Match": etag})
    assert (same.status, await same.read(), same.headers["ETag"]) == (304, b"", etag)
    await team.chen.send(f"{first.path}/delete")
    gone = await client.get(path(), headers={"If-None-Match": etag, "If-Modified-Since": since})
    assert gone.status == 200
    assert "周六停水" not in await gone.text()
    without = await client.get(path(), headers={"If-Modified-Since": since})
    assert (without.status, "周六停水" in await without.text()) == (200, False)


async def test_what_is_not_public_is_not_found_by_anybody(client: Client, team: Team) -> None:
    for name in ("announcements", "issues", "guide", "nothing"):
        assert (await client.get(path(name))).status == 404
        assert (await client.get(path(name), cookies=team.gao.cookies)).status == 404
    assert (await client.get("/feeds/nowhere/announcements.atom")).status == 404


async def test_it_is_set_on_the_page_and_offered_on_the_board(client: Client, team: Team) -> None:
    page = (await team.gao.see("/boards/settings")).html
    assert page.count('name="is_public"') == 4
    assert path() not in (await team.chen.see("/boards/announcements")).html
    await opened(team)
    assert "对外公开" in (await team.gao.see("/boards/settings")).html
    assert (await team.chen.see("/boards/announcements")).html.count(path()) == 2
    refused = await team.gao.send("/boards/settings/issues", is_on="", is_public="1")
    assert "不能对外公开" in refused.html
    assert (await team.chen.send("/boards/settings/party", is_public="1")).status == 403


async def test_what_was_typed_of_a_board_stays_where_it_is_refused(team: Team) -> None:
    typed = {"is_on": "on", "hours": "很久", "intro": "有事请说", "named": ""}
    page = await team.gao.send("/boards/settings/issues", **typed)
    assert (page.status, 'value="很久"' in page.html, 'value="有事请说"' in page.html) == (422, True, True)
    assert page.html.count('<details class="card board-setting" open>') == 1
    assert page.html.count('<option value="on" selected>') == 1


async def test_it_is_set_as_json(client: Client, team: Team) -> None:
    caller = Api(client)
    made = await caller.call("setBoard", team.gao, board="party", body={"is_public": True})
    assert made["is_public"]
    assert await caller.call("setBoard", team.gao, board="issues", body={"is_public": True}) == 422
    lines = {one["key"]: one for one in (await caller.call("listBoardSettings", team.gao))["boards"]}
    assert (lines["party"]["is_public"], lines["party"]["may_be_public"]) == (True, True)
    assert (lines["issues"]["is_public"], lines["issues"]["may_be_public"]) == (False, False)
    assert (await client.get(path("party"))).status == 200
    await caller.call("setBoard", team.gao, board="party", body={})
    assert (await client.get(path("party"))).status == 404
