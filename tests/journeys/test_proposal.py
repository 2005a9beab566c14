"""From a neighbour's idea to what came of it: put, supported on pages and in a chat, answered, heard, put to the vote,
cast on the page, by a link out of a chat and on paper by two of staff with a photo, counted, checked, published and
objected to, carried out, rated."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from courier.letters import Letter
from forum.votes import recount
from models import clock
from models.ballot import Vote
from models.contact import Contact
from models.database import connected
from models.home import Building, Estate, Home
from models.household import Household, Relation, Residence, ResidenceState
from models.person import Person, Role, RoleName
from people import login_codes, places, residents
from people.viewers import viewer_of
from tests.journeys import after_the_vote
from tests.journeys.after_the_vote import follows
from tests.journeys.doors import Browser, Page, browser
from tests.journeys.messenger import Messenger, messenger
from tests.journeys.neighbourhood import PASSWORD, served
from tests.journeys.test_vote import RECEIPT
from tests.people.neighbours import CHAT
from tests.people.photos import photo
from tests.reliability.process import Service

HOMES = 6
ZHOU = "chat 103"
"""Where the third of them writes; no browser of theirs is signed in before the vote."""
TITLE, TEXT = "车棚装充电桩", "车棚里装六个充电桩，电费自付，晚上十点以后断电。"


async def test_a_proposal_from_the_idea_to_what_came_of_it(database_url: str, tmp_path: Path) -> None:
    async with (
        messenger() as chat,
        served(database_url, folder=tmp_path, more=chat.settings) as service,
        browser(service.url) as wang,
        browser(service.url) as li,
        browser(service.url) as zhou,
        browser(service.url) as chen,
        browser(service.url) as gao,
    ):
        links = await _move_in(database_url)
        for who, link in zip((wang, li), links, strict=False):
            await who.send(await who.open(f"/login/link/{link}"), link)
        await chen.sign_in("chen", PASSWORD)
        await gao.sign_in("gao", PASSWORD)
        here = await _is_put(wang)
        await _is_supported(here, wang, li, lambda text, hears: chat.say(service, ZHOU, text, hears=hears))
        await _is_answered(here, chen, gao)
        draft = await _is_to_be_heard_first(here, chen, gao)
        await _is_heard(here, li, chen, gao)
        vote = await _is_put_to_the_vote(here, draft, chen, gao)
        receipts = await _is_voted_on(vote, wang, li)
        receipts.append(await _votes_out_of_the_chat(service, chat, zhou, vote))
        receipts.append(await _votes_on_paper(chen, gao, vote))
        await _ends_and_is_counted(database_url, vote, gao)
        await _is_decided(here, vote, li, receipts)
        await after_the_vote.is_published(here, li, gao)
        await after_the_vote.is_blocked_until_answered(database_url, here, chen, gao)
        await after_the_vote.goes_to_a_project(here, li, gao)
        await after_the_vote.is_carried_out(here, li, chen, gao)
        await after_the_vote.is_rated(
            here, chen, on_pages=[wang, li], in_chats=["chat 103", "chat 104", "chat 105"], service=service, chat=chat
        )
        await after_the_vote.ends(database_url, here, li, rated=5)
        assert not [one for one in receipts if one in service.log()]


async def _move_in(database_url: str) -> list[str]:
    """Six homes with one of each; gives the secret ends of the links in the chats of two."""
    async with connected(database_url):
        here, now = places.home_place_id(), clock.now()
        estate = await Estate.create(created_at=now, place_id=here, name="示范苑")
        building = await Building.create(created_at=now, place_id=here, estate=estate, name="3号楼", sort="000003")
        return [await _lives(building, f"{101 + number}") for number in range(HOMES)][:2]


async def _lives(building: Building, label: str) -> str:
    here, now = building.place_id, clock.now()
    person = await Person.create(created_at=now, place_id=here, name=f"住户{label}", shown_name=f"住户{label}")
    await Role.create(created_at=now, person_id=person.id, place_id=here, name=RoleName.RESIDENT)
    home = await Home.create(created_at=now, place_id=here, building=building, label=label, sort=label, area=8000)
    household = await Household.create(created_at=now, place_id=here, home=home)
    await Residence.create(
        created_at=now,
        place_id=here,
        person_id=person.id,
        home=home,
        household=household,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )
    where = await residents.at(channel=CHAT, address=f"chat {label}", place_id=here)
    await Contact.filter(id=where.contact_id).update(person_id=person.id)
    by = await viewer_of(person.id, contact_id=where.contact_id)
    assert by is not None
    return (await login_codes.make_code(by=by)).link


async def _is_put(wang: Browser) -> str:
    """On the page; gives its address."""
    put = await wang.send(await wang.open("/proposals/new"), "/proposals", title=TITLE, text=TEXT)
    assert "征集附议" in put.html, put.html
    return put.path


async def _is_supported(here: str, wang: Browser, li: Browser, zhou: Callable[[str, str], Awaitable[Letter]]) -> None:
    """By one household on the page, by another in its chat; the third reaches the threshold in a messenger."""
    await wang.send(await wang.open(here), "/support")
    listed = await li.say("提案")
    assert TITLE in listed.text + "".join((await li.open("/proposals")).html), listed
    shown = await li.say("1")
    assert "我家附议" in (await li.open(here)).html, shown
    assert "附议" in (await li.say("1")).text
    assert "还差 <b>1</b> 户" in (await li.open(here)).html
    for text, hears in (("提案", TITLE), ("1", TITLE), ("1", "附议")):
        await zhou(text, hears)
    assert "还差" not in (await li.open(here)).html


async def _is_answered(here: str, chen: Browser, gao: Browser) -> None:
    """A refusal without a reason is none; an answer and a selection are public."""
    await chen.send(await chen.open(here), "/answer", answer="电力公司看过现场，可以装。")
    nothing = await gao.send(await gao.open(here), "/refuse", reason=" ")
    assert (nothing.status, "请写清楚理由" in nothing.html) == (422, True)
    assert "有四户等着用" in (await gao.send(await gao.open(here), "/select", reason="有四户等着用。")).html


async def _is_to_be_heard_first(here: str, chen: Browser, gao: Browser) -> str:
    """A hearing that was decided on goes before the vote, over the words as they are frozen; gives the draft's page."""
    assert "现在：听证会" in (await gao.send(await gao.open(here), "/hear", reason="")).html
    draft = await chen.send(await chen.open(here), "/draft_vote")
    assert (draft.path.endswith("/manage"), draft.offers("/open")) == (True, False), draft.html
    early = await gao.send(await gao.open(draft.path), "/open")
    assert (early.status, "听证会" in early.html) == (409, True), early.html
    return draft.path


