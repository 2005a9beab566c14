"""Every page of the router in a real browser: axe, contrast, targets and text of the elder view, width, no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from courier.letters import Letter, Link
from models.person import WebSession
from models.transaction import execute
from people import second_step
from people.viewers import viewer_of
from tests import key_matters
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, PHONE, Site, open_page
from tests.conftest import StillClock, is_sure
from tests.portal.desk_work import Desk, fill
from tests.portal.neighbourhood import COOKIES, chat
from tests.portal.visits import VISITS

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
NORMAL: dict[str, str] = {}
Faults = dict[str, list[str]]
WHO = ("staff", "admin", "resident", "starting", "guest")
PARTS = 4
"""Every page takes minutes: the pages are dealt out to as many tests, which run beside each other."""
LARGE, LARGEST = {"mulin_large": "1"}, {"mulin_large": "1", "mulin_size": "30"}
_AXE_SAYS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  (one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary}`)"""
_UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_NO_WORKER = "Service Worker registration blocked by Playwright"
"""Pages come from the server here; tests/browser/test_offline.py lets the worker in."""
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
FOR_ALL = (_TOO_WIDE, f"() => ({_SMALL_TARGETS})(44)")
FOR_ELDERS = (_TOO_WIDE, f"() => ({_SMALL_TARGETS})(60)", _SMALL_TEXT)
"""What holds for every page at each size, of residents and of staff; and for every page in the elder view."""


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
    site: Site, checks: tuple[str, ...], *, part: int, view: dict[str, str], largest: str = ""
) -> Faults:
    """What the checks find in each page of a part at each size, the last with the largest text where there is such a
    one, and what the browser complains of; empty where all is well."""
    desk, complaints = await talked(), list[str]()
    tabs = {who: await one_tab(site, cookies={**COOKIES, **view, **desk.cookies_of(who)}) for who in WHO}
    for page in tabs.values():
        await _with_axe(page, checks)
        page.on("console", lambda message: None if _NO_WORKER in message.text else complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
    found: Faults = {}
    for visit in [*VISITS.values()][part::PARTS]:
        page = tabs[visit.who]
        await page.goto(visit.at(desk.blanks))
        found |= await _faults_on(page, visit.path, checks)
        if largest:
            await page.evaluate("(name) => { document.documentElement.className = name; }", largest)
            found[f"{visit.path} with the largest text"] = await page.evaluate(_TOO_WIDE)
    found["the console"] = complaints
    return {path: faults for path, faults in found.items() if faults}


async def _faults_on(page: Page, path: str, checks: tuple[str, ...]) -> Faults:
    """What the checks find in the page that is open, everything unfolded; axe, which takes longest, on the phone alone
    but in ``make sure``, which also looks with it at the elder view."""
    found: Faults = {}
    await page.evaluate(_UNFOLD)
    for size in (DESKTOP, PHONE):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        is_axe = _asks_axe(checks) and (size == PHONE or is_sure())
        asked = (_AXE_SAYS, *checks) if is_axe else checks
        found[f"{path} at {size[0]}"] = [fault for check in asked for fault in await page.evaluate(check)]
    return found


def _asks_axe(checks: tuple[str, ...]) -> bool:
    return is_sure() or checks is FOR_ALL


async def _with_axe(page: Page, checks: tuple[str, ...]) -> None:
    """Only where it is asked: half a megabyte of it is read anew by every page that is opened."""
    if _asks_axe(checks):
        await page.add_init_script(path=AXE)


async def one_tab(site: Site, **wanted: Any) -> Page:
    """One tab that goes from page to page: a new one for each costs a new process of the browser's."""
    return await (await site.visitor(**wanted)).new_page()


@pytest.mark.parametrize("part", range(PARTS))
async def test_axe_finds_nothing_nothing_is_cut_off_and_the_strict_policy_stops_nothing_of_ours(
    site: Site, part: int
) -> None:
    assert await faults_of(site, FOR_ALL, part=part, view=NORMAL) == {}


@pytest.mark.parametrize("part", range(PARTS))
async def test_the_elder_view_has_no_small_text_or_target_and_the_largest_still_fits_a_phone(
    site: Site, part: int
) -> None:
    """Below 18 pixels, and below 60. The largest is put on as a cookie of 30 would: see the tests of the pages."""
    assert await faults_of(site, FOR_ELDERS, part=part, view=LARGE, largest="large size-30") == {}


_SEND = """([path, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: path});
  const token = document.querySelector("input[name=form_token]").value;
  for (const [name, value] of Object.entries({form_token: token, ...fields})) {
    const field = document.createElement("input");
    Object.assign(field, {type: "hidden", name, value});
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""
ANSWERS = {
    "/me/second/codes": {},
    "/people/{resident}/login_code": {},
    "/people/{resident}/reveal": {"field": "phone", "purpose": "contact"},
    "/staff/{person}/password": {"sure": "yes"},
    "/desk/me/code": {},
    "/me/second/enrol": {},
    "/joins/1/refuse": {"version": "0", "reason": ""},
    "/desk/canned/1/erase": {},
    "/figures/month.xlsx": {"m": ""},
}
"""Forms whose answer is a page of its own: what is shown once, asks again, or says why not."""


@pytest.mark.parametrize(("checks", "view"), [(FOR_ALL, NORMAL), (FOR_ELDERS, LARGE)], ids=["normal", "elder"])
async def test_pages_that_answer_a_press_are_as_good(
    site: Site, checks: tuple[str, ...], view: dict[str, str], clock: StillClock
) -> None:
    desk = await talked()
    by = await viewer_of(desk.person_id)
    assert by is not None
    made = await second_step.enrol(by=by, name="高敏", issuer="睦邻")
    await second_step.confirm(pyotp.TOTP(made.secret).at(clock.moment), by=by)
    page = await one_tab(site, cookies={**COOKIES, **view, **desk.cookies_of("staff")})
    await _with_axe(page, checks)
    found: Faults = {}
    for path, fields in ANSWERS.items():
        if path.startswith("/figures"):
            await WebSession.all().update(fresh_at=None)
        await page.goto("/desk/me")
        async with page.expect_navigation():
            await page.evaluate(_SEND, [path.format_map(desk.blanks), fields])
        assert "/desk/me" not in page.url or path == "/desk/me/code", path
        found |= await _faults_on(page, path, checks)
    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_joins_fit_a_phone_whatever_is_known_of_who_asks(site: Site) -> None:
    desk = await fill()
    await execute(
        "UPDATE join_request SET name=(SELECT p.name FROM person p WHERE p.id=$1)", int(desk.blanks["resident"])
    )
    for view in (NORMAL, LARGEST):
        page = await one_tab(site, cookies={**COOKIES, **view, **desk.cookies_of("staff")})
        await page.goto("/joins")
        assert "已经加入过" in await page.content()
        await page.evaluate(_UNFOLD)
        assert await page.evaluate(_TOO_WIDE) == []


@pytest.mark.parametrize(("checks", "view"), [(FOR_ALL, NORMAL), (FOR_ELDERS, LARGE)], ids=["normal", "elder"])
async def test_a_key_small_matter_is_rated_with_a_thumb(
    site: Site, checks: tuple[str, ...], view: dict[str, str]
) -> None:
    desk = await fill()
    lead = await viewer_of(desk.person_id)
    assert lead is not None
    await key_matters.appraise(desk.blanks, lead)
    page = await one_tab(site, cookies={**COOKIES, **view, **desk.cookies_of("resident")})
    await _with_axe(page, checks)
    year, path = (f"/key_matters/{one}".format_map(desk.blanks) for one in ("years/{key_past}", "{key_chosen}"))
    await page.goto(year)
    found = await _faults_on(page, year, checks)
    await page.get_by_role("link", name="评一评").click()
    found |= await _faults_on(page, path, checks)
    for group in await page.get_by_role("group").all():
        await group.get_by_text("4 分", exact=True).click()
    await page.get_by_role("button", name="交评分").click()
    await page.get_by_text("评好了，谢谢").wait_for()
    assert {at: faults for at, faults in found.items() if faults} == {}


async def test_the_elder_view_grows_to_30_pixels(site: Site) -> None:
    page = await open_page(await site.visitor(cookies=LARGEST), "/guide/id-card-first")
    assert await page.evaluate("parseFloat(getComputedStyle(document.querySelector('.field p')).fontSize)") == 30


@pytest.mark.parametrize(
    "view", [pytest.param(NORMAL, marks=pytest.mark.sure, id="normal"), pytest.param(LARGE, id="elder")]
)
async def test_every_page_can_be_read_without_scripts(site: Site, view: dict[str, str]) -> None:
    desk, cookies = await talked(), {**COOKIES, **view}
    tabs = {who: await one_tab(site, cookies={**cookies, **desk.cookies_of(who)}, with_scripts=False) for who in WHO}
    for visit in VISITS.values():
        page = tabs[visit.who]
        await page.goto(visit.at(desk.blanks))
        assert await page.locator("h1").is_visible(), visit
        assert len(await page.locator("main").inner_text()) > 20, visit
        assert await page.locator("button[type=button]:visible").count() == 0, visit


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
