"""The figures of cases in a real browser: one share of eight is chosen, drawn, and stands in the table beneath."""

from __future__ import annotations

import pytest

from casework.cases import accepting, catalogue, reporting
from casework.cases.reporting import Facts
from models.case import CaseSource
from people import places
from people.viewers import viewer_of
from tests.browser.conftest import IN_THE_BROWSER, WIDTHS, Site
from tests.portal.desk_work import signed_in
from tests.walk.town_cases import take_in_catalogue

pytestmark = IN_THE_BROWSER
KINDS = 14


async def reported(person_id: int) -> None:
    """One case of each of some kinds; every other one was accepted in time."""
    await take_in_catalogue()
    by = await viewer_of(person_id)
    assert by is not None
    for at, key in enumerate([*await catalogue.kinds_of(None)][:KINDS]):
        facts = Facts(key, f"{at}号楼有一件事要办")
        case = await reporting.report(facts, by=by, source=CaseSource.PATROL, place_id=places.home_place_id())
        if at % 2:
            await accepting.accept(case.id, by=by)


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("size", WIDTHS, ids=["phone", "desktop"])
async def test_one_share_is_chosen_and_stands_in_the_table_beneath_its_chart(
    site: Site, size: tuple[int, int], with_scripts: bool
) -> None:
    person_id, cookies = await signed_in()
    await reported(person_id)
    page = await (await site.visitor(size, cookies=cookies, with_scripts=with_scripts)).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    await page.goto("/figures/cases?by=kind&days=90")
    await page.select_option("#share", "redone")
    await page.locator("button", has_text="看这个指标").click()
    await page.wait_for_url("**/figures/cases?by=kind&days=90&share=redone#one-share")
    table = page.locator("#share-table")
    assert await table.locator("thead th").all_inner_texts() == ["按类别", "重办率", "件数"]
    assert await table.locator("tbody tr").count() == KINDS
    chart = page.locator("[data-chart=share-table]")
    assert await chart.get_attribute("aria-label") == "重办率，按类别，数字在下面的表里"
    assert (await chart.is_visible(), await chart.locator("canvas").count()) == (with_scripts, int(with_scripts))
    box = await table.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= size[0], "the table needs no moving"
    if with_scripts:
        above = await chart.bounding_box()
        assert above is not None
        assert above["y"] + above["height"] <= box["y"]
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert said == [], "the content policy allows all of it"
