"""Messages pushed within the window: counted, held when it is closed, and delivered on the next word."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from bot.channels import Held, NotSent, Refused, Result, Sent, Unknown
from bot.channels.wechat import menus
from bot.channels.wechat.replies import MOST_BYTES, words
from courier import consents, outbox, reach
from courier.letters import Letter, Link
from courier.outbox import Outbound
from courier.reach import Opened
from models.message import Outbox, OutboxState
from models.transaction import transaction
from tests.bot.wechat.conftest import Line
from tests.conftest import StillClock
from tests.fakes import wechat_faults
from tests.fakes.wechat import Fault
from tests.fakes.wechat_pushes import answered, event, push, reply_of, safe_post
from tests.network import nobody_answers

LANE = "wechat:wang-openid"


async def _begin() -> bool:
    return True


def outbound(text: str = "您好") -> Outbound:
    return Outbound(1, LANE, "wechat", "wang-openid", "desk.reply", Letter(text), 1, 0, "me", 0)


async def send(line: Line) -> Result:
    return await line.channel.send(outbound(), maybe_repeated=False, begin=_begin)


async def test_the_sixth_message_is_held_and_arrives_with_the_next_word(line: Line) -> None:
    line.fake.quota["wang-openid"] = 5
    await line.post(safe_post(push("居住证怎么办")))
    for number in range(6):
        async with transaction():
            await outbox.put(Letter(f"答复{number}"), channel="wechat", address="wang-openid", kind="desk.reply")
    await line.deliver()
    assert [text[:3] for _, text in line.fake.arrived] == [f"答复{number}" for number in range(5)]
    assert "回复任意一个字" in line.fake.arrived[-1][1]
    assert await Outbox.filter(state=OutboxState.HELD).count() == 1
    _, body = await line.post(safe_post(push("好的", number=2)))
    assert reply_of(body)["Content"] == "答复5"


async def test_a_window_closes_after_two_days(line: Line, clock: StillClock) -> None:
    line.fake.quota["wang-openid"] = 9
    await reach.grant(LANE, Opened.MESSAGE)
    assert isinstance(await send(line), Sent)
    assert (await reach.of(LANE)).left == 4
    clock.forward(hours=49)
    assert isinstance(await send(line), Held)
    assert (await reach.of(LANE)).left == 0


async def test_a_press_opens_a_minute_and_takes_nothing_away(line: Line, clock: StillClock) -> None:
    await reach.grant(LANE, Opened.PRESS)
    assert (await reach.of(LANE)).left == 3
    clock.forward(minutes=2)
    assert (await reach.of(LANE)).left == 0
    await reach.grant(LANE, Opened.MESSAGE)
    await reach.grant(LANE, Opened.PRESS)
    assert (await reach.of(LANE)).left == 5


async def test_a_hundred_at_once_take_five(line: Line) -> None:
    await reach.grant(LANE, Opened.MESSAGE)
    took = await asyncio.gather(*(reach.spend(LANE) for _ in range(100)))
    assert took.count(True) == 5


@pytest.mark.parametrize(
    ("code", "kind", "left"),
    [
        (-1, NotSent, 5),
        (45011, NotSent, 5),
        (40164, NotSent, 5),
        (40003, Refused, 5),
        (45002, Refused, 5),
        (48001, Held, 5),
        (40200, Held, 5),
        (40001, NotSent, 5),
        (-2, Refused, 5),
        (45015, Held, 0),
        (45047, Held, 0),
        (43004, Held, 0),
    ],
)
async def test_every_errcode(line: Line, code: int, kind: type, left: int) -> None:
    await reach.grant(LANE, Opened.MESSAGE)
    line.fake.errors.extend([code] * (2 if code == 40001 else 1))
    assert isinstance(await send(line), kind)
    assert (await reach.of(LANE)).left == left


async def test_fifty_sends_with_an_expired_token_ask_for_one_new_one(line: Line) -> None:
    line.fake.quota["wang-openid"] = 100
    for _ in range(50):
        await reach.grant(LANE, Opened.MESSAGE)
        assert isinstance(await send(line), Sent)
        if line.fake.tokens_given == 1 and len(line.fake.arrived) == 1:
            line.fake.expire()
    assert line.fake.tokens_given == 2


async def test_fifty_at_once_with_an_expired_token_ask_for_one_new_one(line: Line) -> None:
    await line.channel.tokens.token()
    line.fake.expire()
    sent = await asyncio.gather(*(_sent_to(line, f"follower-{number}") for number in range(50)))
    assert all(isinstance(one, Sent) for one in sent)
    assert line.fake.tokens_given == 2


async def _sent_to(line: Line, openid: str) -> Result:
    line.fake.quota[openid] = 5
    lane = f"wechat:{openid}"
    await reach.grant(lane, Opened.MESSAGE)
    message = Outbound(1, lane, "wechat", openid, "desk.reply", Letter("您好"), 1, 0, "me", 0)
    return await line.channel.send(message, maybe_repeated=False, begin=_begin)


async def test_a_token_that_is_refused_and_given_again_is_not_asked_for_in_a_loop(line: Line) -> None:
    line.fake.quota["wang-openid"] = 5
    await reach.grant(LANE, Opened.MESSAGE)
    line.fake.errors.extend([40001] * 100)
    for _ in range(50):
        assert isinstance(await send(line), NotSent)
    assert line.fake.calls.count("/cgi-bin/stable_token") <= 2
    assert (await reach.of(LANE)).left == 5


@pytest.mark.parametrize("code", [40164, 45009, 45011])
async def test_what_the_platform_refuses_to_all_is_tried_once_and_then_waits(line: Line, code: int) -> None:
    await reach.grant(LANE, Opened.MESSAGE)
    line.fake.errors.append(code)
    first, second = await send(line), await send(line)
    assert isinstance(first, NotSent)
    assert isinstance(second, NotSent)
    assert (second.wait_ms or 0) > 30_000
    assert (first.is_try, second.is_try) == (True, False)
    assert line.fake.calls.count("/cgi-bin/message/custom/send") == 1


async def test_an_account_that_may_not_push_holds_for_the_next_word(line: Line) -> None:
    await reach.grant(LANE, Opened.MESSAGE)
    line.fake.errors.append(48001)
    assert isinstance(await send(line), Held)
    assert isinstance(await send(line), Held)
    assert line.fake.calls.count("/cgi-bin/message/custom/send") == 1
    assert (await reach.of(LANE)).left == 5


async def _reply_from_the_desk(line: Line, *texts: str) -> None:
    for text in texts:
        async with transaction():
            await outbox.put(Letter(text), channel="wechat", address="wang-openid", kind="desk.reply")
        await line.deliver()


async def test_mondays_reply_reaches_who_asked_on_friday(line: Line, clock: StillClock) -> None:
    clock.at(dt.datetime(2026, 3, 6, 9, 0, tzinfo=dt.UTC))
    await line.say("转人工", number=1)
    await line.post(safe_post(answered(accepted=True)))
    line.fake.consents["wang-openid"] = 1
    clock.forward(days=2, hours=20)
    await _reply_from_the_desk(line, "答复一", "答复二")
    assert line.fake.arrived == []
    [(openid, said)] = line.fake.noticed
    assert (openid, said["time2"]) == ("wang-openid", "2026-03-09 13:00")
    assert "答复" not in said["thing3"]
    assert await Outbox.filter(state=OutboxState.HELD).count() == 2
    line.fake.quota["wang-openid"] = 5
    first = await line.say("好", number=2)
    await line.deliver()
    assert [first, *(text for _, text in line.fake.arrived)][:2] == ["答复一", "答复二"]
    assert await consents.is_given(LANE) is False


async def test_what_nobody_asked_for_uses_up_no_consent(line: Line) -> None:
    await consents.agree(LANE)
    line.fake.consents["wang-openid"] = 1
    async with transaction():
        await outbox.put(Letter("今天的两件事"), channel="wechat", address="wang-openid", kind="push.digest")
    await line.deliver()
    assert (line.fake.noticed, await consents.is_given(LANE)) == ([], True)


async def test_without_a_consent_no_notice_goes_out(line: Line) -> None:
    line.fake.consents["wang-openid"] = 1
    await _reply_from_the_desk(line, "答复")
    assert (line.fake.noticed, await Outbox.filter(state=OutboxState.HELD).count()) == ([], 1)


@pytest.mark.parametrize(("code", "kind", "kept"), [(43101, Held, False), (-1, NotSent, True), (40037, Held, False)])
async def test_what_becomes_of_a_consent(line: Line, code: int, kind: type, *, kept: bool) -> None:
    await consents.agree(LANE)
    line.fake.errors.append(code)
    assert isinstance(await send(line), kind)
    assert (await consents.is_given(LANE), line.fake.noticed) == (kept, [])


async def test_an_account_without_a_menu_gets_ours_and_one_that_has_its_own_keeps_it(line: Line) -> None:
    for menu in (None, {"button": []}):
        line.fake.menu, stop = menu, asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(menus.keep_one(stop, tokens=line.channel.tokens))
            await asyncio.sleep(0.3)
            stop.set()
        assert line.fake.menu == (menus.content() if menu is None else menu)
    assert await menus.create(line.channel.tokens) == 0


async def test_every_button_says_something_that_is_understood(line: Line) -> None:
    tops = line_buttons(menus.content())
    for number, top in enumerate(tops):
        _, body = await line.post(safe_post(event("CLICK", key=top["key"]) | {"CreateTime": number}))
        assert reply_of(body)["Content"]


def line_buttons(menu: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button that says something."""
    return [one for top in menu["button"] for one in top.get("sub_button", [top])]


