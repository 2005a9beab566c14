"""What comes of a proposal that was voted for, over HTTP: published, objected to, carried out, rated."""

from __future__ import annotations

import datetime as dt

from forum.promises import appraisals, publications
from models import clock
from models.appraisal import Appraisal
from models.database import connected
from models.publication import Publication
from people.viewers import SYSTEM
from tests.journeys.doors import Browser, Page
from tests.journeys.messenger import Messenger
from tests.reliability.process import Service

OBJECTION, ANSWER = "充电桩离我家窗户太近了", "改到车棚西边，离窗户十米。"


async def follows(who: Browser, here: str, path: str) -> Page:
    """From the proposal's page to what came of it, which it leads to."""
    page = await who.open(here)
    found = [part.partition('"')[0] for part in page.html.split('href="') if part.startswith(path)]
    assert found, f"{here} does not lead to {path}: {page.html}"
    return await who.open(found[-1].replace("&amp;", "&"))


async def is_published(here: str, li: Browser, gao: Browser) -> None:
    """By the secretary, from the proposal's page; a neighbour finds it from there and objects."""
    form = await follows(gao, here, "/publications/new?")
    assert "公示出去了" in (await gao.send(form, "/publications/new", outcome="project")).html
    seen = await follows(li, here, "/publications/")
    assert "异议收到了" in (await li.send(seen, "/object", text=OBJECTION)).html


async def is_blocked_until_answered(database_url: str, here: str, chen: Browser, gao: Browser) -> None:
    """The days are over, and neither the job nor the secretary lets it go on while somebody waits for an answer."""
    async with connected(database_url):
        await Publication.all().update(ends_at=clock.now() - dt.timedelta(seconds=1))
        assert await publications.close_due(by=SYSTEM) == 0
    published, proposal = await follows(gao, here, "/publications/"), await gao.open(here)
    assert not published.offers("/close")
    assert (proposal.offers("/make_project"), "异议" in proposal.html) == (False, True), proposal.html
    data = {"form_token": dict(published.form("/answer").fields)["form_token"]}
    async with gao.session.post(f"{gao.url}{here}/make_project", data=data, headers={"Origin": gao.url}) as pressed:
        assert (pressed.status, "异议" in await pressed.text()) == (409, True), "nor without being offered it"
    assert "现在：公示" in (await chen.open(here)).html
    seen = await follows(chen, here, "/publications/")
    assert "答复了" in (await chen.send(seen, "/answer", answer=ANSWER)).html


async def goes_to_a_project(here: str, li: Browser, gao: Browser) -> None:
    """By the secretary's button, unless the job was first; everybody reads the objection with its answer."""
    page = await follows(gao, here, "/publications/")
    if page.offers("/close"):
        await gao.send(page, "/close")
    seen = await follows(li, here, "/publications/")
    assert (ANSWER in seen.html, "现在：立项" in (await li.open(here)).html) == (True, True), seen.html


async def is_carried_out(here: str, li: Browser, chen: Browser, gao: Browser) -> None:
    """With money from somewhere, a promise with its day, and nothing spent that is not there."""
    started = await chen.send(await follows(chen, here, "/projects/new?"), "/projects/new", unit="示例电力公司")
    assert "立项了" in started.html, started.html
    project = started.path
    money = {"source": "own_fund", "giver": "社区自治金", "yuan": "1000"}
    assert "社区自治金" in (await gao.send(await gao.open(project), "/fund", **money)).html
    today = f"{clock.today():%Y-%m-%d}"
    await chen.send(await chen.open(project), "/add", title="布好电线", due_on=today)
    assert not (await chen.open(project)).offers(f"{project}/finish"), "a milestone is open"
    await _is_paid_for(project, chen)
    await chen.send(await chen.open(project), "/finish", note="电线布好了，通了电。")
    assert "完工了" in (await chen.send(await chen.open(project), f"{project}/finish")).html
    seen = await follows(li, here, "/projects/")
    assert ("布好电线" in seen.html, "700.00" in seen.html) == (True, True), seen.html


async def _is_paid_for(project: str, chen: Browser) -> None:
    spent = {"what": "电线", "payee": "示例电器店"}
    over = await chen.send(await chen.open(project), "/spend", **spent, yuan="1000.01")
    assert (over.status, "超预算" in over.html, "示例电器店" in over.html) == (422, True, True)
    assert "支出记好了" in (await chen.send(over, "/spend", yuan="300")).html
    over = await chen.send(await chen.open(project), "/spend", **spent, yuan="700.01")
    assert (over.status, "超预算" in over.html) == (422, True)


async def is_rated(
    here: str, chen: Browser, *, on_pages: list[Browser], in_chats: list[str], service: Service, chat: Messenger
) -> None:
    """On the page by some, by digits in a chat by others."""
    form = await follows(chen, here, "/appraisals/new?")
    assert "评议开始了" in (await chen.send(form, "/appraisals/new")).html
    for who in on_pages:
        page = await follows(who, here, "/appraisals/")
        assert "评好了" in (await who.send(page, "/rate", outcome="5", unit="4")).html
        assert not (await who.open(page.path)).offers("/rate")
    for address in in_chats:
        for text, hears in (("评议", "等您评的"), ("1", "办得怎么样"), ("3", "做得怎么样"), ("4", "评好了")):
            await chat.say(service, address, text, hears=hears)


async def ends(database_url: str, here: str, li: Browser, *, rated: int) -> None:
    """Nobody waits a week for the sums; by the job, ours or the service's."""
    async with connected(database_url):
        await Appraisal.all().update(closes_at=clock.now() - dt.timedelta(seconds=1))
        await appraisals.settle_due(by=SYSTEM)
    seen = await follows(li, here, "/appraisals/")
    assert f"{rated} 人评了" in seen.html, seen.html
    assert "6 人（" in seen.html, "the roll of all six homes"
    assert "现在：办结" in (await li.open(here)).html
