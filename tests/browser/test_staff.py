"""The desk in a real browser: words put into a reply, living talk, nothing typed lost; and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from casework import canned, ratings
from models.question import Question
from people import places
from people.residents import viewer_at
from people.viewers import viewer_of
from tests.browser.conftest import DESKTOP, IN_THE_BROWSER, Site, open_page
from tests.portal.desk_work import Desk, ask, signed_in
from tests.portal.neighbourhood import chat

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER
TEXT = "textarea[name=text]"


async def question_page(site: Site, *, with_scripts: bool = True) -> Page:
    """高书记 before the first question of the desk, with a canned answer at hand."""
    person_id, cookies = await signed_in()
    lead = await viewer_of(person_id)
    assert lead is not None
    await canned.write(by=lead, place_id=places.home_place_id(), title="稍等", text="请稍等，我去核实。")
    number = await ask(await chat(), "车棚充电一次多少钱")
    context = await site.visitor(DESKTOP, cookies=dict(Desk(person_id, cookies, {}).cookies), with_scripts=with_scripts)
    return await open_page(context, f"/desk/{number}")


async def put_in(page: Page) -> None:
    """Press the canned answer."""
    await page.locator("summary", has_text="常用语").click()
    await page.locator("button", has_text="稍等").click()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
async def test_a_canned_answer_and_an_entry_are_put_behind_what_was_typed(site: Site, with_scripts: bool) -> None:
    from playwright.async_api import expect

    page = await question_page(site, with_scripts=with_scripts)
    await page.fill(TEXT, "您好。")
    await put_in(page)
    await page.fill("#q", "第一次办身份证")
    await page.locator("#find").click()
    await page.locator("button", has_text="放进答复").first.click()
    await expect(page.locator(TEXT)).to_have_value(re.compile("^您好。\n请稍等，我去核实。\n(.|\n)*最后以窗口答复为准"))


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
async def test_enter_in_the_search_box_searches_and_sends_nothing(site: Site, with_scripts: bool) -> None:
    page = await question_page(site, with_scripts=with_scripts)
    await page.fill(TEXT, "还没写完")
    await page.fill("#q", "身份证")
    await page.press("#q", "Enter")
    await page.locator("#finds .find-line").first.wait_for()
    assert await page.input_value(TEXT) == "还没写完"
    assert (await Question.get()).version == 1


async def test_claiming_and_answering_needs_no_scripts(site: Site) -> None:
    page = await question_page(site, with_scripts=False)
    await page.locator("button", has_text="我来接手").click()
    await page.fill(TEXT, "每次 1 元。")
    await page.locator("button", has_text="发送答复").click()
    assert await page.locator(".notice-done").inner_text() == "答复已经发给居民。"
    assert "每次 1 元。" in await page.locator(".said-staff").inner_text()


async def test_what_is_being_typed_outlives_a_reload_until_it_is_sent(site: Site) -> None:
    page = await question_page(site)
    await page.fill(TEXT, "打了一半")
    await page.reload()
    assert await page.input_value(TEXT) == "打了一半"
    await page.locator("button", has_text="发送答复").click()
    await page.locator(".notice-done").wait_for()
    assert await page.input_value(TEXT) == ""


async def test_what_the_resident_writes_appears_and_must_be_seen_before_sending(site: Site) -> None:
    page, talk = await question_page(site), await chat()
    await page.fill(TEXT, "每次 1 元。")
    await page.locator("button", has_text="发送答复").click()
    await page.locator(".notice-done").wait_for()
    await page.fill(TEXT, "再补一句")
    await talk.resident("那充满要多久")
    await ratings.write_on(talk.talk.conversation_id, by=await viewer_at(talk.talk.at))
    await page.locator(".said-resident", has_text="那充满要多久").wait_for()
    await page.locator("#seen-it").click()
    await page.locator("button", has_text="发送答复").click()
    await page.locator(".said-staff", has_text="再补一句").wait_for()


async def test_a_new_question_appears_in_the_open_queue(site: Site) -> None:
    _, cookies = await signed_in()
    page = await open_page(await site.visitor(DESKTOP, cookies=cookies), "/desk")
    await ask(await chat(), "东门晚上几点关门")
    await page.locator(".queue-line", has_text="东门晚上几点关门").wait_for()


async def test_who_is_signed_out_is_told_and_keeps_what_was_typed(site: Site) -> None:
    page = await question_page(site)
    await page.fill(TEXT, "打了一半")
    assert not await page.locator("#signed-out").is_visible()
    await page.context.clear_cookies()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.locator("#signed-out", has_text="登录已经过期").wait_for()
    assert (await page.title()).startswith("【登录已经过期】")
    assert await page.input_value(TEXT) == "打了一半"
    assert "/login?back=" in (await page.locator("#signed-out a").get_attribute("href") or "")


async def test_a_new_question_calls_in_the_title_and_the_badge_of_every_page(site: Site) -> None:
    _, cookies = await signed_in()
    page = await open_page(await site.visitor(DESKTOP, cookies=cookies), "/upkeep")
    assert await page.title() == "该核对的条目 · 青禾里居委会"
    await ask(await chat(), "东门晚上几点关门")
    await page.locator("#waiting-count", has_text="1").wait_for()
    assert await page.title() == "(1) 1个在等 · 该核对的条目 · 青禾里居委会"
