"""The chat page and what keeps it live."""

from __future__ import annotations

import asyncio
import json
import re
import uuid

import pytest

from casework import conversations, questions
from casework.conversations import Talk
from courier.letters import Letter, Link
from models.clock import now as clock_now
from models.conversation import Speaker
from models.person import Person, Role, RoleName
from models.question import Question, QuestionKind
from models.transaction import execute, transaction
from people import places, residents
from people.viewers import Viewer, viewer_of
from people.visitors import COOKIE, COOKIE_SECONDS
from tests.conftest import StillClock
from tests.portal.conftest import Client
from tests.portal.neighbourhood import COOKIES, chat


async def a_secretary() -> Viewer:
    """Somebody for whom questions wait."""
    place_id = places.home_place_id()
    person = await Person.create(created_at=clock_now(), place_id=place_id, name="高", shown_name="高书记")
    await Role.create(created_at=clock_now(), person=person, place_id=place_id, name=RoleName.SECRETARY)
    found = await viewer_of(person.id)
    assert found is not None
    return found


async def another_chat() -> Talk:
    """Somebody else's conversation in the same place."""
    async with transaction():
        where = await residents.at(channel="web", address="somebody-else", place_id=places.home_place_id())
        return await conversations.open_at(where)


async def waiting_question(talk: Talk) -> Question:
    """A question of a conversation that waits at the desk."""
    return await questions.open_question(
        by=await residents.viewer_at(talk.at),
        conversation_id=talk.conversation_id,
        text="楼道灯坏了",
        sealed_from="",
        kind=QuestionKind.QUESTION,
    )


async def read(client: Client) -> str:
    return await (await client.get("/chat", cookies=COOKIES)).text()


def ask(text: str, key: str = "") -> dict[str, str]:
    return {"text": text, "key": key or str(uuid.uuid4())}


async def test_a_new_browser_sees_a_greeting_and_examples_and_gets_no_cookie(client: Client) -> None:
    response = await client.get("/chat")
    html = await response.text()
    assert "我是青禾里居委会的社区助手" in html
    assert "可以这样问" in html
    assert not response.cookies


async def test_a_question_by_plain_form_is_answered_on_the_page_it_leads_to(client: Client) -> None:
    response = await client.post("/chat", data=ask("身份证丢了怎么补办"))
    html = await response.text()
    assert response.url.path == "/chat"
    assert html.index("身份证丢了怎么补办") < html.index('data-author="bot"')


async def test_the_first_message_gives_the_browser_a_lasting_token_that_scripts_cannot_read(client: Client) -> None:
    response = await client.post("/chat", data=ask("您好"), allow_redirects=False)
    cookie = response.cookies[COOKIE]
    assert (response.status, cookie["httponly"], cookie["samesite"]) == (303, True, "Lax")
    assert int(cookie["max-age"]) == COOKIE_SECONDS


async def test_a_browser_with_a_token_keeps_it(client: Client) -> None:
    response = await client.post("/chat", data=ask("您好"), cookies=COOKIES, allow_redirects=False)
    assert response.cookies[COOKIE].value == COOKIES[COOKIE]


async def test_the_same_form_sent_twice_is_one_line(client: Client) -> None:
    form = ask("居住证怎么续签")
    await client.post("/chat", data=form, cookies=COOKIES)
    html = await (await client.post("/chat", data=form, cookies=COOKIES)).text()
    assert html.count('data-author="resident"') == 1


async def test_another_browser_sees_nothing_of_it(client: Client) -> None:
    await (await chat()).resident("我家的私事")
    other = await client.get("/chat", cookies={COOKIE: "o" * 43})
    assert "私事" not in await other.text()
    lines = await client.get("/chat/lines", cookies={COOKIE: "o" * 43})
    assert (await lines.json())["html"] == ""


async def test_only_the_newest_choices_can_be_pressed(client: Client) -> None:
    talk = await chat()
    await talk.bot(Letter("哪一个？", ("敬老卡", "居住证")))
    await talk.resident("2")
    await talk.bot(Letter("有用吗？", ("有用", "没解决")))
    html = await read(client)
    assert html.count('class="choices past"') == 1
    assert re.findall(r'name="text" value="(\d)" data-meant="([^"]+)"', html) == [("1", "有用"), ("2", "没解决")]


async def test_a_digit_shows_what_it_meant(client: Client) -> None:
    talk = await chat()
    await talk.bot(Letter("哪一个？", ("敬老卡", "居住证")))
    await talk.resident("2")
    assert '<p class="meant">居住证</p>' in await read(client)


async def test_a_digit_out_of_range_or_unasked_means_nothing(client: Client) -> None:
    talk = await chat()
    await talk.resident("2")
    await talk.bot(Letter("哪一个？", ("敬老卡", "居住证")))
    await talk.resident("9")
    assert "meant" not in await read(client)


