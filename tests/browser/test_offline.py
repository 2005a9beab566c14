"""Without a network: what was opened of the guide is read, what was written waits, is posted once and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.post import Post
from people import entering, login_codes, places
from people.entering import Browser as Entrance
from portal.session import STAFF_COOKIE
from tests.browser.conftest import IN_THE_BROWSER, Site, open_page
from tests.people.neighbours import Neighbour, neighbour

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

pytestmark = IN_THE_BROWSER
KEPT = "async (path) => Boolean(await (await caches.open('pages-1')).match(path))"
STORED = """async () => {
    const opening = indexedDB.open("outbox", 1);
    await new Promise((resolve) => { opening.onsuccess = resolve; });
    const asked = opening.result.transaction("forms").objectStore("forms").getAll();
    await new Promise((resolve) => { asked.onsuccess = resolve; });
    return asked.result.map((row) => row.state);
}"""


async def _entered(who: Neighbour) -> str:
    """The token of a new session of somebody who lives here."""
    way = await login_codes.make_code(by=await who.viewer())
    return (await entering.enter_by_link(way.link, browser=Entrance("", "192.0.2.1"))).token


async def _as(context: BrowserContext, site: Site, who: Neighbour | None) -> None:
    """The phone as somebody else holds it; a session that merely expired where nobody does."""
    await context.clear_cookies()
    if who is not None:
        await context.add_cookies([{"name": STAFF_COOKIE, "value": await _entered(who), "url": site.url}])


async def _waiting_words(site: Site, who: Neighbour, words: str) -> tuple[BrowserContext, Page]:
    """A phone on which somebody wrote without a network; the page that says so."""
    context = await site.visitor(cookies={STAFF_COOKIE: await _entered(who)}, with_worker=True)
    page = await open_page(context, "/")
    await page.wait_for_function(KEPT, arg="/offline")
    await page.goto("/boards/issues/new")
    await page.get_by_label("内容").fill(words)
    await context.set_offline(True)
    await page.get_by_role("button", name="发出去").click()
    await page.locator("[data-outbox-list] li", has_text=words).wait_for()
    return context, page


async def _sign_out(page: Page) -> None:
    await page.goto("/me")
    await page.locator("form.sign-out button").click()
    await page.wait_for_url("**/login**")


async def _all_looked(page: Page) -> None:
    """Until the worker has answered what this page asked for last."""
    await page.evaluate("""async () => {
        const told = new Promise((resolve) => {
            const hear = ({ data }) => { if (data.outbox) resolve(); };
            navigator.serviceWorker.addEventListener("message", hear);
        });
        navigator.serviceWorker.controller.postMessage({ ask: "look", owners: [] });
        await told;
    }""")


@pytest.mark.databases("sqlite")
async def test_the_guide_is_read_offline_and_a_post_waits_and_is_sent_once(site: Site) -> None:
    lives = await neighbour(places.home_place_id())
    context = await site.visitor(cookies={STAFF_COOKIE: await _entered(lives)}, with_worker=True)
    page = await open_page(context, "/")
    await page.wait_for_function(KEPT, arg="/offline")
    await page.goto("/guide/id-card-first")
    await page.wait_for_function(KEPT, arg="/guide/id-card-first")
    writing = await open_page(context, "/boards/issues/new")
    await context.set_offline(True)

    await page.reload()
    assert "以前打开时存下的" in await page.locator("[data-outbox]").inner_text()
    assert "王秀英" not in await page.content()
    assert await page.locator("h1").count() == 1
    await page.goto("/boards")
    assert await page.locator("h1").inner_text() == "现在没有网络"

    await writing.get_by_label("内容").fill("没有网络时写的：楼道灯坏了")
    await writing.get_by_role("button", name="发出去").click()
    await writing.locator("[data-outbox-list] li", has_text="楼道灯坏了").wait_for()
    assert await Post.all().count() == 0
    await context.set_offline(False)
    await writing.get_by_text("已经替您发出去了").wait_for()
    await writing.get_by_role("link", name="打开看看").click()
    await writing.get_by_role("heading", name="没有网络时写的：楼道灯坏了").wait_for()
    assert await Post.all().count() == 1


@pytest.mark.databases("sqlite")
async def test_words_that_wait_are_shown_and_sent_for_whoever_typed_them_and_nobody_else(site: Site) -> None:
    home = places.home_place_id()
    writer, other = await neighbour(home), await neighbour(home, "李建国", address="li")
    context, page = await _waiting_words(site, writer, "王家写的：楼道灯坏了")

    await _as(context, site, None)
    await context.set_offline(False)
    await page.goto("/offline")
    await page.get_by_text("写的人登录了，才看得到").wait_for()
    assert await page.get_by_text("王家写的").count() == 0

    await _as(context, site, other)
    for path in ("/", "/offline"):
        await page.goto(path)
        await _all_looked(page)
        assert await page.locator("[data-outbox] p, [data-outbox-list] li").count() == 0
    await context.set_offline(True)
    await page.goto("/boards")
    await _all_looked(page)
    assert await page.get_by_text("王家写的").count() == 0, "nor without a network, where the other one was before"
    await context.set_offline(False)
    await _sign_out(page)
    assert (await page.evaluate(STORED), await Post.all().count()) == (["waiting"], 0), (
        "who leaves takes only their own"
    )

    await _as(context, site, writer)
    await page.goto("/")
    await page.get_by_text("已经替您发出去了").wait_for()
    assert [post.author_id for post in await Post.all()] == [writer.person_id]


@pytest.mark.databases("sqlite")
async def test_words_that_were_refused_are_shown_to_nobody_else_and_go_with_whoever_signs_out(site: Site) -> None:
    home = places.home_place_id()
    writer, other = await neighbour(home), await neighbour(home, "李建国", address="li")
    context, page = await _waiting_words(site, writer, "   ")
    await context.set_offline(False)
    await page.get_by_text("没能发出去").wait_for()

    await _as(context, site, other)
    await page.goto("/offline")
    await _all_looked(page)
    assert await page.locator("[data-outbox-list] li, [data-outbox] p").count() == 0

    await _as(context, site, writer)
    await page.goto("/offline")
    await page.locator("[data-outbox-list] li").wait_for()
    await _sign_out(page)
    assert await page.evaluate(STORED) == []
