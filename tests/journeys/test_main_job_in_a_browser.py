"""The main job in a real browser on a telephone: asked, answered by a person while the chat is open, learnt."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.neighbourhood import served
from tests.journeys.telephones import PHONE, say, sign_in, telephones

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

QUESTION = "活动室的钢琴什么时候能弹"
REPLY = "活动室的钢琴每周二、周四下午一点到四点开放，先在门口登记。"


@pytest.mark.databases("sqlite")
async def test_what_a_person_answered_once_the_guide_answers_from_then_on_on_a_telephone(
    database_url: str, tmp_path: Path, chromium: Browser
) -> None:
    async with served(database_url, folder=tmp_path) as service, telephones(chromium, service.url) as (wang, staff, li):
        await wang.goto("/chat")
        await _ask(wang)
        await say(wang, "转人工")
        number = await _number(wang)
        await sign_in(staff, "chen")
        await _answer(staff, number)
        await wang.locator(".staff .said", has_text=REPLY).wait_for()
        draft = await _draft(staff)
        await _publish(staff, draft)
        await wang.locator("[data-author=bot] .said", has_text="现在有答案了").wait_for()
        await _see_the_entry(wang)
        await _wait_for_the_index(li)
        await li.goto("/chat")
        await say(li, QUESTION)
        await li.locator("[data-author=bot] .said", has_text=REPLY).wait_for()


async def _wait_for_the_index(li: Page) -> None:
    found = li.locator("main a", has_text=QUESTION)
    async with asyncio.timeout(30):
        while not await found.count():
            await li.goto(f"/search?q={QUESTION}")


async def _ask(wang: Page) -> None:
    await say(wang, QUESTION)
    await wang.locator("[data-author=bot] .said", has_text="还没有答案").wait_for()


async def _number(wang: Page) -> str:
    said = await wang.locator("[data-author=bot] .said").last.inner_text()
    found = re.search(r"Q-\d+", said)
    assert found is not None
    return found[0]


async def _answer(staff: Page, number: str) -> None:
    """Finds the question in the queue, takes it over, replies."""
    await staff.locator("a", has_text=QUESTION).first.click()
    await staff.get_by_role("button", name="我来接手").click()
    await staff.locator("textarea[name=text]").fill(REPLY)
    await staff.get_by_role("button", name="发送答复").click()
    await staff.locator(".notice-done", has_text="答复已经发给居民").wait_for()
    assert number in await staff.locator("body").inner_text()


async def _draft(staff: Page) -> str:
    """One press makes a draft; gives its address."""
    await staff.get_by_role("button", name="写成条目").click()
    await staff.wait_for_url("**/edit*")
    await staff.locator(".save-bar button").click()
    await staff.locator(".notice-done", has_text="草稿已经保存").wait_for()
    assert await staff.get_by_role("button", name="发布").count() == 0
    return staff.url


async def _publish(staff: Page, draft: str) -> None:
    """The secretary signs in on the same telephone and publishes."""
    await sign_in(staff, "gao")
    await staff.goto(draft)
    await staff.get_by_role("button", name="发布").click()
    await staff.locator(".notice-done", has_text="已经发布").wait_for()


async def _see_the_entry(wang: Page) -> None:
    """The link in the chat leads to the entry."""
    await wang.locator(".bubble-link a").last.click()
    await wang.locator("h1", has_text="钢琴").wait_for()
    assert await wang.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