async def test_many_at_once_ask_for_one_token(line: Line) -> None:
    await asyncio.gather(*(line.channel.tokens.token() for _ in range(50)))
    assert line.fake.tokens_given == 1


async def test_a_connection_cut_after_the_request_means_unknown(line: Line) -> None:
    line.fake.quota["wang-openid"], line.fake.cut_after = 5, True
    await reach.grant(LANE, Opened.MESSAGE)
    assert isinstance(await send(line), Unknown)


@pytest.mark.parametrize("fault", [wechat_faults.broken, wechat_faults.nonsense])
async def test_an_answer_that_is_none_of_the_platforms_leaves_a_doubt(line: Line, fault: Fault) -> None:
    line.fake.faults.append(fault)
    await reach.grant(LANE, Opened.MESSAGE)
    assert isinstance(await send(line), Unknown)


async def test_where_no_connection_comes_about_nothing_was_sent_and_nothing_is_used_up(line: Line) -> None:
    await line.channel.tokens.token()
    await reach.grant(LANE, Opened.MESSAGE)
    async with ClientSession(timeout=ClientTimeout(total=15, connect=0.3)) as session:
        with nobody_answers() as port:
            line.channel.session, line.channel.api = session, f"http://127.0.0.1:{port}"
            assert isinstance(await send(line), NotSent)
    assert (await reach.of(LANE)).left == 5


async def test_what_arrived_unheard_comes_once_more_and_says_so(line: Line) -> None:
    line.fake.quota["wang-openid"] = 5
    line.fake.faults.append(wechat_faults.delivered_unsaid(line.fake))
    await reach.grant(LANE, Opened.MESSAGE)
    await _reply_from_the_desk(line, "答复")
    await line.deliver()
    assert [text for _, text in line.fake.arrived] == ["答复", "（可能重复）答复"]
    assert (await reach.of(LANE)).left == 3


@pytest.mark.parametrize("text", ["很" * 5_000, "😀" * 3_000, "短", "a" * 10_000])
def test_words_are_never_longer_than_the_platform_takes(text: str) -> None:
    letter = Letter(text, ("有用", "没解决", "转人工"), (Link("全文", "/guide/x"),))
    said = words(letter, site="https://mulin.example")
    assert len(said.encode()) <= MOST_BYTES
    assert said.endswith("全文：https://mulin.example/guide/x")
    assert "3 转人工" in said
