"""A letter too long for one message is one letter to whoever takes it back, tries it again, drops or empties it."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from courier import afterwards, outbox
from courier.afterwards import TakenBack
from courier.letters import Letter
from courier.outbox import Outbound
from models.transaction import execute, fetch, transaction
from tests.conftest import StillClock


async def put(text: str) -> int:
    """One letter on its way by WeChat, which takes 600 characters in a message; gives the id of its last."""
    async with transaction():
        return await outbox.put(Letter(text), channel="wechat", address="wang", kind="desk.reply")


async def next_one() -> Outbound:
    """The next message, its request about to go out."""
    [message] = await outbox.claim()
    assert await outbox.begin_sending(message)
    return message


async def states() -> list[str]:
    return [row["state"] for row in await fetch("SELECT state FROM outbox ORDER BY number")]


@pytest.mark.parametrize("state", ["new", "held", "failed"])
async def test_it_is_taken_back_whole(db: TortoiseContext, state: str) -> None:
    last = await put("长" * 1_500)
    await put("另一封")
    await execute("UPDATE outbox SET state=$1 WHERE id<=$2", state, last)
    assert await afterwards.take_back(last) is TakenBack.UNSEEN
    assert await states() == ["withdrawn", "withdrawn", "withdrawn", "new"]


async def test_of_what_has_begun_to_arrive_the_rest_is_stopped(db: TortoiseContext) -> None:
    last = await put("长" * 1_500)
    await outbox.delivered(await next_one())
    assert await afterwards.take_back(last) is TakenBack.TOO_LATE
    assert await states() == ["done", "withdrawn", "withdrawn"]


async def test_a_doubt_about_one_is_a_doubt_about_all(db: TortoiseContext) -> None:
    last = await put("长" * 1_500)
    await outbox.outcome_unknown(await next_one(), error="timeout")
    assert await afterwards.take_back(last) is TakenBack.DOUBTED


async def test_it_fails_whole_and_its_lane_goes_on(db: TortoiseContext) -> None:
    await put("长" * 1_500)
    await put("另一封")
    await outbox.delivered(await next_one())
    await outbox.failed(await next_one(), error="status 400")
    assert await states() == ["done", "failed", "failed", "new"]
    assert (await next_one()).letter.text == "另一封"


async def test_what_did_not_arrive_of_it_is_tried_again_in_order(db: TortoiseContext, clock: StillClock) -> None:
    last = await put("一" * 600 + "二" * 600 + "三")
    await outbox.delivered(await next_one())
    await outbox.failed(await next_one(), error="status 400")
    assert await afterwards.replay(last)
    assert not await afterwards.replay(last)
    arrived: list[str] = []
    while await afterwards.waiting():
        message = await next_one()
        arrived.append(message.letter.text[0])
        await outbox.delivered(message)
    assert arrived == ["二", "三"]


async def test_it_is_dropped_and_emptied_whole(db: TortoiseContext) -> None:
    last = await put("长" * 1_500)
    other = await put("另一封")
    await outbox.failed(await next_one(), error="status 400")
    assert await afterwards.drop(last)
    assert await states() == ["withdrawn", "withdrawn", "withdrawn", "new"]
    assert await afterwards.erase_rows([last, other]) == 3
    assert [bool(row["body"]) for row in await fetch("SELECT body FROM outbox ORDER BY number")] == [False] * 3 + [True]
