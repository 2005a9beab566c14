"""A proposal by real browsers: from an idea on a telephone over support on pages and in the chat, the vote on a page,
out of the chat and on paper, the objection and the project to what neighbours say of it. Every page is reached from the
one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forum.promises import appraisals
from models import clock
from models.appraisal import Appraisal
from models.ballot import Vote
from models.person import RoleName
from models.publication import Publication
from people import places, shelf
from people.viewers import SYSTEM
from tests.browser.conftest import IN_THE_BROWSER, OpenSite, Site
from tests.browser.neighbours import at_a_desk, opens_chat, picks, press, reads, somebody, writes
from tests.people.photos import photo
from tests.people.town import home, load

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = IN_THE_BROWSER
TITLE, TEXT = "车棚装充电桩", "车棚里装六个充电桩，电费自付，晚上十点以后断电。"
OBJECTION, ANSWER = "充电桩离我家窗户太近了", "改到车棚西边，离窗户十米。"


@dataclass(frozen=True, slots=True)
class Cast:
    """Three of five households, each on a telephone; 高 who leads and 陈 who works here, at desks."""

    wang: Page
    zhou: Page
    li: Page
    gao: Page
    chen: Page


async def _cast(site: Site) -> Cast:
    place_id = places.home_place_id()
    here = [home(at, label=label) for at, label in enumerate(("501", "402", "301", "201"), start=2)]
    await load(*here, home(6, building="5号楼", label="101"), place_id=place_id)
    for label in ("301", "201"):
        await somebody(site, f"邻居{label}", label=label)
    return Cast(
        await somebody(site, "王阿姨", label="501"),
        await somebody(site, "周敏", label="402"),
        await somebody(site, "李叔", label="101"),
        await at_a_desk(site, "高书记", role=RoleName.SECRETARY),
        await at_a_desk(site, "小陈", role=RoleName.WORKER),
    )


async def test_a_proposal_becomes_a_project_that_neighbours_rate(open_site: OpenSite, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path)
    site = await open_site([])
    cast = await _cast(site)
    await _puts(cast.zhou, title="充电桩", text="车棚里装充电桩，电费自付。")
    await _is_put_beside_what_is_like_it(cast.wang)
    await _is_supported(site, cast)
    await _is_taken_up(cast.gao)
    await _is_put_to_the_vote(cast.gao)
    await _opens(cast.wang)
    await press(cast.wang, TITLE)
    await _finds_the_ballot_in_the_chat(site, cast.zhou)
    for who in (cast.wang, cast.zhou):
        await _votes(who)
    await _votes_on_paper(cast)
    await _is_counted(cast)
    await _is_published_and_objected_to(cast)
    await _goes_on_after_the_answer(cast.gao)
    await _is_carried_out(cast.gao)
    await _is_rated(cast)


async def _fits(page: Page) -> None:
    """Nothing stands out of the screen to the right."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


async def _opens(page: Page) -> None:
    """The proposal, from the list."""
    await page.goto("/proposals")
    await press(page, TITLE)
    await reads(page, TEXT)


async def _puts(page: Page, *, title: str, text: str) -> None:
    """From the boards on."""
    await page.goto("/boards")
    await press(page, "议事厅")
    await press(page, "提一个、附议、看进展")
    await press(page, "提一个")
    await page.fill("#title", title)
    await page.fill("#text", text)
    await press(page, "提出来")


async def _is_put_beside_what_is_like_it(wang: Page) -> None:
    """What is like it is shown once, and what was typed stays."""
    await _puts(wang, title=TITLE, text=TEXT)
    await reads(wang, "这些可能说的是同一件事")
    await _fits(wang)
    await press(wang, "提出来")
    await reads(wang, "现在：征集附议")


async def _is_supported(site: Site, cast: Cast) -> None:
    """On the page by two households, in the chat by the third, which is enough."""
    for who in (cast.wang, cast.zhou):
        await _opens(who)
        await press(who, "我家附议")
        await reads(who, "您替自己家附议了")
    await opens_chat(site, cast.li, "李叔")
    await writes(cast.li, "提案")
    await picks(cast.li, TITLE)
    await picks(cast.li, "我家附议")
    await reads(cast.li, "好的，替您家附议了")
    await _opens(cast.li)
    await _fits(cast.li)
    await reads(cast.li, "现在：筛选")


async def _is_taken_up(gao: Page) -> None:
    """Answered, then selected with a reason."""
    await _opens(gao)
    await gao.fill("#answer-text", "电力公司看过现场，可以装。")
    await gao.locator("form[action$='/answer'] button").click()
    await reads(gao, "居委会的正式答复")
    await gao.locator("summary", has_text="采纳，进入讨论").click()
    await gao.fill("#reason-select", "三户都等着用。")
    await press(gao, "采纳，进入讨论")
    await reads(gao, "现在：讨论")


async def _is_put_to_the_vote(gao: Page) -> None:
    await press(gao, "拟表决")
    await press(gao, "开始表决")
    await reads(gao, "名册")


