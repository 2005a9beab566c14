"""An idle item from hand to hand: offered with its photo in chat, wanted on pages and in chat by two, fetched by the
next in line when the first lets go."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import aiohttp
import pytest

from models.clock import SHANGHAI
from tests.journeys.doors import Browser, browser
from tests.journeys.neighbourhood import served, way_in
from tests.people.photos import photo

pytestmark = pytest.mark.databases("sqlite")  # Each rule runs on both in tests of its own.


async def test_a_desk_goes_to_the_next_in_line(database_url: str, tmp_path: Path) -> None:
    async with (
        served(database_url, folder=tmp_path) as service,
        browser(service.url) as wang,
        browser(service.url) as li,
        browser(service.url) as zhou,
    ):
        for who, name, address in ((wang, "王秀英", "wang"), (li, "李建国", "li"), (zhou, "周敏", "zhou")):
            link = f"/login/link/{await way_in(database_url, name, address=address)}"
            assert (await who.send(await who.open(link), link)).status == 200
        item = await _offers_in_chat(wang)
        await _wants_on_the_page(li, item)
        await _queues_in_chat(zhou)
        await _agree_on_a_time(wang, li, item)
        await _lets_go(li, item)
        assert "轮到您了" in (await zhou.newest()).text
        await _fetches(wang, zhou, item)
        assert "没有了" in (await li.open(item)).html


async def _offers_in_chat(wang: Browser) -> str:
    """By digits, with a photo; gives the path of the item."""
    assert (await wang.say("我要送东西")).outcome == "item"
    await wang.say("1")
    await _sends_a_photo(wang)
    assert "照片收到了" in (await wang.newest()).text
    await wang.say("一张儿童书桌，七成新，来3号楼502室拿")
    await wang.say("1")
    assert "照片 1 张" in (await wang.say("2")).text
    offered = await wang.say("1")
    assert "有人要会告诉您" in offered.text
    return offered.links[0]


async def _sends_a_photo(wang: Browser) -> None:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in (await wang.open("/chat")).form("/chat").fields:
        if name != "photo":
            form.add_field(name, value)
    form.add_field("photo", io.BytesIO(photo()), filename="desk.jpg", content_type="image/jpeg")
    async with wang.heard(), wang.session.post(f"{wang.url}/chat", data=form, headers={"Origin": wang.url}) as answer:
        assert answer.status == 200


async def _wants_on_the_page(li: Browser, item: str) -> None:
    """From the list; there is the photo, and no door."""
    board = await li.open("/boards/idle_items")
    assert "还在" in board.html
    assert item in (await li.open("/items")).html
    page = await li.open(item)
    assert "/preview" in page.html
    assert "502" not in page.html
    assert "轮到您了" in (await li.send(page, "/reserve")).html


async def _queues_in_chat(zhou: Browser) -> None:
    """By digits: somebody was first."""
    await zhou.say("闲置")
    assert "有人先要了" in (await zhou.say("1")).text
    assert "前面还有 1 位" in (await zhou.say("1")).text


async def _agree_on_a_time(wang: Browser, li: Browser, item: str) -> None:
    """Proposed on the page, agreed to in chat."""
    at = (dt.datetime.now(SHANGHAI) + dt.timedelta(days=1)).replace(hour=10, minute=0)  # noqa: TID251
    await li.send(await li.open(item), "/meet", at=f"{at:%Y-%m-%dT%H:%M}", spot="gate")
    assert "想约您" in (await wang.newest()).text
    await wang.say("我的闲置")
    await wang.say("1")
    assert "约好了" in (await wang.say("1")).text


async def _lets_go(li: Browser, item: str) -> None:
    done = await li.send(await li.open(item), "/let_go")
    assert "让给下一位" in done.html


async def _fetches(wang: Browser, zhou: Browser, item: str) -> None:
    """Handed over on the page; what was had is nobody's to want any more."""
    page = await wang.open(item)
    assert "周敏" in page.html
    assert "没有了" in (await wang.send(page, "/give")).html
    assert item not in (await zhou.open("/items")).html
