"""A post is taken away and its author appeals: written and appealed in chat, reported, hidden and decided on pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.doors import Browser, browser
from tests.journeys.neighbourhood import PASSWORD, served, way_in

WORDS = "昨天谁又把车停在消防通道上，真不像话"
pytestmark = pytest.mark.databases("sqlite")  # Each rule runs on both in tests of its own.


async def test_a_hidden_post_comes_back_when_somebody_else_decides_so(database_url: str, tmp_path: Path) -> None:
    async with (
        served(database_url, folder=tmp_path) as service,
        browser(service.url) as wang,
        browser(service.url) as li,
        browser(service.url) as chen,
        browser(service.url) as gao,
    ):
        await _enters(wang, await way_in(database_url, "王秀英", address="wang"))
        await _enters(li, await way_in(database_url, "李建国", address="li"))
        post = await _posts_in_chat(wang)
        await _reports(li, post)
        await _hides(chen)
        assert (await li.open(post)).status == 404
        await _appeals_in_chat(wang)
        await _decides(gao)
        assert "确实没有骂人" in (await wang.newest()).text
        assert WORDS in (await li.open(post)).html


async def _enters(resident: Browser, link: str) -> None:
    """By the link that came into their chat."""
    page = await resident.send(await resident.open(f"/login/link/{link}"), f"/login/link/{link}")
    assert page.status == 200


async def _posts_in_chat(wang: Browser) -> str:
    """By digits and the next message; gives the path of the post."""
    assert (await wang.say("看板块")).outcome == "board"
    await wang.say("7")
    await wang.say("1")
    return (await wang.say(WORDS)).links[0]


async def _reports(li: Browser, post: str) -> None:
    """From the thread."""
    assert WORDS in (await li.open(post)).html
    form = await li.open(f"/flag/post/{post.rpartition('/')[2]}")
    done = await li.send(form, form.path, rule="abuse", note="太冲了")
    assert done.path == post


async def _hides(chen: Browser) -> None:
    """From the queue, by a rule and with a reason."""
    await chen.sign_in("chen", PASSWORD)
    queue = await chen.open("/moderation")
    found = re.search(r'href="(/moderation/reviews/\d+)"', queue.html)
    assert found is not None
    review = await chen.open(found[1])
    assert WORDS in review.html
    assert "太冲了" in review.html
    done = await chen.send(review, "/hide", rule="abuse", reason="有不满可以说事情，不要骂人", hours="")
    assert done.path == "/moderation"
    assert found[1] not in done.html


async def _appeals_in_chat(wang: Browser) -> None:
    """They were told why; what they say why not is the next message."""
    assert "有不满可以说事情" in (await wang.newest()).text
    assert "骂人" in (await wang.say("申诉")).text
    await wang.say("1")
    assert "申诉收到了" in (await wang.say("我没有骂人，只是着急")).text


async def _decides(gao: Browser) -> None:
    """Somebody who did not hide it reads both sides."""
    await gao.sign_in("gao", PASSWORD)
    found = re.search(r'href="(/moderation/appeals/\d+)"', (await gao.open("/moderation")).html)
    assert found is not None
    page = await gao.open(found[1])
    assert "只是着急" in page.html
    done = await gao.send(page, "/decide", overturns="1", answer="确实没有骂人")
    assert done.path == "/moderation"
