"""Somebody who lives here signs in, in a real browser: by the link from the chat, and by the desk's printed code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from people import login_codes, places
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, Site, open_page
from tests.people.neighbours import a_home, neighbour
from tests.portal.desk_work import signed_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER


async def name_in_the_bar(page: Page) -> str:
    return await page.locator(".staff-bar").inner_text()


async def test_by_the_link_from_the_chat_and_out_again(site: Site) -> None:
    wang = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await wang.viewer())
    page = await open_page(await site.visitor(), f"/login/link/{way.link}")
    await page.get_by_role("button", name="是我，登录").click()
    await page.wait_for_url("**/me")
    assert "王秀英" in await name_in_the_bar(page)
    await page.locator(".staff-bar button").click()
    await page.wait_for_url("**/login?done=sign_out")
    await page.goto("/me")
    assert "/login" in page.url


async def test_by_the_printed_code_without_scripts(site: Site) -> None:
    _, cookies = await signed_in()
    await neighbour(places.home_place_id(), "李国强", address="li")
    desk = await open_page(
        await site.visitor(DESKTOP, cookies=cookies), f"/homes/{await a_home(places.home_place_id())}"
    )
    await desk.locator("summary", has_text="打印登录码").click()
    await desk.get_by_role("button", name="打印登录码：李国强").click()
    digits = re.sub(r"\D", "", await desk.locator(".slip-code").inner_text())
    page = await open_page(await site.visitor(with_scripts=False), "/login")
    await page.fill("#code", digits)
    await page.get_by_role("button", name="登录", exact=True).first.click()
    assert "李国强" in await name_in_the_bar(page)
