"""Messages pushed within the window: counted, held when it is closed, and delivered on the next word."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import Held, NotSent, Refused, Result, Sent, Unknown
from bot.channels.wechat.replies import MOST_BYTES, words
from courier import outbox, reach
from courier.letters import Letter, Link
from courier.outbox import Outbound
from courier.reach import Opened
from models.message import Outbox, OutboxState
from models.transaction import transaction
from tests.bot.wechat.conftest import Line
from tests.conftest import StillClock
from tests.fakes.wechat import push, reply_of, safe_post

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
    assert [text for _, text in line.fake.arrived] == [f"答复{number}" for number in range(5)]
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
        (48001, Refused, 5),
        (45015, Held, 0),
        (45047, Held, 0),
        (43004, Held, 0),
    ],
)
async def test_every_errcode(line: Line, code: int, kind: type, left: int) -> None:
    await reach.grant(LANE, Opened.MESSAGE)
    line.fake.errors.append(code)
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


async def test_many_at_once_ask_for_one_token(line: Line) -> None:
    await asyncio.gather(*(line.channel.tokens.token() for _ in range(50)))
    assert line.fake.tokens_given == 1


async def test_a_connection_cut_after_the_request_means_unknown(line: Line) -> None:
    line.fake.quota["wang-openid"], line.fake.cut_after = 5, True
    await reach.grant(LANE, Opened.MESSAGE)
    assert isinstance(await send(line), Unknown)


@pytest.mark.parametrize("text", ["很" * 5_000, "😀" * 3_000, "短", "a" * 10_000])
def test_words_are_never_longer_than_the_platform_takes(text: str) -> None:
    letter = Letter(text, ("有用", "没解决", "转人工"), (Link("全文", "/guide/x"),))
    said = words(letter, site="https://mulin.example")
    assert len(said.encode()) <= MOST_BYTES
    assert said.endswith("全文：https://mulin.example/guide/x")
    assert "3 转人工" in said
