"""Search on pages and as JSON: found, marked, escaped, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from people import entering, login_codes, places, shelf
from people.entering import Browser
from tests.people.neighbours import neighbour
from tests.portal.colleagues import Colleague, Team, hire
from tests.portal.conftest import Client
from tests.portal.statements import statements


@pytest.fixture
async def team(client: Client, tmp_path: Path) -> Team:
    shelf.use_folder(tmp_path / "files")
    return await hire(client)


@pytest.fixture
async def wang(client: Client) -> Colleague:
    """王阿姨, signed in."""
    lives = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await lives.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)


async def test_a_neighbour_finds_posts_marked_and_escaped_and_a_guest_the_guide_alone(
    team: Team, wang: Colleague
) -> None:
    await wang.send("/boards/issues", title="车棚", text='<i>电瓶车</i>充电"插座"坏了', key="k1")
    html = (await team.lin.see("/search?q=電動車")).html
    assert "&lt;i&gt;<mark>电瓶车</mark>&lt;/i&gt;" in html
    assert "<i>" not in html
    guest = await (await wang.client.get("/search?q=电瓶车")).text()
    assert "插座" not in guest
    assert "邻里的帖子" not in guest
    for odd in ('"', "NEAR(", "-*", "%00", "🎉", "灯" * 800):
        assert (await wang.client.get("/search", params={"q": odd}, cookies=wang.cookies)).status in (200, 400), odd
    assert (await wang.client.get("/search?q=灯&after=x", cookies=wang.cookies)).status == 422
    assert (await wang.client.get("/search?q=灯&board=nowhere", cookies=wang.cookies)).status == 404
    outside = await wang.client.get("/api/v1/search?q=插座", cookies=team.outsider.cookies)
    assert "插座" not in await outside.text()
    assert (await wang.client.get("/api/v1/search?q=电瓶车")).status in (401, 403)


async def test_json_gives_pieces_and_pages_and_costs_the_same_however_much_there_is(
    team: Team, wang: Colleague
) -> None:
    async def ask(query: str) -> tuple[dict[str, object], int]:
        with statements() as counted:
            response = await wang.client.get(f"/api/v1/search?{query}", cookies=team.chen.cookies)
        assert response.status == 200, await response.text()
        return await response.json(), len(counted.seen)

    await wang.send("/boards/issues", text="路灯坏了", key="k0")
    _, once = await ask("q=路灯")
    for number in range(1, 12):
        await team.chen.send("/boards/issues", text=f"第{number}盏路灯也坏了", key=f"k{number}")
    first, twelve = await ask("q=路灯")
    assert twelve == once
    assert len(first["posts"]) == 10  # type: ignore[arg-type]
    rest, _ = await ask(f"q=路灯&after={first['following']}")
    assert len(rest["posts"]) == 2  # type: ignore[arg-type]
    assert rest["following"] == ""
    pieces = rest["posts"][0]["title"]  # type: ignore[index]
    assert {"text": "路灯", "is_hit": True} in pieces
    mine, _ = await ask(f"q=路灯&order=recent&who={wang.viewer.name}")
    assert len(mine["posts"]) == 1  # type: ignore[arg-type]
