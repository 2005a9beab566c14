"""Without a network: what was opened of the guide is read, what was written waits, is posted once and said."""

from __future__ import annotations

import pytest

from models.post import Post
from people import entering, login_codes, places
from people.entering import Browser as Entrance
from portal.session import STAFF_COOKIE
from tests.browser.conftest import IN_THE_BROWSER, Site, open_page
from tests.people.neighbours import neighbour

pytestmark = IN_THE_BROWSER
KEPT = "async (path) => Boolean(await (await caches.open('pages-1')).match(path))"


@pytest.mark.databases("sqlite")
async def test_the_guide_is_read_offline_and_a_post_waits_and_is_sent_once(site: Site) -> None:
    lives = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await lives.viewer())
    entered = await entering.enter_by_link(way.link, browser=Entrance("", "192.0.2.1"))
    context = await site.visitor(cookies={STAFF_COOKIE: entered.token}, with_worker=True)
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
