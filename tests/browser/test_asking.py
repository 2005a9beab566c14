"""The main paths of a resident in a real browser: asking with and without scripts, living replies, a broken network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from courier.letters import Letter
from people.visitors import COOKIE
from tests.browser.conftest import IN_THE_BROWSER, PHONE, WIDTHS, Site, open_page, token_of
from tests.portal.neighbourhood import chat

if TYPE_CHECKING:
    from playwright.async_api import Route

pytestmark = IN_THE_BROWSER

NOT_SENT = "没有发出去，点一下重发"
WORDS = "3号楼2楼的路灯坏了"


@pytest.mark.parametrize("size", WIDTHS, ids=["phone", "desktop"])
@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_question_typed_on_the_home_page_is_answered_in_the_chat(
    site: Site, size: tuple[int, int], with_scripts: bool
) -> None:
    page = await open_page(await site.visitor(size, with_scripts=with_scripts), "/")
    await page.get_by_label("写下您的问题").fill("身份证丢了怎么补办")
    await page.get_by_role("button", name="问一问").click()
    await page.wait_for_url("**/chat")
    assert await page.locator(".mine .said").inner_text() == "身份证丢了怎么补办"
    await page.locator("[data-author=bot] .said").last.wait_for()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_choice_is_made_by_pressing_it(site: Site, with_scripts: bool) -> None:
    context = await site.visitor(with_scripts=with_scripts)
    page = await open_page(context, "/chat")
    await page.locator("textarea").fill("您好")
    await page.get_by_role("button", name="发送").click()
    await page.locator("[data-author=bot]").first.wait_for()
    talk = await chat(await token_of(context))
    await talk.bot(Letter("您要办哪一个？", ("第一次办身份证", "身份证丢了")))
    await page.reload()
    await page.get_by_role("button", name="身份证丢了").click()
    await page.locator(".mine .meant", has_text="身份证丢了").wait_for()
    await page.locator("ol.choices.past", has_text="第一次办身份证").wait_for()


async def test_a_reply_from_the_committee_appears_without_reloading_and_is_announced(site: Site) -> None:
    page = await open_page(await site.visitor(), "/chat")
    await page.locator("textarea").fill("您好")
    await page.keyboard.press("Enter")
    await page.locator("[data-author=bot]").wait_for()
    talk = await chat(await token_of(page.context))
    await talk.staff(Letter("社区小陈回复您：今天下午都在。"))
    await page.get_by_text("今天下午都在").wait_for()
    assert await page.locator(".log").get_attribute("aria-live") == "polite"
    assert await page.get_by_text("今天下午都在").is_visible()


async def test_a_message_that_did_not_go_out_says_so_and_goes_out_once_when_pressed(site: Site) -> None:
    page = await open_page(await site.visitor(), "/chat")
    await page.context.set_offline(True)
    await page.locator("textarea").fill("居住证怎么续签")
    await page.get_by_role("button", name="发送").click()
    again = page.get_by_role("button", name=NOT_SENT)
    await again.wait_for()
    await page.context.set_offline(False)
    await again.click()
    await page.locator("[data-author=bot]").wait_for()
    assert await page.locator(".mine").count() == 1


async def test_a_repeat_after_a_lost_answer_is_taken_once(site: Site) -> None:
    page = await open_page(await site.visitor(cookies={COOKIE: "b" * 43}), "/chat")

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/chat", lose_the_answer)
    await page.locator("textarea").fill("居住证怎么续签")
    await page.get_by_role("button", name="发送").click()
    again = page.get_by_role("button", name=NOT_SENT)
    await again.wait_for()
    await page.unroute("**/chat")
    await again.click()
    await page.locator("[data-author=bot]").wait_for()
    await page.reload()
    assert await page.locator(".mine").count() == 1


async def test_what_could_not_be_sent_is_still_there_after_the_page_was_closed(site: Site) -> None:
    context = await site.visitor()
    page = await open_page(context, "/chat")
    await context.set_offline(True)
    await page.locator("textarea").fill("很重要的问题")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=NOT_SENT).wait_for()
    await page.close()
    await context.set_offline(False)
    page = await open_page(context, "/chat")
    await page.get_by_role("button", name=NOT_SENT).click()
    await page.locator("[data-author=bot]").wait_for()
    assert await page.locator(".mine .said").inner_text() == "很重要的问题"


async def test_a_draft_survives_leaving_the_page_and_goes_when_sent(site: Site) -> None:
    page = await open_page(await site.visitor(PHONE), "/chat")
    await page.locator("textarea").press_sequentially("写到一半")
    await page.goto("/")
    await page.goto("/chat")
    assert await page.locator("textarea").input_value() == "写到一半"
    await page.keyboard.press("Tab")
    await page.locator("textarea").press("Enter")
    await page.locator("[data-author=bot]").wait_for()
    await page.reload()
    assert await page.locator("textarea").input_value() == ""


async def test_a_refusal_is_shown_beside_the_message(site: Site) -> None:
    page = await open_page(await site.visitor(), "/chat")
    await page.evaluate("document.querySelector('textarea').removeAttribute('maxlength')")
    await page.locator("textarea").fill("长" * 21_000)
    await page.get_by_role("button", name="发送").click()
    await page.locator(".pending-note", has_text="太长").wait_for()


async def test_a_person_is_one_press_away_from_the_home_page(site: Site) -> None:
    page = await open_page(await site.visitor(with_scripts=False), "/")
    await page.locator(".tabs").get_by_role("button", name="找人工").click()
    await page.wait_for_url("**/chat")
    assert await page.locator(".mine .said").inner_text() == "人工"
    await page.locator("[data-author=bot]").wait_for()


async def test_the_greeting_is_read_from_its_beginning_and_what_was_said_from_its_end(site: Site) -> None:
    context = await site.visitor((390, 600))
    page = await open_page(context, "/chat")
    await page.get_by_role("button", name="长辈版").click()
    await page.locator("html.large").wait_for()
    log, greeting = page.locator(".log"), page.locator(".greeting .who")
    box, said = await log.bounding_box(), await greeting.bounding_box()
    assert box is not None
    assert said is not None
    assert said["y"] >= box["y"]
    await page.locator("#text").fill("身份证丢了怎么补办")
    await page.get_by_role("button", name="发送", exact=True).click()
    await page.locator("#lines .theirs").wait_for()
    assert await log.evaluate("log => log.scrollHeight > log.clientHeight && Math.abs(log.scrollTop) < 2")
    await context.close()


async def test_the_elder_view_is_one_press_away_and_back(site: Site) -> None:
    page = await open_page(await site.visitor(with_scripts=False), "/guide")
    await page.get_by_role("button", name="长辈版").click()
    await page.locator("html.large").wait_for()
    assert page.url.endswith("/guide")
    await page.get_by_role("button", name="最大的字").click()
    await page.locator("html.size-30").wait_for()
    await page.get_by_role("button", name="普通版").click()
    await page.locator("html:not(.large)").wait_for()


async def test_an_entry_is_found_through_the_guide_by_pressing_only(site: Site) -> None:
    page = await open_page(await site.visitor(with_scripts=False), "/")
    await page.get_by_role("link", name="户籍证件").click()
    await page.get_by_role("link", name="身份证丢了补一张").click()
    assert await page.locator("h1").inner_text() == "身份证丢了补一张"


async def test_what_was_deleted_goes_from_the_open_page_too(site: Site) -> None:
    page = await open_page(await site.visitor(), "/chat")
    for text in ("家里的私事", "删除我的对话记录"):
        await page.locator("textarea").fill(text)
        await page.keyboard.press("Enter")
        await page.locator(".mine", has_text=text).locator("xpath=following::li[@data-author='bot']").first.wait_for()
    await page.get_by_role("button", name="确认删除").click()
    await page.get_by_text("已按居民要求删除此前的对话记录").wait_for()
    assert await page.locator("#lines li").count() == 1
    await page.reload()
    assert await page.get_by_text("家里的私事").count() == 0


@pytest.mark.parametrize("with_scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_words_beside_a_photo_that_is_too_large_stay_and_go_without_it(site: Site, with_scripts: bool) -> None:
    context = await site.visitor(with_scripts=with_scripts)
    page = await open_page(context, "/chat")
    await page.get_by_text("发照片", exact=True).click()
    await page.get_by_label("写一句是什么事").fill(WORDS)
    large = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": bytes(11 * 1024 * 1024)}
    await page.get_by_label("选照片").set_input_files([large])  # type: ignore[list-item]
    await page.get_by_role("button", name="发送照片").click()
    await page.get_by_role("alert").get_by_text("不带照片也能发").wait_for()
    assert await page.get_by_label("写一句是什么事").input_value() == WORDS
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    await page.get_by_role("button", name="发送照片").click()
    await page.locator("#lines").get_by_text(WORDS).wait_for()
