"""Votes on pages: from the draft to the recount, on paper, and nothing of a choice on any page before the count."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from forum.votes import casting, recount, showing
from models import clock as models_clock
from models.ballot import PaperPhoto, SealedBallot, Vote, Voter
from models.errors import TooMany
from models.file import FileKind
from models.rules import rules
from models.transaction import fetch
from people import files, places, shelf
from portal.security import form_token
from tests.conftest import StillClock
from tests.people.photos import photo
from tests.portal.colleagues import Colleague
from tests.portal.conftest import Client
from tests.portal.desk_work import Desk, fill
from tests.portal.test_every_page import cookies_for, look
from tests.portal.visits import VISITS
from tests.portal.vote_work import Town, settle

pytestmark = pytest.mark.databases("sqlite")
RECEIPT = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
YES, NO = "1", "2"


def typed(**more: object) -> dict[str, Any]:
    closes = models_clock.local(models_clock.now() + dt.timedelta(days=7))
    return {
        "title": "装不装充电桩",
        "text": "装在车棚里。",
        "method": "yes_no",
        "unit": "household",
        "rule": "simple",
        "secret": "1",
        "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        **more,
    }


async def _opened(town: Town, **more: object) -> int:
    await town.team.chen.send("/votes", **typed(**more))
    vote = await Vote.all().order_by("-id").first()
    assert vote is not None
    await town.team.gao.send(f"/votes/{vote.id}/open", version=vote.version)
    return vote.id


async def _line(vote_id: int, who: Colleague) -> int:
    return (await showing.vote(vote_id, viewer=who.viewer)).mine[0].voter_id


async def test_from_the_draft_to_the_recount(client: Client, clock: StillClock) -> None:
    town = await settle(client)
    chen, (wang, *_) = town.team.chen, town.people
    wrong = await chen.send("/votes", **typed(method="one", options="甲"))
    assert (wrong.status, "请写 2 到 20 个选项" in wrong.html, "装在车棚里。" in wrong.html) == (422, True, True)
    vote_id = await _opened(town)
    here = f"/votes/{vote_id}"
    assert "意向征询" in (await wang.see(here)).html
    refused = await wang.send(f"{here}/cast", voter=await _line(vote_id, wang))
    assert (refused.status, "请在赞成、不赞成、弃权里选一个" in refused.html) == (422, True)
    cast = await wang.send(f"{here}/cast", voter=await _line(vote_id, wang), choice=YES)
    [receipt] = set(RECEIPT.findall(cast.html))
    assert receipt not in (await wang.see(here)).html
    assert "已经投过了" in (await wang.send(f"{here}/cast", voter=await _line(vote_id, wang), choice=NO)).html
    assert "已经改好" in (await wang.send(f"{here}/change", receipt=receipt.lower(), choice=NO)).html
    assert "没有这个回执号" in (await wang.send(f"{here}/change", receipt="2222", choice=NO)).html


async def test_what_came_out_is_found_by_the_receipt_and_recounted(client: Client, clock: StillClock) -> None:
    town = await settle(client)
    gao, (wang, li, *_) = town.team.gao, town.people
    vote_id = await _opened(town)
    here = f"/votes/{vote_id}"
    cast = await wang.send(f"{here}/cast", voter=await _line(vote_id, wang), choice=NO)
    receipt = RECEIPT.findall(cast.html)[0]
    for who in town.people[1:]:
        await who.send(f"{here}/cast", voter=await _line(vote_id, who), choice=YES)
    assert "现在计票" not in (await gao.see(f"{here}/manage")).html
    clock.forward(days=7)
    assert "已经计票" in (await gao.send(f"{here}/count")).html
    html = (await li.see(here)).html
    assert ("通过。" in html, "6 票里 6 票参加" in html) == (True, True)
    assert "不赞成" in (await wang.send(f"{here}/find", receipt=receipt)).html
    async with client.get(f"{here}/ballots.json", cookies=wang.cookies) as answer:
        sheet = json.loads(await answer.text())
    assert recount.problems(sheet) == []
    assert f"{receipt} 2" in sheet["ballots"]
    async with client.get("/votes/recount.py", cookies=wang.cookies) as answer:
        assert "def recount(" in await answer.text()


async def test_paper_from_print_to_both_entries(client: Client, clock: StillClock) -> None:
    town = await settle(client)
    chen, gao, (wang, *_) = town.team.chen, town.team.gao, town.people
    here = f"/votes/{await _opened(town)}"
    paper = await chen.send(f"{here}/print", count=2)
    first, _ = sorted(set(RECEIPT.findall(paper.html)))
    assert "请印 1 到 200 张" in (await chen.send(f"{here}/print", count=500)).html
    line = await _line(int(here.rsplit("/", maxsplit=1)[-1]), wang)
    assert "领了纸质选票" in (await chen.send(f"{here}/hand_out", voter=line)).html
    assert "第一遍录好了" in (await chen.send(f"{here}/enter", receipt=first, no_photo="camera", choice=NO)).html
    assert "由另一位" in (await chen.send(f"{here}/enter", receipt=first, no_photo="camera", choice=NO)).html
    differs = await gao.send(f"{here}/enter", receipt=first, no_photo="camera", choice=YES)
    assert (differs.status, "和第一遍录的不一样" in differs.html, first in differs.html) == (422, True, True)
    for who in (gao, chen):
        said = await who.send(f"{here}/enter", receipt=first, no_photo="camera", choice=NO)
    assert "两遍一样，已经计入" in said.html
    assert await SealedBallot.all().count() == 1


async def _enters(who: Colleague, here: str, *, with_photo: bool, **typed: str) -> str:
    data = FormData({"form_token": form_token(who.token), **typed})
    if with_photo:
        data.add_field("photo", photo(), filename="王家的票.jpg", content_type="image/jpeg")
    async with who.client.post(f"{here}/enter", data=data, cookies=who.cookies) as answer:
        return await answer.text()


async def test_a_paper_is_photographed_and_the_photo_is_shown_after_the_count(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    shelf.use_folder(tmp_path)
    town = await settle(client)
    chen, gao, (wang, *_) = town.team.chen, town.team.gao, town.people
    vote_id = await _opened(town)
    here = f"/votes/{vote_id}"
    receipts = sorted(set(RECEIPT.findall((await chen.send(f"{here}/print", count=6)).html)))
    for who in town.people:
        await chen.send(f"{here}/hand_out", voter=await _line(vote_id, who))
    refused = await _enters(chen, here, with_photo=False, receipt=receipts[0], choice=NO)
    assert "请拍一张这张选票的照片" in refused
    kept = await _enters(chen, here, with_photo=True, receipt="2222", choice=NO)
    assert "照片已经收下" in kept
    for one in receipts:
        assert "第一遍录好了" in await _enters(chen, here, with_photo=True, receipt=one, choice=NO)
        assert "两遍一样" in await _enters(gao, here, with_photo=False, receipt=one, choice=NO)
    number = (await PaperPhoto.all().first() or PaperPhoto()).id
    assert (await gao.see(f"{here}/papers/{number}")).status == 409
    clock.forward(days=7)
    await gao.send(f"{here}/count")
    html = (await gao.see(f"{here}/manage")).html
    shown = re.findall(rf'href="({here}/papers/\d+)"', html)
    assert len(shown) == 6
    async with client.get(shown[0], cookies=chen.cookies) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert (await wang.see(shown[0])).path == "/me", "it asks for who works here"
    assert (await town.team.outsider.see(shown[0])).status == 404


async def test_more_papers_are_photographed_in_an_hour_than_anybody_else_may_send_photos(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    """An afternoon of entering papers is not stopped by the limit of other photos, which stands beside it."""
    shelf.use_folder(tmp_path)
    town = await settle(client)
    here = f"/votes/{await _opened(town)}"
    chen = town.team.chen
    receipts = sorted(set(RECEIPT.findall((await chen.send(f"{here}/print", count=2)).html)))
    with pytest.raises(TooMany):
        for _ in range(1 + int(rules().limits.files.partition("/")[0])):
            await files.keep(photo(), by=chen.viewer, kind=FileKind.PHOTO, place_id=chen.viewer.place_id or 0)
    for one in receipts:
        assert "第一遍录好了" in await _enters(chen, here, with_photo=True, receipt=one, choice=NO)


async def test_a_notice_is_printed_for_each_home_that_has_not_voted(client: Client, clock: StillClock) -> None:
    """On that of a named vote stands the ballot; a secret one's ballots are drawn, so that nobody's carries a home."""
    town = await settle(client)
    chen, (wang, *_) = town.team.chen, town.people
    for secret, has_ballot in (("1", False), ("", True)):
        vote_id = await _opened(town, secret=secret)
        notices = f"/votes/{vote_id}/notices"
        assert f'href="{notices}?after=0"' in (await chen.see(f"/votes/{vote_id}/manage")).html
        html = (await chen.see(notices)).html
        assert [f"3号楼 {101 + at} 住户" in html for at in range(7)] == [True] * 6 + [False]
        assert ("签名" in html, "□" in html) == (has_ballot, has_ballot)
        assert f"/votes/{vote_id}" in html
        voter_id = await _line(vote_id, wang)
        await casting.cast(vote_id, by=wang.viewer, voter_id=voter_id, points={1: 1})
        html = (await chen.see(notices)).html
        assert ("3号楼 101 住户" in html, html.count("表决通知</h1>")) == (False, 5)
        assert (await wang.see(notices)).path == "/me", "it asks for who works here"
        assert (await town.team.outsider.see(notices)).status == 404
    clock.forward(days=7)
    assert (await chen.see(notices)).status == 409


async def test_a_draft_is_changed_until_it_is_opened_and_money_is_typed_in_yuan(
    client: Client, clock: StillClock
) -> None:
    town = await settle(client)
    chen, gao = town.team.chen, town.team.gao
    await chen.send("/votes", **typed(method="budget", budget="900.5", options="长椅 400\n路灯｜500.50元"))
    vote = await Vote.get()
    card = await showing.vote(vote.id, viewer=chen.viewer)
    assert [(one.text, one.cost_fen) for one in card.form.options] == [("长椅", 40_000), ("路灯", 50_050)]
    here = f"/votes/{vote.id}"
    assert "路灯 500.50" in (await chen.see(f"{here}/edit")).html
    assert "已经改好" in (await chen.send(f"{here}/edit", **typed(title="改了"), version=1)).html
    assert "已经变了" in (await chen.send(f"{here}/edit", **typed(), version=1)).html
    assert (await chen.send(f"{here}/open", version=2)).status == 404, "only who leads opens it"
    await gao.send(f"{here}/open", version=2)
    refused = await chen.send(f"{here}/edit", **typed(), version=3)
    assert refused.status == 409
    assert "请写为什么作废" in (await gao.send(f"{here}/void", version=3, reason=" ")).html
    assert "已经作废" in (await gao.send(f"{here}/void", version=3, reason="重新来")).html
    assert "重新来" in (await town.people[0].see(here)).html


NOISE = re.compile(r"own_[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|value=\"[\w.=-]{20,}\"")


@pytest.fixture
def halted() -> Iterator[None]:
    """The product's clock, standing still at the present moment: two looks at a page never fall into two minutes."""
    present = models_clock.now()
    with models_clock.running_on(lambda: present):
        yield