async def _is_heard(here: str, li: Browser, chen: Browser, gao: Browser) -> None:
    """Called for the proposal, begun with its members, written down, published; found from the proposal's page."""
    listed = f"/meetings?proposal={here.rpartition('/')[2]}"
    assert f'href="{listed}"' in (await chen.open(here)).html
    form = await follows(chen, listed, "/meetings/new?")
    starts = f"{clock.local(clock.now() + dt.timedelta(minutes=20)):%Y-%m-%dT%H:%M}"
    where = {"title": "车棚听证会", "agenda": "听听一楼怎么说", "venue": "活动室", "starts_at": starts}
    called = await chen.send(form, "/meetings", kind="hearing", **where)
    assert called.path.endswith("/manage"), called.html
    invited = await chen.send(called, "/invite", named="住户101", outside="示例电力公司 赵工")
    [seat, *_] = re.findall(r'name="seat" value="(\d+)"', invited.html)
    await chen.send(invited, "/name_member", seat=seat)
    await chen.send(await chen.open(called.path), "/begin")
    await chen.send(await chen.open(called.path), "/mark", seat=seat)
    await chen.send(await chen.open(called.path), "/write", minutes="一楼担心断电，说好夜里十点以后断。")
    await chen.send(await chen.open(called.path), "/conclude", point="夜里十点以后断电", outcome="agreed", due_on="")
    assert "记录公开了" in (await gao.send(await gao.open(called.path), "/publish")).html
    assert "一楼担心断电" in (await li.open(called.path.removesuffix("/manage"))).html


