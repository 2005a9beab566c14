"""Every page of the router, in both views: found, well formed, safe, and as cheap for much as for little."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

import pytest

from casework import guide
from casework.packs import import_packs
from courier.letters import Letter
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.portal.conftest import Client
from tests.portal.desk_work import Desk, fill, fill_more
from tests.portal.neighbourhood import COOKIES, chat, piece_of_pack, portal_app
from tests.portal.statements import statements
from tests.portal.visits import VISITS, Visit, pages_of

ON_SQLITE = pytest.mark.databases("sqlite")
"""For what is only about the HTML: the walk opens every page on both databases."""
VIEWS = {"normal": {}, "elder": {"mulin_large": "1", "mulin_size": "30"}}
UNSAFE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://[^\"]*\.(?:js|css)")


async def look(client: Client, path: str, cookies: Mapping[str, str]) -> str:
    """The page's HTML; it must be there."""
    response = await client.get(path, cookies=dict(cookies), allow_redirects=False)
    assert response.status == 200, path
    return await response.text()


def cookies_for(visit: Visit, desk: Desk, view: str = "normal") -> dict[str, str]:
    return {**COOKIES, **VIEWS[view], **desk.cookies_of(visit.who)}


def test_every_page_of_the_router_is_visited() -> None:
    assert pages_of(portal_app()) == set(VISITS)


@ON_SQLITE
@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_is_found_and_well_formed(client: Client, view: str) -> None:
    desk = await fill()
    for visit in VISITS.values():
        html = await look(client, visit.at(desk.blanks), cookies_for(visit, desk, view))
        assert html.count("<h1") == 1, visit
        assert html.count("<main") == 1, visit
        assert ('class="large size-30"' in html) == (view == "elder"), visit
        assert not UNSAFE.search(html), visit


@ON_SQLITE
@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_for_residents_leads_to_a_person_and_names_the_telephone(client: Client, view: str) -> None:
    desk = await fill()
    for visit in VISITS.values():
        if visit.who in {"staff", "admin"}:
            continue
        html = await look(client, visit.at(desk.blanks), cookies_for(visit, desk, view))
        assert 'name="text" value="人工"' in html, visit
        assert 'href="tel:02100001234"' in html, visit


@ON_SQLITE
async def test_what_is_for_who_is_signed_in_leads_guests_to_the_sign_in_page(client: Client) -> None:
    desk = await fill()
    for visit in VISITS.values():
        if visit.who != "guest":
            response = await client.get(visit.at(desk.blanks), cookies=COOKIES, allow_redirects=False)
            assert (response.status, response.headers["Location"].split("?")[0]) == (303, "/login"), visit


async def count(client: Client, desk: Desk, visits: Iterable[Visit], view: str = "normal") -> dict[str, int]:
    """How many statements each page costs."""
    counted: dict[str, int] = {}
    for visit in visits:
        with statements() as listened:
            await look(client, visit.at(desk.blanks), cookies_for(visit, desk, view))
        counted[visit.path] = len(listened.seen)
    return counted


async def count_some(client: Client, *names: str) -> dict[str, int]:
    """The same of some pages."""
    return await count(client, await fill(), [VISITS[name] for name in names])


async def enlarge(desk: Desk) -> None:
    """A second category, a long conversation, a full desk."""
    await import_packs([piece_of_pack("elderly-care", most=8)], by=SYSTEM, publish=True)
    await guide.refresh_if_changed()
    talk = await chat()
    for number in range(10):
        await talk.resident(f"第{number}个问题")
        await talk.bot(Letter(f"第{number}个回答", ("有用", "没解决")))
    await fill_more(desk)


@pytest.mark.parametrize("view", VIEWS)
async def test_a_page_asks_the_database_as_often_with_much_to_show_as_with_little(client: Client, view: str) -> None:
    desk = await fill()
    residents = [one for one in VISITS.values() if one.who == "resident"]
    await count(client, desk, residents, view)  # What is new to them is read, and costs no more afterwards.
    little = await count(client, desk, VISITS.values(), view)
    await enlarge(desk)
    assert await count(client, desk, VISITS.values(), view) == little


async def test_a_page_of_the_staff_asks_for_six_things_beside_its_own_matter(client: Client) -> None:
    counted = await count_some(client, "/desk/new", "/password")
    assert counted["/desk/new"] == 6, "session, roles, place; then what calls: alarms, notices, how many wait"
    assert counted["/password"] == 4, "a page for those, too, who may do nothing else yet"


async def test_a_page_of_ones_own_asks_for_session_roles_and_new_messages_beside_its_own_matter(client: Client) -> None:
    counted = await count_some(client, "/me/sessions", "/me", "/help")
    assert (counted["/me/sessions"], counted["/me"]) == (4, 9), (
        "what was asked for them, and replies that found no chat"
    )
    assert counted["/help"] == 0, "a guest costs nothing"


@pytest.fixture
def working_morning(clock: StillClock) -> None:
    """Tuesday 24 November 2026, 9:10: the desk is open, and what it usually takes is measured."""
    clock.at(dt.datetime(2026, 11, 24, 1, 10, tzinfo=dt.UTC))


async def test_pages_of_the_guide_ask_the_database_nothing(working_morning: None, client: Client) -> None:
    asking = {"/chat", "/login/link/{link}", "/join", "/join/{token}", "/my/cases"}
    free = [name for name, visit in VISITS.items() if visit.who == "guest" and name not in asking]
    counted = await count_some(client, *free, "/chat")
    assert counted.pop("/chat") == 6, "load, may read, lines, files, who waits before, and what it usually takes"
    assert set(counted.values()) == {0}, counted


async def test_a_neighbouring_place_has_nothing_on_the_pages(client: Client) -> None:
    assert "柳岸" not in await look(client, "/", {})
