"""Mediation by real browsers: two neighbours on their phones and a mediator at a desk, from asking to the agreement."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from models import clock
from models.mediation import Mediation
from models.person import RoleName
from people import places
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, Site, open_page
from tests.browser.neighbours import at_a_desk, says, somebody
from tests.people.joining import fresh_limits
from tests.people.town import home, load
from tests.portal.desk_work import signed_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER
SECRET = "其实我愿意少要五百"


async def asked(site: Site) -> Page:
    """王 asks for it, with words for the mediator alone."""
    wang = await somebody(site, "王阿姨", label="501")
    await wang.goto("/my/mediations/new")
    for name, text in (("where", "3号楼402"), ("other", "李叔"), ("matter", "夜里太响"), ("private", SECRET)):
        await wang.fill(f"#{name}", text)
    await wang.locator("button", has_text="申请").last.click()
    assert await says(wang, "要双方自己愿意")
    return wang


async def pointed_out(site: Site, number: str, cookies: dict[str, str]) -> Page:
    """The desk finds who is meant; gives its page."""
    desk = await open_page(await site.visitor(DESKTOP, cookies=cookies), "/mediations")
    await desk.locator("a", has_text=number).click()
    await desk.locator("summary", has_text="找到对方").click()
    await desk.fill("#find-name", "李叔")
    await desk.locator("button", has_text="找").last.click()
    await desk.locator("button", has_text="就是李叔").click()
    return desk


async def drafted(sun: Page, number: str) -> None:
    """The mediator reads what was told in private, and writes the agreement."""
    await sun.goto("/work")
    await sun.locator("a", has_text="请我调解的").click()
    await sun.locator("a", has_text=number).click()
    assert await says(sun, SECRET)
    await sun.locator("summary", has_text="写协议").click()
    await sun.fill("#draft-text", "晚上八点以后不施工")
    await sun.fill("#follow-up", (clock.today() + dt.timedelta(days=30)).isoformat())
    await sun.locator("button", has_text="给双方看").click()


async def test_two_neighbours_and_a_mediator_come_to_an_agreement(site: Site) -> None:
    await load(home(), home(3, label="402"), place_id=places.home_place_id())
    fresh_limits()
    _, cookies = await signed_in()
    wang = await asked(site)
    number = (await Mediation.get()).number
    li = await somebody(site, "李叔", label="402")
    await li.goto("/my/mediations")
    assert await says(li, "还没有调解"), "nobody of this name lived there when it was asked for"
    sun = await at_a_desk(site, "孙老师", role=RoleName.MEDIATOR)
    desk = await pointed_out(site, number, cookies)
    await li.reload()
    await li.locator("a", has_text="王阿姨").click()
    assert not await says(li, SECRET)
    await li.locator("button", has_text="同意调解").click()
    await desk.reload()
    await desk.locator("summary", has_text="定调解员").click()
    await desk.locator("button", has_text="就请他").click()
    await drafted(sun, number)
    for side in (wang, li):
        await side.goto("/my/mediations")
        await side.locator("a", has_text=number).click()
        await side.locator("button", has_text="我看清楚了，确认").click()
    assert await says(li, "协议达成，等回访")