@pytest.mark.usefixtures("halted")
async def test_no_page_tells_a_choice_before_the_count(client: Client) -> None:
    """Every page of the router by everybody who opens it, with everybody for and then everybody against: not a letter
    differs while the clock stands still. A page that is new is in it by itself."""
    desk, town = await fill(), await settle(client)
    await town.team.chen.send("/votes", **typed())
    vote = await Vote.all().order_by("-id").first()
    assert vote is not None
    await town.team.gao.send(f"/votes/{vote.id}/open", version=vote.version)
    receipts = {
        who: await casting.cast(vote.id, by=who.viewer, voter_id=await _line(vote.id, who), points={1: 1})
        for who in town.people
    }
    blanks = {**desk.blanks, "vote": str(vote.id)}
    await _pages(client, desk, blanks)  # What is new to them is seen now.
    before = await _pages(client, desk, blanks)
    seen = await showing.vote(vote.id, viewer=town.people[0].viewer)
    for who, receipt in receipts.items():
        await casting.change(vote.id, by=who.viewer, points={2: 1}, receipt=receipt)
    after = await _pages(client, desk, blanks)
    changed = {path for path in before if before[path] != after[path]}
    assert changed <= {"/audit", "/me/privacy"}, "the log has that they changed it, the other who looked at a card"
    assert await showing.vote(vote.id, viewer=town.people[0].viewer) == seen
    assert await Voter.filter(vote_id=vote.id, choice__not="").count() == 0
    lines = await fetch("SELECT detail FROM audit_line WHERE verb IN ('vote.cast','vote.change')")
    assert {line["detail"] for line in lines} == {""}
    assert places.home_place_id() == vote.place_id


async def _pages(client: Client, desk: Desk, blanks: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, visit in VISITS.items():
        html = await look(client, visit.at(blanks), cookies_for(visit, desk))
        found[name] = NOISE.sub("", html)
    return found
