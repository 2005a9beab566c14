"""Joining by a real browser on a phone: the form behind the code, waiting, let in, signed in by saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from people import places
from people.joining import links
from people.viewers import SYSTEM
from portal.session import STAFF_COOKIE
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, Site, open_page
from tests.people.joining import fresh_limits
from tests.people.town import home, load
from tests.portal.desk_work import signed_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER


async def _link() -> str:
    await load(home(), home(3, label="502"), place_id=places.home_place_id())
    fresh_limits()
    [estate] = await links.estates(viewer=SYSTEM, place_id=places.home_place_id())
    return f"/join/{(await links.make_link(estate.id, by=SYSTEM)).token}"


async def _fill(page: Page, label: str) -> None:
    await page.select_option("#building", label="3号楼")
    await page.fill("#label", label)
    await page.fill("#name", "王示范")
    await page.check("input[name=relation][value=owner]")
    await page.fill("#shown_name", "王阿姨")
    await page.locator("button", has_text="交给居委会核实").click()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
async def test_a_resident_joins_by_the_code_and_is_signed_in_once_let_in(site: Site, with_scripts: bool) -> None:
    path = await _link()
    phone = await site.visitor(with_scripts=with_scripts)
    page = await open_page(phone, path)
    await _fill(page, "5051")
    assert "没有“5051”" in await page.locator("main").inner_text()
    assert await page.input_value("#name") == "王示范"
    await _fill(page, "501室")
    assert "等居委会核实" in await page.locator("main").inner_text()

    _, cookies = await signed_in()
    desk = await open_page(await site.visitor(DESKTOP, cookies=cookies, with_scripts=with_scripts), "/joins")
    assert "王示范" in await desk.locator("main").inner_text()
    await desk.locator("button", has_text="通过").first.click()
    assert "已经通过" in await desk.locator("main").inner_text()

    await page.goto("/chat")
    assert "是您本人吗" in await page.locator("main").inner_text()
    assert not any(one.get("name") == STAFF_COOKIE for one in await phone.cookies()), "nobody is signed in by looking"
    await page.locator("button", has_text="是我，登录").click()
    assert any(one.get("name") == STAFF_COOKIE for one in await phone.cookies())
    await page.goto("/chat")
    assert "申请通过了" in await page.locator("main").inner_text()
    await page.goto("/me/household")
    shown = await page.locator("main").inner_text()
    assert "王阿姨" in shown
    assert "王示范" not in shown
