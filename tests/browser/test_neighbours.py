"""Neighbours on their telephones, by a real browser: a thing given away, an activity, a notice, a private question, and
a post that is taken away and appealed for. All five live in one town behind one server; each has people of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from forum import board_settings
from forum.board_settings import Wanted
from forum.notices import sending
from models import clock
from models.clock import SHANGHAI
from models.database import connected
from models.person import RoleName
from people import places
from people.viewers import SYSTEM
from tests.browser.conftest import Site
from tests.browser.neighbours import press, reads, says, somebody
from tests.databases import sqlite_copy
from tests.people.town import home, load, staff
from tests.portal.neighbourhood import portal_app, settle

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUESTION = "最近心口总是闷，要不要去大医院"
ANGRY, REASON = "昨天谁又把车停在消防通道上，真不像话", "有不满可以说事情，不要骂人"


@dataclass(frozen=True, slots=True)
class Street:
    """Who lives there, each on a telephone of their own: 王 and 周 in 3号楼, 李 in 5号楼; and 高 of the committee."""

    site: Site
    wang: Page
    zhou: Page
    li: Page
    gao: Page


@asynccontextmanager
async def _served(url: str, chromium: Browser) -> AsyncIterator[Site]:
    """青禾里 with two buildings, in which a doctor answers."""
    async with connected(url):
        await settle([])
        here = places.home_place_id()
        await load(home(), home(3, label="402"), home(4, building="5号楼", label="101"), place_id=here)
        await board_settings.set_board("doctor", Wanted(is_on=True), by=staff(RoleName.SECRETARY, here), place_id=here)
        async with TestServer(portal_app()) as server:
            yield Site(str(server.make_url("")), chromium)
            for context in chromium.contexts:
                await context.close()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def street(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> AsyncIterator[Street]:
    """One server and its people for all tests of this file."""
    async with _served(sqlite_copy(migrated_sqlite, folder=tmp_path_factory.mktemp("street")), chromium) as site:
        yield Street(
            site,
            await somebody(site, "王阿姨", label="501"),
            await somebody(site, "周敏", label="402"),
            await somebody(site, "李叔", label="101"),
            await somebody(site, "高书记", role=RoleName.SECRETARY),
        )


async def finds_nothing(page: Page, address: str) -> None:
    """As if there were no such page."""
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 404


def typed(moment: dt.datetime) -> str:
    """As a field for a day and an hour takes it."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


async def test_a_thing_goes_from_hand_to_hand(street: Street) -> None:
    wang, li, zhou = street.wang, street.li, street.zhou
    await wang.goto("/boards/idle_items")
    await press(wang, "放一样东西")
    await wang.fill("#title", "儿童书桌")
    await wang.fill("#text", "一张儿童书桌，七成新")
    await press(wang, "放上去")
    await reads(wang, "还没有人要")
    for one, words, answer in ((li, "我要", "轮到您了"), (zhou, "我也要，排队", "前面还有 1 位")):
        await one.goto("/items")
        await press(one, "儿童书桌")
        await press(one, words)
        await reads(one, answer)
    assert not await says(zhou, "李叔"), "who else wants it is for the giver alone"
    await _meet(wang, li)
    await wang.reload()
    await press(wang, "给了")
    await reads(wang, "好的，记下了")
    assert not await says(wang, "谁在等")
    await zhou.reload()
    await reads(zhou, "没有了")


async def _meet(wang: Page, li: Page) -> None:
    """She asks whether tomorrow will do, and he says yes."""
    await wang.reload()
    await wang.locator("input[name=at]").first.fill(typed(clock.now() + dt.timedelta(days=1)))
    await press(wang, "问对方行不行")
    await reads(wang, "等对方同意")
    await li.reload()
    await press(li, "行，就这个时间")
    await reads(li, "约好了，到时候会提醒您")


async def test_who_waited_for_an_activity_moves_up_and_signs_in(street: Street) -> None:
    gao, li, zhou = street.gao, street.li, street.zhou
    await _calls(gao)
    for one, words, answer in ((li, "报名", "报上名了"), (zhou, "名额满了，排候补", "您排在候补第 1 位")):
        await one.goto("/activities")
        await press(one, "包粽子")
        await press(one, words)
        await reads(one, answer)
    assert not await zhou.locator("#code").count(), "who waits has nothing to sign in for"
    await press(li, "取消报名")
    await reads(li, "已经取消报名")
    await press(gao, "出示签到码")
    code = await gao.locator(".big-code").inner_text()
    await zhou.reload()
    await zhou.fill("#code", code)
    await press(zhou, "签到")
    await reads(zhou, "签到成功")
    await press(gao, "报名名单")
    await reads(gao, "已签到")
    await reads(gao, "周敏")
    assert not await says(gao, "李叔")


async def _calls(gao: Page) -> None:
    """One place, in twenty minutes."""
    await gao.goto("/activities")
    await press(gao, "发活动")
    starts = clock.now() + dt.timedelta(minutes=20)
    facts = {"title": "包粽子", "text": "带上围裙", "venue": "活动室", "places": "1"}
    times = {"starts_at": typed(starts), "ends_at": typed(starts + dt.timedelta(hours=2))}
    for field, words in (facts | times).items():
        await gao.fill(f"#{field}", words)
    await press(gao, "发出去")
    await reads(gao, "活动发出去了")


