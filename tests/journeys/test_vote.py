"""Two votes from the draft to the recount: a secret one by a link and on paper, a named one by digits in a chat."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sys
from pathlib import Path

import pytest

from models import clock
from models.ballot import Vote
from models.database import connected
from people import login_codes, places
from tests.journeys.doors import Browser, browser
from tests.journeys.neighbourhood import PASSWORD, served
from tests.people.neighbours import neighbour

pytestmark = pytest.mark.databases("sqlite")  # Each rule runs on both in tests of its own.
RECEIPT = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
NAMES = ("王秀英", "李建国", "周小芸", "赵示范", "钱示例")


async def test_a_vote_from_the_draft_to_the_recount(database_url: str, tmp_path: Path) -> None:
    async with (
        served(database_url, folder=tmp_path) as service,
        browser(service.url) as wang,
        browser(service.url) as li,
        browser(service.url) as chen,
        browser(service.url) as gao,
    ):
        links = await _move_in(database_url)
        await chen.sign_in("chen", PASSWORD)
        await gao.sign_in("gao", PASSWORD)
        secret = await _open(chen, gao, title="装不装充电桩", secret="1")
        named = await _open(chen, gao, title="修不修长椅", secret="")
        receipt = await _votes_by_the_link(wang, f"/login/link/{links[0]}?back={secret}", secret)
        await li.send(await li.open(f"/login/link/{links[1]}"), links[1])
        await _votes_by_digits(li)
        await _votes_on_paper(chen, gao, secret)
        await _is_over(database_url)
        for vote in (secret, named):
            await _count(gao, vote)
        assert "不赞成" in (await wang.send(await wang.open(secret), "/find", receipt=receipt)).html
        await li.say("表决结果")
        assert "5 票里 1 票参加" in (await li.say("1")).text
        await _recounts(wang, secret, tmp_path, ballots=2)
        assert receipt not in service.log()


async def _move_in(database_url: str) -> list[str]:
    """Five neighbours; gives the secret ends of the links that came into the chats of two."""
    async with connected(database_url):
        here = places.home_place_id()
        people = [await neighbour(here, name, address=f"chat {at}") for at, name in enumerate(NAMES)]
        return [(await login_codes.make_code(by=await one.viewer())).link for one in people[:2]]


async def _open(chen: Browser, gao: Browser, *, title: str, secret: str) -> str:
    """Drafted by one, opened by who leads; gives its page."""
    closes = clock.local(clock.now() + dt.timedelta(days=7))
    form = await chen.open("/votes/new")
    typed = {"title": title, "text": "听听大家的。", "unit": "person", "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}
    draft = await chen.send(form, "/votes", secret=secret, **typed)
    assert re.fullmatch(r"/votes/\d+/manage", draft.path), draft.html
    assert not draft.offers("/open")
    assert "名册" in (await gao.send(await gao.open(draft.path), "/open")).html
    return draft.path.removesuffix("/manage")


async def _votes_by_the_link(wang: Browser, link: str, vote: str) -> str:
    """The link signs in, leads to the ballot, and works once; gives the receipt."""
    ballot = await wang.send(await wang.open(link), link.partition("?")[0])
    assert ballot.path == vote
    cast = await wang.send(ballot, "/cast", choice="2")
    [receipt] = set(RECEIPT.findall(cast.html))
    assert "链接" in (await wang.open(link)).html
    assert receipt not in (await wang.open(vote)).html
    return receipt


async def _votes_by_digits(li: Browser) -> None:
    """In the chat of a browser, which is signed in: a secret vote is only led to."""
    assert (await li.say("表决")).outcome == "vote"
    assert "修不修长椅" in (await li.say("1")).text
    assert "选一个" in (await li.say("1")).text
    assert "赞成" in (await li.say("1")).text
    assert "投好了" in (await li.say("1")).text
    await li.say("表决")
    assert "请不要写在聊天里" in (await li.say("2")).text
    assert (await li.say("1")).links == ("/votes/1",)


async def _votes_on_paper(chen: Browser, gao: Browser, vote: str) -> None:
    """Handed out, and entered by two."""
    manage = f"{vote}/manage"
    printed = await chen.send(await chen.open(manage), "/print", count="1")
    [receipt] = set(RECEIPT.findall(printed.html))
    assert "领了纸质选票" in (await chen.send(await chen.open(manage), "/hand_out")).html
    for who, words in ((chen, "第一遍录好了"), (gao, "两遍一样，已经计入")):
        assert (
            words
            in (await who.send(await who.open(manage), "/enter", receipt=receipt, choice="1", no_photo="camera")).html
        )


async def _is_over(database_url: str) -> None:
    """Nobody waits a week."""
    async with connected(database_url):
        await Vote.all().update(closes_at=clock.now() - dt.timedelta(seconds=1))


async def _count(gao: Browser, vote: str) -> None:
    """By the button, unless the job was first."""
    page = await gao.open(f"{vote}/manage")
    counted = await gao.send(page, "/count") if page.offers("/count") else page
    assert "结果" in counted.html


async def _recounts(wang: Browser, vote: str, folder: Path, *, ballots: int) -> None:
    """With what the page hands out and nothing of ours."""
    for path, name in ((f"{vote}/ballots.json", "ballots.json"), ("/votes/recount.py", "recount.py")):
        (folder / name).write_text((await wang.open(path)).html, encoding="utf-8")
    words = (sys.executable, "-I", str(folder / "recount.py"), str(folder / "ballots.json"))
    process = await asyncio.create_subprocess_exec(*words, cwd=folder, stdout=asyncio.subprocess.PIPE)
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert "everything agrees" in said
    assert f'"ballots": {ballots}' in said
