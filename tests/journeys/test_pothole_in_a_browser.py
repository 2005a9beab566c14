"""A pothole, on telephones in a real browser: told in chat, joined by a neighbour, sent to a unit, mended with a photo,
checked by another, answered to both, and opened again under its number by the resident's word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.neighbourhood import served
from tests.journeys.telephones import PHONE, say, sign_in, telephones
from tests.people.photos import photo

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

REPORT, SAME = "东门口路上有坑，电瓶车差点摔了", "东门口路上有坑，没人管"
REPLY = "坑补平了，车压过了。"


@pytest.mark.databases("sqlite")
async def test_a_pothole_is_done_when_the_resident_says_so(
    database_url: str, tmp_path: Path, chromium: Browser
) -> None:
    picture = tmp_path / "after.jpg"
    picture.write_bytes(photo())
    async with served(database_url, folder=tmp_path) as service, telephones(chromium, service.url) as (wang, staff, li):
        await wang.goto("/chat")
        await say(wang, REPORT)
        await _hears(wang, "编号 C-0001")
        await li.goto("/chat")
        await say(li, SAME)
        await _hears(li, "可能已经有人反映过")
        await say(li, "我也是")
        await _hears(li, "您也反映了编号 C-0001")
        await sign_in(staff, "chen")
        await _do(staff, "派单", button="派单")
        await sign_in(staff, "wu")
        await _mend(staff, picture)
        await sign_in(staff, "gao")
        await _do(staff, "核查", button="办好了", fill={"#check-note": "看过了，是平的"})
        await _do(staff, "答复反映人", button="发送答复", fill={"#reply-text": REPLY})
        for one in (wang, li):
            await _hears(one, REPLY)
        await _reads_every_step(wang)
        await wang.get_by_role("button", name="没解决").click()
        await wang.locator(".progress", has_text="重办").wait_for()
        await staff.goto("/cases/C-0001")
        await staff.locator("dd", has_text="第 1 次").wait_for()


async def _hears(page: Page, words: str) -> None:
    await page.locator("[data-author=bot] .said", has_text=words).first.wait_for()


async def _do(staff: Page, title: str, *, button: str, fill: dict[str, str] | None = None) -> None:
    """Open the case, unfold one thing to do, fill it in and press."""
    await staff.goto("/cases/C-0001")
    form = staff.locator("details", has=staff.locator("summary", has_text=title)).first
    await form.locator("summary").first.click()
    for field, words in (fill or {}).items():
        await form.locator(field).fill(words)
    await form.get_by_role("button", name=button, exact=True).click()
    await staff.locator(".notice-done").wait_for()


async def _mend(staff: Page, picture: Path) -> None:
    """吴师傅 takes it on, speaks with who reported it, mends it and shows how it is now; he reads no complainant."""
    await staff.goto("/cases/C-0001")
    await staff.get_by_role("button", name="接单").click()
    await staff.locator(".notice-done").wait_for()
    await _do(staff, "先行联系", button="记下", fill={"#contact-note": "电话里说好下午补"})
    await staff.goto("/cases/C-0001")
    await staff.locator("summary", has_text="处置好了").click()
    await staff.locator("#handle-note").fill("冷补料填平碾实")
    await staff.locator("#handle-after").set_input_files(picture)
    await staff.get_by_role("button", name="请人核查").click()
    await staff.locator(".notice-done").wait_for()


async def _reads_every_step(wang: Page) -> None:
    """Every step, the unit and the photo of the work; nothing of what staff said among themselves."""
    await wang.goto("/my/cases/1")
    progress = await wang.locator(".progress").inner_text()
    assert all(step in progress for step in ("派单", "办好了", "核查通过", REPLY))
    assert "电话里说好" not in progress
    assert await wang.locator("main img").count() == 1
    assert await wang.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
