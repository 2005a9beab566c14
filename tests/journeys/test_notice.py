"""A notice and an emergency: written on pages for one building, read and answered in chat, who has not is listed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.journeys.doors import Browser, browser
from tests.journeys.neighbourhood import PASSWORD, served, way_in

pytestmark = pytest.mark.databases("sqlite")  # Each rule runs on both in tests of its own.


async def test_a_notice_is_read_and_an_emergency_acknowledged(database_url: str, tmp_path: Path) -> None:
    async with (
        served(database_url, folder=tmp_path) as service,
        browser(service.url) as wang,
        browser(service.url) as li,
        browser(service.url) as chen,
        browser(service.url) as gao,
    ):
        for resident, name, address in ((wang, "王秀英", "wang"), (li, "李建国", "li")):
            link = f"/login/link/{await way_in(database_url, name, address=address)}"
            assert (await resident.send(await resident.open(link), link)).status == 200
        notice = await _is_written(chen)
        await _is_read_in_chat(wang)
        await _is_listed(chen, notice, read=1, left="李建国")
        urgent = await _is_sent(gao)
        await _is_acknowledged(wang, li)
        await _is_listed(gao, urgent, read=2, left="")
        await _is_over(gao, urgent, wang)


async def _is_written(chen: Browser) -> str:
    """For the building in which both live; gives the page of the notice."""
    await chen.sign_in("chen", PASSWORD)
    form = await chen.open("/notices/new?board=announcements")
    building = re.search(r'name="buildings" value="(\d+)"', form.html)
    assert building is not None
    assert "紧急通知（台风" not in form.html, "only who leads may"
    text = {"title": "停水通知", "text": "周六上午停水", "buildings": building[1]}
    page = await chen.send(form, "/notices", **text)
    assert re.fullmatch(r"/notices/\d+", page.path)
    assert "住在" in page.html
    return page.path


async def _until(page: Browser, path: str, words: str) -> str:
    """A page, once the job has done its work."""
    for _ in range(150):
        html = (await page.open(path)).html
        if words in html:
            return html
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} never said {words}")


async def _is_read_in_chat(wang: Browser) -> None:
    """By digits alone; whom it is for stands nowhere."""
    await _until(wang, "/boards/announcements", "停水通知")
    assert (await wang.say("公告")).outcome == "board"
    told = await wang.say("1")
    assert "周六上午停水" in told.text
    assert "住在" not in (await wang.open(told.links[0])).html


async def _is_listed(staff: Browser, path: str, *, read: int, left: str) -> None:
    """How many have, and who has not, to be printed."""
    html = await _until(staff, path, f"<b>{read}</b> 人打开看过")
    if left:
        assert left in html
        assert left in (await staff.open(f"{path}/print")).html
    assert "王秀英" not in html


async def _is_sent(gao: Browser) -> str:
    """It is asked once more before it goes out."""
    await gao.sign_in("gao", PASSWORD)
    form = await gao.open("/notices/new")
    words = {"title": "台风来了", "text": "今晚不要出门", "is_emergency": "1"}
    asked = await gao.send(form, "/notices", **words)
    assert asked.path == "/notices"
    assert "真的现在发给 2 人" in asked.html
    page = await gao.send(asked, "/notices")
    assert "正在发" in page.html
    return page.path


async def _is_acknowledged(wang: Browser, li: Browser) -> None:
    """One presses 收到 on the page, the other says it in chat."""
    home = await _until(wang, "/", "请点进去回“收到”")
    post = re.search(r'href="(/posts/\d+)">台风来了', home)
    assert post is not None
    page = await wang.open(post[1])
    assert "您回了“收到”" in (await wang.send(page, "/received")).html
    assert "已经记下您收到了" in (await li.say("收到")).text


async def _is_over(gao: Browser, urgent: str, wang: Browser) -> None:
    page = await gao.send(await gao.open(urgent), "/all_clear", words="风停了")
    assert "已解除" in page.html
    assert "台风来了" not in (await wang.open("/")).html