async def test_choices_stay_open_when_staff_speak_after_them(client: Client) -> None:
    talk = await chat()
    await talk.bot(Letter("有用吗？", ("有用", "没解决")))
    await talk.staff(Letter("我是居委会的，补充一句。"))
    assert "data-meant" in await read(client)


async def test_links_and_telephone_numbers_of_an_answer_can_be_pressed(client: Client) -> None:
    await (await chat()).bot(Letter("打 12345 问", links=(Link("看全文", "/guide/id-card-first"),)))
    html = await read(client)
    assert 'href="tel:12345"' in html
    assert '<a href="/guide/id-card-first">看全文' in html


async def test_what_was_written_cannot_become_markup(client: Client) -> None:
    await client.post("/chat", data=ask("<img src=x onerror=alert(1)>"), cookies=COOKIES)
    assert "<img src=x" not in await read(client)


async def test_the_time_stands_above_a_line_after_a_pause_only(client: Client, clock: StillClock) -> None:
    talk = await chat()
    await talk.resident("在吗")
    clock.forward(minutes=4)
    await talk.bot(Letter("在的"))
    clock.forward(minutes=6)
    await talk.resident("好")
    html = await read(client)
    assert html.count('class="when"') == 2
    assert "今天 9:20" in html


async def test_the_page_says_so_while_a_person_speaks(client: Client) -> None:
    talk = await chat()
    await execute("UPDATE conversation SET speaker=$1 WHERE id=$2", Speaker.PERSON.value, talk.talk.conversation_id)
    assert "现在是居委会工作人员在和您说话" in await read(client)


async def test_who_waits_sees_the_queue_move_while_the_page_is_open(client: Client, clock: StillClock) -> None:
    talk = await chat()
    await talk.resident("有人吗")
    gao, other = await a_secretary(), await another_chat()
    first, second = await waiting_question(other), await waiting_question(talk.talk)
    assert f"您的 {second.number} 在等值班人员。前面还有 1 位。" in await read(client)
    async with client.get("/chat/stream", cookies=COOKIES) as response:
        assert "前面还有 1 位" in str((await event(response))["status"])
        await questions.claim(first.id, by=gao)
        assert "前面没有别人在等" in str((await event(response))["status"])


async def test_lines_gives_only_what_came_after(client: Client) -> None:
    talk = await chat()
    await talk.resident("第一句")
    first = await (await client.get("/chat/lines", cookies=COOKIES)).json()
    await talk.bot(Letter("第二句"))
    news = await (await client.get(f"/chat/lines?after={first['last']}", cookies=COOKIES)).json()
    assert "第二句" in news["html"]
    assert "第一句" not in news["html"]


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "1.5"])
async def test_lines_bears_any_after(client: Client, after: str) -> None:
    await (await chat()).resident("第一句")
    response = await client.get("/chat/lines", params={"after": after}, cookies=COOKIES)
    assert "第一句" in (await response.json())["html"]


async def test_a_browser_without_a_conversation_is_told_not_to_listen(client: Client) -> None:
    assert (await client.get("/chat/stream")).status == 204
    assert (await client.get("/chat/stream", cookies=COOKIES)).status == 204


async def event(response: object) -> dict[str, object]:
    """The next event of a stream that carries something."""
    async with asyncio.timeout(5):
        async for line in response.content:  # pyright: ignore[reportAttributeAccessIssue]
            if line.startswith(b"data: "):
                return json.loads(line[6:])
    raise AssertionError("the stream ended")


async def test_a_reply_arrives_in_the_open_stream_at_once(client: Client) -> None:
    talk = await chat()
    await talk.resident("有人吗")
    async with client.get("/chat/stream", cookies=COOKIES) as response:
        assert "有人吗" in str((await event(response))["html"])
        await talk.staff(Letter("社区小陈回复您：有的。"))
        assert "有的" in str((await event(response))["html"])


async def test_a_stream_goes_on_where_it_broke(client: Client) -> None:
    talk = await chat()
    await talk.resident("第一句")
    last = (await (await client.get("/chat/lines", cookies=COOKIES)).json())["last"]
    await talk.bot(Letter("第二句"))
    async with client.get("/chat/stream", cookies=COOKIES, headers={"Last-Event-ID": str(last)}) as response:
        html = str((await event(response))["html"])
    assert "第二句" in html
    assert "第一句" not in html


async def test_the_service_stops_at_once_though_a_stream_is_open(client: Client) -> None:
    await (await chat()).resident("有人吗")
    response = await client.get("/chat/stream", cookies=COOKIES)
    await event(response)
    async with asyncio.timeout(3):
        await client.server.close()
