"""Paper: every entry of the shipped packs on one A4 sheet, whatever size of text the screen has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.browser.conftest import IN_THE_BROWSER, OpenSite, Site, open_page
from tests.shipped import shipped_packs

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER

_ONE_BEHIND_THE_OTHER = """async (paths) => {
  const sheets = await Promise.all(paths.map(async (path) =>
    new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html").querySelector(".sheet")));
  sheets.forEach((sheet, place) => { sheet.style.breakBefore = place ? "page" : "auto"; });
  document.body.replaceChildren(...sheets);
}"""
LARGEST = {"mulin_large": "1", "mulin_size": "30"}
LONG = ("committee-proof-list", "resident-insurance-enrol", "public-rental-housing", "id-card-first")
_A4_SHEET = re.compile(rb"/Type\s*/Page\b[^s]")
_SIZES = """Math.min(...[...document.querySelectorAll('.sheet *')].map(
  (one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest_asyncio.fixture(loop_scope="session")
async def whole_site(open_site: OpenSite) -> Site:
    """青禾里 with every shipped pack."""
    return await open_site(shipped_packs())


async def sheets(page: Page, path: str) -> int:
    """How many sheets a page takes on paper."""
    await page.goto(path, wait_until="domcontentloaded")
    return await sheets_of(page)


async def sheets_of(page: Page) -> int:
    """How many sheets what a page shows now takes on paper."""
    return len(_A4_SHEET.findall(await page.pdf(prefer_css_page_size=True)))


async def test_every_shipped_entry_prints_on_one_sheet(whole_site: Site) -> None:
    """Every print page of a pack, one behind the other: no page takes less than a sheet, so none may take more."""
    page = await open_page(await whole_site.visitor(), f"/guide/{LONG[0]}/print")
    taken: dict[str, tuple[int, int]] = {}
    for pack in shipped_packs():
        await page.evaluate(_ONE_BEHIND_THE_OTHER, [f"/guide/{entry.id}/print" for entry in pack.entries])
        taken[pack.slug] = (len(pack.entries), await sheets_of(page))
    assert sum(entries for entries, _ in taken.values()) >= 150
    assert {slug: counts for slug, counts in taken.items() if counts[0] != counts[1]} == {}


async def test_the_longest_entries_print_on_one_sheet_by_themselves(whole_site: Site) -> None:
    page = await open_page(await whole_site.visitor(), "/help")
    for key in LONG:
        assert await sheets(page, f"/guide/{key}/print") == 1, key


async def test_large_text_on_the_screen_does_not_make_paper_longer(whole_site: Site) -> None:
    page = await open_page(await whole_site.visitor(cookies=LARGEST), "/help")
    for key in LONG:
        assert await sheets(page, f"/guide/{key}/print") == 1, key


async def test_a_category_prints_its_list_and_then_one_sheet_for_each_entry(whole_site: Site) -> None:
    """So nothing runs over, and no line of the list is cut between two sheets."""
    page = await open_page(await whole_site.visitor(cookies=LARGEST), "/help")
    for pack in shipped_packs():
        assert await sheets(page, f"/category/{pack.slug}/print") == 1 + len(pack.entries), pack.slug


async def test_nothing_on_paper_is_smaller_than_eleven_points(whole_site: Site) -> None:
    page = await open_page(await whole_site.visitor(), f"/guide/{LONG[0]}/print")
    await page.emulate_media(media="print")
    assert await page.evaluate(_SIZES) >= 11 * 96 / 72 - 0.01