async def test_a_notice_for_one_building_is_read_there_and_seen_nowhere_else(street: Street) -> None:
    gao, wang, li = street.gao, street.wang, street.li
    await _writes(gao)
    await sending.send_due(by=SYSTEM)
    await wang.goto("/boards/announcements")
    await reads(wang, "只有收到的人看得到")
    assert not await says(wang, "不再接受回复")
    await press(wang, "停水通知")
    await reads(wang, "周六上午停水")
    await li.goto("/boards/announcements")
    assert not await says(li, "停水通知")
    await finds_nothing(li, wang.url)
    await gao.reload()
    await reads(gao, "1 人打开看过")
    assert not await says(gao, "李叔"), "it was not for him"


async def _writes(gao: Page) -> None:
    """For 3号楼 alone."""
    await gao.goto("/boards/announcements")
    await press(gao, "写公告")
    await gao.fill("#title", "停水通知")
    await gao.fill("#text", "周六上午停水，请提前存水")
    await gao.locator("summary", has_text="楼栋").click()
    await gao.locator("label", has_text="3号楼").click()
    await press(gao, "发出去")
    await reads(gao, "公告已经发出")


async def test_what_she_is_told_comes_to_the_open_page_by_itself(street: Street) -> None:
    from playwright.async_api import expect

    wang, li = street.wang, street.li
    await wang.goto("/boards/issues/new")
    await wang.fill("#text", "天台的门锁坏了")
    await press(wang, "发出去")
    thread = wang.url.partition("?")[0]
    await wang.goto("/bell")
    before = int(await wang.locator("#bell-mark").get_attribute("data-bell") or 0)
    await li.goto(thread)
    await li.fill("textarea[name=text]", "我家那边也是")
    await press(li, "回复")
    await reads(wang, "天台的门锁坏了")
    await expect(wang.locator("#bell-mark")).to_contain_text(str(before + 1))
    await expect(wang).to_have_title(re.compile(rf"^\({before + 1}\) "))
    await press(wang, "天台的门锁坏了")
    await reads(wang, "我家那边也是")


async def test_a_private_question_is_the_doctors_and_the_askers(street: Street) -> None:
    wang, li = street.wang, street.li
    doctor = await somebody(street.site, "吴医生", role=RoleName.DOCTOR)
    await wang.goto("/boards/doctor")
    await press(wang, "提问")
    await wang.fill("#text", QUESTION)
    await wang.check("input[name=private]")
    await press(wang, "发出去")
    await reads(wang, "发出去了")
    await li.goto("/boards/doctor")
    assert not await says(li, QUESTION)
    await finds_nothing(li, wang.url)
    await doctor.goto("/boards/doctor")
    await press(doctor, QUESTION)
    await doctor.fill("#text", "先来测个血压，今天下午我在")
    await press(doctor, "回复")
    await reads(doctor, "回复发出去了")
    await wang.reload()
    await reads(wang, "今天下午我在")
    await reads(wang, "正式答复")


async def test_a_post_is_hidden_and_appealed_for_without_scripts(street: Street) -> None:
    li, gao = street.li, street.gao
    wang = await somebody(street.site, "王秀英", with_scripts=False)
    chen = await somebody(street.site, "小陈", role=RoleName.WORKER, with_scripts=False)
    await _posts(wang)
    await _reports(li, wang.url)
    await _hides(chen)
    await finds_nothing(li, wang.url)
    await _appeals(wang)
    await chen.goto("/moderation")
    await press(chen, "消防通道")
    await reads(chen, "要请另一个人来看")
    await _decides(gao)
    await _reads_the_log(li)


async def _posts(wang: Page) -> None:
    await wang.goto("/boards/neighbours")
    await press(wang, "发帖")
    await wang.fill("#text", ANGRY)
    await press(wang, "发出去")
    await reads(wang, "发出去了")


async def _reports(li: Page, post: str) -> None:
    await li.goto(post)
    await press(li, "举报")
    await li.fill("#note", "太冲了")
    await li.locator("main button", has_text="举报").click()
    await reads(li, "版主会看")


async def _hides(chen: Page) -> None:
    """By a rule, with a reason; the number in it is nobody's to read."""
    await chen.goto("/moderation")
    await press(chen, "消防通道")
    await chen.locator("summary", has_text="隐藏").click()
    await chen.fill("#hide-reason", f"{REASON}，可以打 13800001234 找我")
    await press(chen, "隐藏")
    await reads(chen, "已经隐藏")


async def _appeals(wang: Page) -> None:
    """What came of it stands among her messages."""
    await wang.goto("/bell")
    await wang.locator("main a", has_text=REASON[:4]).first.click()
    await reads(wang, REASON)
    await wang.fill("#text", "我没有骂人，只是着急")
    await press(wang, "提交申诉")
    await reads(wang, "会由另一个人来看")


async def _decides(gao: Page) -> None:
    await gao.goto("/moderation")
    await press(gao, "消防通道")
    await reads(gao, "只是着急")
    await gao.fill("#answer", "说事情就好，这次维持")
    await press(gao, "维持处理")
    await reads(gao, "裁定好了")


async def _reads_the_log(li: Page) -> None:
    """What was done and why, and of nobody and in nobody's words."""
    await li.goto("/boards")
    await press(li, "处理记录")
    await reads(li, REASON)
    for hidden in ("王秀英", "小陈", "高书记", "李叔", "消防通道", "13800001234", "只是着急"):
        assert not await says(li, hidden), hidden
