"""A resident has the conversation deleted: by the button on the page about their information, or in the chat."""

from __future__ import annotations

import re
import uuid

import pytest

from casework import questions
from models.question import Question
from tests.conftest import StillClock
from tests.portal.colleagues import SECRET, Team, ask, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES
from tests.words_left import where

WORDS = "桂花树下三只猫"
BUTTON = "删除我的对话记录</button>"


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    return await hire(client)


async def send(client: Client, text: str) -> str:
    response = await client.post("/chat", data={"text": text, "key": str(uuid.uuid4())}, cookies=COOKIES)
    return await response.text()


async def answered(team: Team, *, closed: bool = True) -> Question:
    """王阿姨's question with something personal in it, answered and closed."""
    asked = await ask(WORDS)
    await questions.reply(asked.id, by=team.chen.viewer, text="好的", seen_version=asked.version)
    if closed:
        await questions.close(asked.id, by=team.chen.viewer)
    return asked


async def test_the_page_says_how_long_things_are_kept_and_offers_the_button_to_who_has_spoken(
    client: Client,
) -> None:
    html = await (await client.get("/help")).text()
    assert all(text in html for text in ("中转内容7天", "加密的原话90天", "730天"))
    assert BUTTON not in html
    assert BUTTON in await (await client.get("/help", cookies=COOKIES)).text()


async def test_two_steps_delete_it_and_no_word_is_left(team: Team, client: Client) -> None:
    asked = await answered(team)
    html = await (await client.get("/help", cookies=COOKIES)).text()
    pressed = re.search(r'<button[^>]* name="text" value="([^"]+)">删除我的对话记录', html)
    assert pressed is not None
    assert "确认删除" in await send(client, pressed[1])
    assert await where(WORDS)
    html = await send(client, "1")
    assert WORDS not in html
    assert re.findall(r'data-author="(\w+)" [^>]*data-clears', html) == ["bot"]
    assert await where(WORDS) == set() == await where(SECRET)
    page = await team.chen.see(f"/desk/{asked.id}")
    assert (WORDS in page.html, "已按居民要求删除" in page.html) == (False, True)
    assert SECRET not in (await team.chen.send(f"/desk/{asked.id}/unseal")).html


async def test_an_open_question_is_told_and_stays(team: Team, client: Client) -> None:
    asked = await answered(team, closed=False)
    assert f"您的 {asked.number} 还没有结束" in await send(client, "删除我的对话记录")
    assert {"question.text", "question.sealed", "utterance.text"} <= await where(WORDS)


async def test_what_is_said_after_it_is_a_conversation_as_ever(team: Team, client: Client) -> None:
    await send(client, "删掉聊天记录")
    await send(client, "1")
    html = await send(client, "身份证丢了怎么补办")
    assert html.count('<li class="line"') == 3