async def _is_put_to_the_vote(here: str, draft: str, chen: Browser, gao: Browser) -> str:
    """Now that the record is public; gives the vote's page."""
    opened = await gao.send(await gao.open(draft), "/open")
    assert "名册" in opened.html, opened.html
    assert "现在：表决" in (await chen.open(here)).html
    return draft.removesuffix("/manage")


async def _votes_out_of_the_chat(service: Service, chat: Messenger, zhou: Browser, vote: str) -> str:
    """The chat sends a link that works once; a browser without a login comes in by it and casts; gives the receipt."""
    assert "/login" in (await zhou.open(vote)).path
    await chat.say(service, ZHOU, "表决", hears=TITLE)
    await chat.say(service, ZHOU, "1", hears="请不要写在聊天里")
    [link] = (await chat.say(service, ZHOU, "1", hears="链接")).links
    assert link.path.endswith(f"?back={vote}")
    ballot = await zhou.send(await zhou.open(link.path), link.path.partition("?")[0])
    assert ballot.path == vote
    [receipt] = set(RECEIPT.findall((await zhou.send(ballot, "/cast", choice="2")).html))
    assert not (await zhou.open(vote)).offers("/cast")
    assert "链接" in (await zhou.open(link.path)).html
    return receipt


async def _is_voted_on(vote: str, wang: Browser, li: Browser) -> list[str]:
    """On the page, which the chat leads to and says nothing else; once each."""
    await li.say("表决")
    assert "请不要写在聊天里" in (await li.say("1")).text
    [link] = (await li.say("1")).links
    assert link == vote
    receipts = []
    for who, choice in ((wang, "1"), (li, "1")):
        cast = await who.send(await who.open(vote), "/cast", choice=choice)
        receipts += set(RECEIPT.findall(cast.html))
        assert not (await who.open(vote)).offers("/cast")
    assert len(receipts) == 2
    return receipts


async def _votes_on_paper(chen: Browser, gao: Browser, vote: str) -> str:
    """Printed, handed out, photographed, and entered by two; gives the receipt on it."""
    manage = f"{vote}/manage"
    printed = await chen.send(await chen.open(manage), "/print", count="1")
    [receipt] = set(RECEIPT.findall(printed.html))
    assert "领了纸质选票" in (await chen.send(await chen.open(manage), "/hand_out")).html
    nothing = await chen.send(await chen.open(manage), "/enter", receipt=receipt, choice="1")
    assert "请拍一张这张选票的照片" in nothing.html
    assert "第一遍录好了" in (await _with_photo(chen, await chen.open(manage), receipt))
    assert "两遍一样" in (await gao.send(await gao.open(manage), "/enter", receipt=receipt, choice="1")).html
    assert "/papers/" not in (await gao.open(manage)).html
    return receipt


async def _with_photo(who: Browser, page: Page, receipt: str) -> str:
    form = page.form("/enter")
    typed = {"receipt": receipt, "choice": "1"}
    kept = [(name, value) for name, value in form.fields if name not in {"receipt", "choice", "photo"}]
    data = aiohttp.FormData([*kept, *typed.items()])
    data.add_field("photo", photo(), filename="选票.jpg", content_type="image/jpeg")
    async with who.session.post(who.url + form.action, data=data, headers={"Origin": who.url}) as response:
        return await response.text()


async def _ends_and_is_counted(database_url: str, vote: str, gao: Browser) -> None:
    """Nobody waits a week; by the button, unless the job was first."""
    async with connected(database_url):
        await Vote.all().update(closes_at=clock.now() - dt.timedelta(seconds=1))
    page = await gao.open(f"{vote}/manage")
    counted = await gao.send(page, "/count") if page.offers("/count") else page
    assert "结果" in counted.html


async def _is_decided(here: str, vote: str, li: Browser, receipts: list[str]) -> None:
    """The proposal went on with the numbers as the reason, and anybody counts again."""
    page = (await li.open(here)).html
    assert "现在：公示" in page, page
    sheet = json.loads((await li.open(f"{vote}/ballots.json")).html)
    assert recount.problems(sheet) == []
    assert sheet["counted"]["tally"] == {"1": [3, 0], "2": [1, 0], "3": [0, 0]}
    assert {line.split()[0] for line in sheet["ballots"]} == {*receipts}
    assert "4 票参加" in (await li.open(vote)).html
