"""Every page of the router, in both views: found, well formed, safe, and as cheap for much as for little."""

from __future__ import annotations

import re

import pytest

from casework import guide
from casework.packs import import_packs
from courier.letters import Letter
from people.viewers import SYSTEM
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES, chat, piece_of_pack, portal_app, staff_cookies
from tests.portal.statements import statements
from tests.portal.visits import VISITS, Visit, pages_of

VIEWS = {"normal": {}, "elder": {"mulin_large": "1", "mulin_size": "30"}}
UNSAFE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://[^\"]*\.(?:js|css)")


async def look(client: Client, visit: Visit, cookies: dict[str, str]) -> str:
    """The page's HTML; it must be there."""
    response = await client.get(visit.path, cookies=cookies, allow_redirects=False)
    assert response.status == 200, visit
    return await response.text()


def cookies_for(visit: Visit, view: str, staff: dict[str, str]) -> dict[str, str]:
    return {**COOKIES, **VIEWS[view], **(staff if visit.as_staff else {})}


def test_every_page_of_the_router_is_visited() -> None:
    assert pages_of(portal_app()) == set(VISITS)


@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_is_found_and_well_formed(client: Client, view: str) -> None:
    await (await chat()).bot(Letter("您好", ("一", "二")))
    staff = await staff_cookies()
    for visit in VISITS.values():
        html = await look(client, visit, cookies_for(visit, view, staff))
        assert html.count("<h1") == 1, visit
        assert html.count("<main") == 1, visit
        assert ('class="large size-30"' in html) == (view == "elder"), visit
        assert not UNSAFE.search(html), visit


@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_for_residents_leads_to_a_person_and_names_the_telephone(client: Client, view: str) -> None:
    for visit in VISITS.values():
        if visit.as_staff:
            continue
        html = await look(client, visit, cookies_for(visit, view, {}))
        assert 'name="text" value="人工"' in html, visit
        assert 'href="tel:02100001234"' in html, visit


async def test_a_page_asks_the_database_as_often_with_much_to_show_as_with_little(client: Client) -> None:
    staff, talk = await staff_cookies(), await chat()
    await talk.bot(Letter("您好"))
    little = await count_all(client, staff)
    await enlarge()
    for number in range(30):
        await talk.resident(f"第{number}个问题")
        await talk.bot(Letter(f"第{number}个回答", ("有用", "没解决")))
    assert await count_all(client, staff) == little


async def enlarge() -> None:
    """A second category beside the first."""
    await import_packs([piece_of_pack("elderly-care", most=8)], by=SYSTEM, publish=True)
    await guide.refresh_if_changed()


async def count_all(client: Client, staff: dict[str, str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for visit in VISITS.values():
        with statements() as listened:
            await look(client, visit, cookies_for(visit, "normal", staff))
        counted[visit.path] = len(listened.seen)
    return counted


async def test_pages_of_the_guide_ask_the_database_nothing(client: Client) -> None:
    counted = await count_all(client, await staff_cookies())
    free = [visit.path for name, visit in VISITS.items() if not visit.as_staff and name != "/chat"]
    assert {path: counted[path] for path in free} == dict.fromkeys(free, 0)
    assert counted["/chat"] == 1


async def test_a_neighbouring_place_has_nothing_on_the_pages(client: Client) -> None:
    assert "柳岸" not in await look(client, VISITS["/"], {})
