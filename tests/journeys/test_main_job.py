"""The main job from end to end: what nobody knew is answered by a person, then by the guide, and who asked is told."""

from __future__ import annotations

import re
from pathlib import Path

from tests.journeys.doors import Browser, Line, browser
from tests.journeys.neighbourhood import PASSWORD, served
from tests.reliability.storm import until

QUESTION = "活动室的钢琴什么时候能弹"
REPLY = "活动室的钢琴每周二、周四下午一点到四点开放，先在门口登记。"


async def test_what_a_person_answered_once_the_guide_answers_from_then_on(database_url: str, tmp_path: Path) -> None:
    async with (
        served(database_url, folder=tmp_path) as service,
        browser(service.url) as wang,
        browser(service.url) as chen,
        browser(service.url) as gao,
        browser(service.url) as li,
    ):
        number = await _asks_for_a_person(wang)
        await _answers(chen, number)
        heard = await wang.newest()
        assert (heard.author, REPLY in heard.text) == ("staff", True)
        await _publishes(gao, await _drafts(chen, number))
        told = await _is_told(wang)
        await until(lambda: _is_found(li, told.links[0]), seconds=30)
        answered = await li.say(QUESTION)
        assert (answered.outcome, REPLY in answered.text) == ("answer", True)


async def _asks_for_a_person(wang: Browser) -> str:
    """Asks what is not known, wants a person; gives the number of the question."""
    assert (await wang.say(QUESTION)).outcome == "unknown"
    handed_over = await wang.say("转人工")
    assert handed_over.outcome == "hand_over"
    found = re.search(r"Q-\d+", handed_over.text)
    assert found is not None
    return found[0]


async def _answers(chen: Browser, number: str) -> None:
    """Finds it on the desk, takes it over, replies."""
    desk = await chen.sign_in("chen", PASSWORD)
    assert desk.path == "/desk"
    assert QUESTION in desk.html
    page = await chen.send(await chen.open(f"/desk/{number}"), "/claim")
    page = await chen.send(page, "/reply", text=REPLY, how="final")
    assert "答复已经发给居民" in page.html


async def _drafts(chen: Browser, number: str) -> str:
    """One press makes a draft of it; its writer alone cannot publish it. Gives the draft's path."""
    form = await chen.send(await chen.open(f"/desk/{number}"), "/learn")
    draft = await chen.send(form, "/edit")
    assert "草稿已经保存" in draft.html
    assert not draft.offers("/publish")
    return draft.path


async def _publishes(gao: Browser, path: str) -> None:
    await gao.sign_in("gao", PASSWORD)
    page = await gao.send(await gao.open(path), "/publish")
    assert page.status == 200


async def _is_found(li: Browser, path: str) -> bool:
    """Whether the next index is in use."""
    return f'href="{path}"' in (await li.open(f"/search?q={QUESTION}")).html


async def _is_told(wang: Browser) -> Line:
    """The one who asked hears of it with the publication, and the entry's page is there at once."""
    told = await wang.newest()
    assert "现在有答案了" in told.text
    assert REPLY in (await wang.open(told.links[0])).html
    return told
