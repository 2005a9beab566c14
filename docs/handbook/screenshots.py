"""Takes the staff handbook's screenshots from a fresh demo: ``python docs/handbook/screenshots.py`` (needs Chromium)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "screenshots"))
from take import demo  # noqa: E402 - the folder beside this one is no package

DESKTOP, PHONE = (1280, 860), (390, 844)
PATIENCE_MS = 120_000
QUESTION = "我们楼的自来水管今晚换吗"


def tab(browser: Browser, address: str, size: tuple[int, int] = DESKTOP) -> Page:
    """A browser profile of its own."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=address, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def picture(page: Page, name: str) -> None:
    """Keep what the window shows."""
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / f"{name}.png")


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo's staff."""
    page.goto("/login")
    page.fill("#username", who)
    page.fill("#password", f"mulin-demo-{who}")
    page.click("form[action='/login'] .main-button")
    page.wait_for_url("**/desk")


def say(page: Page, *texts: str) -> None:
    """A resident writes in the chat and waits for each answer."""
    page.goto("/chat")
    for text in texts:
        said = page.locator(".line[data-author=bot]").count()
        page.fill("#text", text)
        page.keyboard.press("Enter")
        page.locator(".line[data-author=bot]").nth(said).wait_for()


def the_desk(staff: Page) -> None:
    """The queue, then one question claimed and answered from the guide."""
    staff.goto("/desk")
    picture(staff, "desk")
    staff.locator(".queue-line a", has_text=QUESTION).click()
    staff.locator("button", has_text="我来接手").click()
    staff.locator(".notice-done").wait_for()
    staff.fill("textarea[name=text]", "您好，物业通知今晚 8 点到 10 点换水管，请先存一点水。")
    picture(staff, "question")
    staff.fill("#q", "停水")
    staff.press("#q", "Enter")
    staff.locator(".find-line").first.wait_for()
    staff.locator(".find").scroll_into_view_if_needed()
    picture(staff, "find")
    staff.locator("button", has_text="发送答复").click()
    staff.locator(".notice-done").wait_for()
    staff.locator("summary", has_text="为什么是这个时间").click()
    staff.locator(".stretches").last.scroll_into_view_if_needed()
    picture(staff, "why")


def the_pack(staff: Page) -> None:
    """What was not answered, a draft's difference, the form."""
    for path, name in (("/desk/new", "intake"), ("/misses", "misses"), ("/upkeep", "upkeep")):
        staff.goto(path)
        picture(staff, name)
    staff.goto("/pack")
    staff.locator(".queue-line a").first.click()
    picture(staff, "difference")
    staff.goto("/pack/id-card-first/edit")
    picture(staff, "form")


def main() -> None:
    """Start, look, stop."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        phone, staff = tab(browser, address, PHONE), tab(browser, address)
        phone.goto("/login")
        phone.locator("form[action='/login'] .main-button").scroll_into_view_if_needed()
        picture(phone, "login")
        say(tab(browser, address, PHONE), QUESTION, "转人工")
        sign_in(staff, "gao")
        if staff.locator(".alarm-button").count():
            staff.locator(".alarm-button").first.click()
        the_desk(staff)
        the_pack(staff)
        say(tab(browser, address, PHONE), "楼道里着火了")
        sign_in(phone, "chen")
        picture(phone, "alarm")
        browser.close()


if __name__ == "__main__":
    main()
