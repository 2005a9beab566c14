"""A public board and its feed in a real browser: targets, width, and words instead of source, on phone and desk."""

from __future__ import annotations

import pytest

from forum import board_settings, posts
from forum.board_settings import Wanted
from forum.posts import NewPost
from models.person import Person, RoleName
from people import places
from people.viewers import SYSTEM, viewer_of
from tests.browser.conftest import IN_THE_BROWSER, WIDTHS, Site
from tests.browser.neighbours import somebody
from tests.browser.test_every_page import FOR_ALL, FOR_ELDERS, LARGE

pytestmark = IN_THE_BROWSER
LONG = "https://example.org/" + "a-very-long-address-that-breaks-nowhere/" * 4
_WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"
_SHOWN = """() => [...document.querySelectorAll("feed > :not(entry), entry > *")]
  .filter((one) => one.getClientRects().length).map((one) => one.textContent).join("\\n")"""
"""What is read of an XML document that is laid out; its elements are none of HTML's."""


async def published(text: str, *, title: str) -> None:
    """高书记 posts on 社区公告, which everybody may read."""
    here, name = places.home_place_id(), "announcements"
    await board_settings.set_board(name, Wanted(is_on=True, is_public=True), by=SYSTEM, place_id=here)
    by = await viewer_of((await Person.get(name="高书记")).id)
    assert by is not None
    await posts.publish(NewPost(name, text, title=title), by=by, place_id=here)


@pytest.mark.databases("sqlite")
async def test_a_public_board_and_its_feed_are_read_on_a_phone_and_on_a_desk(site: Site) -> None:
    gao = await somebody(site, "高书记", role=RoleName.SECRETARY)
    await published(f"周六上午停水\n{LONG}", title="停水通知")
    for view, checks in (({}, FOR_ALL), (LARGE, FOR_ELDERS)):
        await gao.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in view.items()])
        for width, height in WIDTHS:
            await gao.set_viewport_size({"width": width, "height": height})
            await gao.goto("/boards/announcements")
            assert [fault for check in checks for fault in await gao.evaluate(check)] == [], width
    guest = await (await site.visitor()).new_page()
    for width, height in WIDTHS:
        await guest.set_viewport_size({"width": width, "height": height})
        await guest.goto(f"/feeds/{places.home().slug}/announcements.atom")
        words = await guest.evaluate(_SHOWN)
        assert all(part in words for part in ("订阅用的网址", "停水通知", "周六上午停水")), words
        assert "T" not in words.partition("https://")[0], "no moment as machines write it, and no address of the feed"
        wide, room = await guest.evaluate(_WIDTHS)
        assert wide <= room == width
