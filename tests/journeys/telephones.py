"""Telephones of people in a story: a real browser each, who writes in the chat and who signs in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.journeys.neighbourhood import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PHONE = {"width": 390, "height": 844}
WAIT_MS = 30_000


@asynccontextmanager
async def telephones(chromium: Browser, url: str) -> AsyncIterator[tuple[Page, Page, Page]]:
    """Three telephones: of the one who begins, of the staff, and of another resident."""
    pages = []
    for _ in range(3):
        context = await chromium.new_context(viewport=PHONE, base_url=url, locale="zh-CN", service_workers="block")  # pyright: ignore[reportArgumentType]
        context.set_default_timeout(WAIT_MS)
        pages.append(await context.new_page())
    yield pages[0], pages[1], pages[2]
    for page in pages:
        await page.context.close()


async def say(page: Page, text: str) -> None:
    """Write in the chat, and wait for what comes back."""
    before = await page.locator("[data-author=bot]").count()
    await page.locator("#send textarea").fill(text)
    await page.get_by_role("button", name="发送").click()
    await page.locator("[data-author=bot]").nth(before).wait_for()


async def sign_in(page: Page, username: str) -> None:
    """Somebody of the staff takes the telephone."""
    await page.context.clear_cookies()
    await page.goto("/login")
    await page.get_by_label("用户名").fill(username)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("region", name="工作人员登录").get_by_role("button").click()
    await page.wait_for_url(lambda address: "/login" not in address)