async def _finds_the_ballot_in_the_chat(site: Site, zhou: Page) -> None:
    """What is chosen is not said there: it leads to the page."""
    await opens_chat(site, zhou, "周敏")
    await writes(zhou, "表决")
    await picks(zhou, TITLE)
    await reads(zhou, "请不要写在聊天里")
    await picks(zhou, "链接")
    await zhou.locator(".bubble-link a", has_text="去投票").last.click()


async def _votes(who: Page) -> None:
    """On the ballot page, to which the proposal and the chat lead; once."""
    await who.locator("input[name=choice][value='1']").check()
    await _fits(who)
    await who.locator("form[action$='/cast'] button").click()
    await reads(who, "您的回执号")
    await _fits(who)
    await press(who, "回到这项表决")
    await reads(who, "已经投过")


async def _votes_on_paper(cast: Cast) -> None:
    """Printed, handed out, photographed, and entered by two."""
    chen, gao = cast.chen, cast.gao
    await _opens(chen)
    await press(chen, TITLE)
    await press(chen, "办理")
    manage = chen.url
    await chen.fill("#count", "1")
    await press(chen, "印选票")
    receipt = await chen.locator(".print-ballot strong").inner_text()
    await chen.goto(manage)
    await chen.locator("summary[aria-label*='101领了纸质选票']").click()
    await chen.locator("button[aria-label*='101已经领走纸质选票']").click()
    await _enters(chen, receipt, with_photo=True)
    await reads(chen, "第一遍录好了")
    await gao.reload()
    await _enters(gao, receipt, with_photo=False)
    await reads(gao, "两遍一样")


async def _enters(page: Page, receipt: str, *, with_photo: bool) -> None:
    await page.locator("summary", has_text="录入收回来的纸质选票").click()
    await page.fill("#receipt", receipt)
    await page.locator("form[action*='/enter'] input[name=choice][value='1']").check()
    if with_photo:
        await page.set_input_files("#photo", {"name": "选票.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    await page.locator("form[action*='/enter'] button").click()


async def _is_counted(cast: Cast) -> None:
    """Nobody waits a week; what came out stands on the page for everybody."""
    await Vote.all().update(closes_at=clock.now() - dt.timedelta(seconds=1))
    await _opens(cast.gao)
    await press(cast.gao, TITLE)
    await press(cast.gao, "办理")
    await press(cast.gao, "现在计票")
    await reads(cast.gao, "5 票里 3 票参加")
    await _opens(cast.li)
    await press(cast.li, TITLE)
    await reads(cast.li, "通过。")
    await _fits(cast.li)


async def _is_published_and_objected_to(cast: Cast) -> None:
    gao, li = cast.gao, cast.li
    await _opens(gao)
    await press(gao, "发布公示")
    await gao.locator("input[name=outcome][value=project]").check()
    await press(gao, "发布公示")
    await reads(gao, "公示出去了")
    await _opens(li)
    await press(li, "公示：")
    await li.fill("#text", OBJECTION)
    await press(li, "提异议")
    await reads(li, "异议收到了")
    await _fits(li)


async def _goes_on_after_the_answer(gao: Page) -> None:
    """The days are over, and it waits for the answer."""
    await Publication.all().update(ends_at=clock.now() - dt.timedelta(seconds=1))
    await gao.reload()
    await reads(gao, "答复以前不会往下走")
    await gao.fill("textarea[name=answer]", ANSWER)
    await gao.locator("form[action$='/answer'] button").click()
    await press(gao, "期满，成为")
    await _opens(gao)
    await reads(gao, "现在：立项")


async def _is_carried_out(gao: Page) -> None:
    """With money, a promise that is kept, and what it cost."""
    await press(gao, "立项")
    await gao.fill("#unit", "示例电力公司")
    await press(gao, "立项")
    for fold, fields, button in (
        ("记资金到位", {"#fg": "社区自治金", "#fy": "1000"}, "记资金"),
        ("记支出", {"#sw": "电线", "#sp": "示例电器店", "#sy": "300"}, "记支出"),
        ("加节点", {"#mt": "布好电线", "#md": f"{clock.today():%Y-%m-%d}"}, "加节点"),
        ("完成、改期、转为事件", {"textarea[name=note]": "布好了"}, "完成"),
    ):
        await gao.locator("summary", has_text=fold).click()
        for field, words in fields.items():
            await gao.fill(field, words)
        await press(gao, button)
        await reads(gao, "好了" if button != "完成" else "节点完成了")
    await press(gao, "完工")
    await reads(gao, "完工了")


async def _is_rated(cast: Cast) -> None:
    """Begun from the project, rated on a telephone, told after the end, and the proposal is done."""
    await press(cast.gao, "开始评议")
    await press(cast.gao, "开始评议")
    await reads(cast.gao, "评议开始了")
    wang = cast.wang
    await _opens(wang)
    await press(wang, "评议：")
    for field, star in (("outcome", 5), ("unit", 4)):
        await wang.locator(f"input[name={field}][value='{star}']").check()
    await _fits(wang)
    await wang.locator("form[action$='/rate'] button").click()
    await reads(wang, "评好了")
    await Appraisal.all().update(closes_at=clock.now() - dt.timedelta(seconds=1))
    await appraisals.settle_due(by=SYSTEM)
    await wang.reload()
    await reads(wang, "不满 5 人评，不公布合计")
    await _opens(wang)
    await reads(wang, "现在：办结")
