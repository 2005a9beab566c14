"""Taking along where one is with a report: only by pressing, never needed, and by staff read alone."""

from __future__ import annotations

import pytest

from casework.cases import catalogue, kinds
from models.case import Case
from people.viewers import SYSTEM
from tests.browser.conftest import IN_THE_BROWSER, WIDTHS, Site, open_page
from tests.portal.desk_work import signed_in
from tests.walk.town_cases import COMMUNITY

pytestmark = IN_THE_BROWSER
HERE = {"latitude": 31.230416, "longitude": 121.473713, "accuracy": 12.4}


async def _catalogue() -> None:
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    await signed_in()


@pytest.mark.parametrize("size", WIDTHS, ids=["phone", "desktop"])
async def test_where_one_is_goes_along_once_the_button_was_pressed(site: Site, size: tuple[int, int]) -> None:
    await _catalogue()
    context = await site.visitor(size)
    await context.grant_permissions(["geolocation"])
    await context.set_geolocation(HERE)  # pyright: ignore[reportArgumentType]
    page = await open_page(context, "/report")
    await page.get_by_label("什么事").fill("3号楼2楼楼道灯坏了")
    assert await page.locator("input[name=point]").input_value() == ""
    await page.get_by_role("button", name="带上我现在的位置").click()
    await page.get_by_text("误差约 12 米").wait_for()
    await page.get_by_role("button", name="不带了").click()
    assert await page.locator("input[name=point]").input_value() == ""
    await page.get_by_role("button", name="带上我现在的位置").click()
    await page.get_by_text("误差约 12 米").wait_for()
    await page.get_by_role("button", name="上报").click()
    await page.wait_for_url("**/my/cases/*")
    case = await Case.get()
    assert (case.latitude, case.longitude) == (31.23042, 121.47371)
    assert "31.230" not in await page.content()


async def test_who_does_not_agree_is_told_that_words_are_enough(site: Site) -> None:
    await _catalogue()
    context = await site.visitor()
    await context.clear_permissions()
    page = await open_page(context, "/report")
    await page.get_by_role("button", name="带上我现在的位置").click()
    await page.get_by_text("写清楚在哪里").wait_for()
    await page.get_by_label("什么事").fill("3号楼2楼楼道灯坏了")
    await page.get_by_role("button", name="上报").click()
    await page.wait_for_url("**/my/cases/*")


async def test_without_scripts_the_place_is_written(site: Site) -> None:
    await _catalogue()
    page = await open_page(await site.visitor(with_scripts=False), "/report")
    assert not await page.get_by_role("button", name="带上我现在的位置").is_visible()
    await page.get_by_label("什么事").fill("楼道灯坏了")
    await page.get_by_label("在哪里").fill("3号楼2楼 31.23042, 121.47371")
    await page.get_by_role("button", name="上报").click()
    await page.wait_for_url("**/my/cases/*")
    case = await Case.get()
    assert (case.where_text, case.latitude) == ("3号楼2楼", 31.23042)
