"""Every page of the router in a real browser: axe, contrast, targets and text of the elder view, width, no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from courier.letters import Letter, Link
from tests.browser.conftest import DESKTOP, PHONE, WIDTHS, Site, open_page
from tests.portal.desk_work import Desk, fill
from tests.portal.neighbourhood import COOKIES, chat
from tests.portal.visits import VISITS

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.databases("sqlite")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NORMAL: dict[str, str] = {}
WHO = ("staff", "resident", "starting", "guest")
LARGE, LARGEST = {"mulin_large": "1"}, {"mulin_large": "1", "mulin_size": "30"}
_AXE_SAYS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  (one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary}`)"""
_TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth ? ['wider than the screen'] : []"
_PRESSED = "a, button, summary, input:not([type=hidden]), textarea, select"
_SMALL_TARGETS = f"""(least) => [...document.querySelectorAll("{_PRESSED}")]
  .map((one) => ["radio", "checkbox"].includes(one.type) ? one.closest("label") ?? one : one)
  .filter((one) => {{
    const box = one.getBoundingClientRect();
    const isShown = box.width > 0 && box.height > 0 && getComputedStyle(one).visibility === "visible";
    const isUnseen = one.closest(".skip, .unseen");
    return isShown && !isUnseen && (box.height < least - 0.5 || box.width < least - 0.5);
  }}).map((one) => {{
    const box = one.getBoundingClientRect();
    return `small target: ${{one.outerHTML.slice(0, 100)}} ${{box.width.toFixed(0)}}x${{box.height.toFixed(0)}}`;
  }})"""
_SMALL_TEXT = """() => {
  const small = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !holder.getClientRects().length) continue;
    if (holder.closest(".unseen")) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < 18) small.add(`small text: ${holder.outerHTML.slice(0, 80)} ${size}`);
  }
  return [...small];
}"""
FOR_ALL = (_AXE_SAYS, _TOO_WIDE, f"() => ({_SMALL_TARGETS})(44)")
FOR_ELDERS = (_AXE_SAYS, _TOO_WIDE, f"() => ({_SMALL_TARGETS})(60)", _SMALL_TEXT)
"""What holds for every page, of residents and of staff; and for every page in the elder view."""


async def talked() -> Desk:
    """A conversation with every kind of line in it, and work on the desk."""
    desk, talk = await fill(), await chat()
    await talk.resident("敬老卡怎么办")
    await talk.bot(Letter("哪一个？", ("敬老卡办理", "敬老卡补办")))
    await talk.resident("1")
    await talk.staff(Letter("我来补充：打 12345 也可以问。"))
    await talk.bot(Letter("有用吗？", ("有用", "没解决"), (Link("看全文", "/guide/id-card-first"),)))
    return desk


async def faults_of(
    site: Site, checks: tuple[str, ...], *, view: dict[str, str], sizes: tuple[tuple[int, int], ...] = WIDTHS
) -> dict[str, list[str]]:
    """What the checks find in each page at each size; empty where all is well."""
    desk = await talked()
    tabs = {
        who: await one_tab(site, cookies={**COOKIES, **view, **desk.cookies_of(who)}, for_checking=True) for who in WHO
    }
    found: dict[str, list[str]] = {}
    for visit in VISITS.values():
        page = tabs[visit.who]
        await page.goto(visit.at(desk.blanks))
        await page.add_script_tag(path=AXE)
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width, height in sizes:
            await page.set_viewport_size({"width": width, "height": height})
            found[f"{visit.path} at {width}"] = [fault for check in checks for fault in await page.evaluate(check)]
    return {path: faults for path, faults in found.items() if faults}


async def one_tab(site: Site, **wanted: Any) -> Page:
    """One tab that goes from page to page: a new one for each costs a new process of the browser's."""
    return await (await site.visitor(**wanted)).new_page()


async def test_axe_finds_nothing_and_nothing_is_cut_off_or_too_small_to_press(site: Site) -> None:
    assert await faults_of(site, FOR_ALL, view=NORMAL) == {}


async def test_the_elder_view_has_no_text_below_18_pixels_and_no_target_below_60(site: Site) -> None:
    assert await faults_of(site, FOR_ELDERS, view=LARGE) == {}


async def test_the_largest_text_still_fits_a_phone(site: Site) -> None:
    assert await faults_of(site, (_TOO_WIDE,), view=LARGEST, sizes=(PHONE,)) == {}


async def test_the_elder_view_grows_to_30_pixels(site: Site) -> None:
    page = await open_page(await site.visitor(cookies=LARGEST), "/guide/id-card-first")
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.field p')).fontSize)") == 30


@pytest.mark.parametrize("view", [NORMAL, LARGE], ids=["normal", "elder"])
async def test_every_page_can_be_read_without_scripts(site: Site, view: dict[str, str]) -> None:
    desk, cookies = await talked(), {**COOKIES, **view}
    tabs = {who: await one_tab(site, cookies={**cookies, **desk.cookies_of(who)}, with_scripts=False) for who in WHO}
    for visit in VISITS.values():
        page = tabs[visit.who]
        await page.goto(visit.at(desk.blanks))
        assert await page.locator("h1").is_visible(), visit
        assert len(await page.locator("main").inner_text()) > 20, visit
        assert await page.locator("button[type=button]:visible").count() == 0, visit


async def test_the_strict_policy_stops_nothing_of_ours(site: Site) -> None:
    desk, complaints = await talked(), list[str]()
    tabs = {who: await one_tab(site, size=DESKTOP, cookies={**COOKIES, **desk.cookies_of(who)}) for who in WHO}
    for page in tabs.values():
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
    for visit in VISITS.values():
        await tabs[visit.who].goto(visit.at(desk.blanks), wait_until="load")
    assert complaints == []


async def test_the_keyboard_reaches_the_main_part_first(site: Site) -> None:
    page = await open_page(await site.visitor(DESKTOP), "/guide")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "跳到正文"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_paper_is_a4_black_on_white_without_tools(site: Site) -> None:
    page: Page = await open_page(await site.visitor(DESKTOP), "/guide/id-card-first/print")
    await page.emulate_media(media="print")
    assert await page.locator(".print-tools").is_hidden()
    inks = await page.evaluate(
        "[...new Set([...document.querySelectorAll('.sheet *')].map((one) => getComputedStyle(one).color))]"
    )
    assert inks == ["rgb(0, 0, 0)"]
    assert b"/MediaBox [0 0 594.95996 841.91998]" in await page.pdf(prefer_css_page_size=True)
