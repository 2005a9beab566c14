"""Outbound messages: written with their cause, sent in order, each outcome settled once."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from courier import afterwards, outbox
from courier.lanes import take_lanes
from courier.letters import Letter, Link
from models.transaction import fetch, fetch_one, transaction
from tests.conftest import StillClock


async def put(text: str, *, address: str = "a", channel: str = "relay") -> int:
    """One letter on its way."""
    async with transaction():
        return await outbox.put(Letter(text), channel=channel, address=address, kind="test")


async def state_of(row_id: int) -> tuple[str, int]:
    """How a row stands and how many sends of it ended unknown."""
    row = await fetch_one("SELECT state, unknown FROM outbox WHERE id=$1", row_id)
    assert row is not None
    return row["state"], row["unknown"]


async def test_a_letter_survives_being_stored(db: TortoiseContext) -> None:
    letter = Letter("两行\n话", choices=("一", "二"), links=(Link("看全文", "/guide/a"),))
    async with transaction():
        await outbox.put(letter, channel="relay", address="a", kind="test")
    (message,) = await outbox.claim()
    assert message.letter == letter


async def test_nothing_goes_out_for_a_change_that_was_rolled_back(db: TortoiseContext) -> None:
    with pytest.raises(ValueError, match="no"):
        async with transaction():
            await outbox.put(Letter("x"), channel="relay", address="a", kind="test")
            raise ValueError("no")
    assert await fetch("SELECT id FROM outbox") == []


async def test_a_lane_can_only_be_taken_inside_a_transaction(db: TortoiseContext) -> None:
    with pytest.raises(RuntimeError):
        await outbox.put(Letter("x"), channel="relay", address="a", kind="test")


async def test_a_hundred_writers_into_one_lane_get_a_number_each(db: TortoiseContext) -> None:
    await asyncio.gather(*(put(str(n)) for n in range(100)))
    rows = await fetch("SELECT number FROM outbox ORDER BY id")
    assert sorted(row["number"] for row in rows) == list(range(1, 101))


async def test_a_lane_is_sent_in_order_one_at_a_time(db: TortoiseContext) -> None:
    for text in ("one", "two"):
        await put(text)
    await put("elsewhere", address="b")
    claimed = await outbox.claim()
    assert [one.letter.text for one in claimed] == ["one", "elsewhere"]
    await outbox.begin_sending(claimed[0])
    await outbox.delivered(claimed[0], receipt="m1")
    assert [one.letter.text for one in await outbox.claim()] == ["two"]


async def test_a_sender_that_died_before_sending_leaves_no_doubt(db: TortoiseContext, clock: StillClock) -> None:
    await put("one")
    await outbox.claim()
    clock.forward(seconds=31)
    (again,) = await outbox.claim()
    assert again.unknown == 0


async def test_a_sender_that_died_while_sending_leaves_a_doubt(db: TortoiseContext, clock: StillClock) -> None:
    await put("one")
    (message,) = await outbox.claim()
    await outbox.begin_sending(message)
    clock.forward(seconds=31)
    (again,) = await outbox.claim()
    assert again.unknown == 1


async def test_a_direct_reply_that_was_only_looked_at_leaves_no_doubt(db: TortoiseContext, clock: StillClock) -> None:
    for looked_at, unknown in (({"test"}, 0), ({"other"}, 1)):
        row_id = await put("x", address=str(unknown))
        message = await outbox.take_next(f"relay:{unknown}", looked_at=looked_at)
        assert message is not None
        assert message.is_begun is bool(unknown)
        clock.forward(seconds=40)
        assert [one.id for one in await outbox.claim()][-1:] == [row_id]
        assert await state_of(row_id) == ("busy", unknown)


async def test_who_lost_the_lease_may_not_send(db: TortoiseContext, clock: StillClock) -> None:
    await put("one")
    (slow,) = await outbox.claim()
    clock.forward(seconds=31)
    await outbox.claim()
    assert not await outbox.begin_sending(slow)
    assert not await outbox.delivered(slow)


async def test_a_send_that_surely_failed_is_tried_again_without_doubt(db: TortoiseContext, clock: StillClock) -> None:
    row_id = await put("one")
    (message,) = await outbox.claim()
    await outbox.begin_sending(message)
    await outbox.not_sent(message, error="refused", wait_ms=5_000)
    assert await outbox.claim() == []
    clock.forward(seconds=6)
    assert [one.unknown for one in await outbox.claim()] == [0]
    assert await state_of(row_id) == ("busy", 0)


async def test_an_unknown_outcome_is_counted(db: TortoiseContext, clock: StillClock) -> None:
    row_id = await put("one")
    (message,) = await outbox.claim()
    await outbox.begin_sending(message)
    await outbox.outcome_unknown(message, error="timeout")
    assert await state_of(row_id) == ("new", 1)
    clock.forward(seconds=31)
    assert [one.unknown for one in await outbox.claim()] == [1]


async def test_a_dead_letter_does_not_block_its_lane(db: TortoiseContext) -> None:
    await put("one")
    await put("two")
    (message,) = await outbox.claim()
    await outbox.failed(message, error="no such chat")
    assert [one.letter.text for one in await outbox.claim()] == ["two"]
    assert await fetch("SELECT error FROM outbox WHERE state='failed'") == [{"error": "no such chat"}]


async def test_a_channel_whose_reader_fetches_has_its_rows_done_at_once(db: TortoiseContext) -> None:
    row_id = await put("one", channel="web")
    assert await state_of(row_id) == ("done", 0)
    assert await outbox.claim() == []


async def test_an_unused_lease_given_back_costs_no_try(db: TortoiseContext) -> None:
    await put("one")
    (message,) = await outbox.claim()
    await outbox.put_back(message)
    (again,) = await outbox.claim()
    assert again.tries == 1


async def test_of_many_senders_one_gets_the_message(db: TortoiseContext) -> None:
    await put("one")
    claims = await asyncio.gather(*(outbox.claim() for _ in range(20)))
    assert sum(len(claim) for claim in claims) == 1


async def test_two_fan_outs_over_the_same_lanes_do_not_wait_for_each_other_forever(db: TortoiseContext) -> None:
    async def fan_out(names: list[str]) -> None:
        async with transaction():
            await take_lanes(names)

    async with asyncio.timeout(10):
        await asyncio.gather(*(fan_out(["relay:a", "relay:b"][:: 1 if n % 2 else -1]) for n in range(20)))
    rows = await fetch("SELECT number FROM lane ORDER BY name")
    assert [row["number"] for row in rows] == [20, 20]


async def test_a_message_that_will_not_arrive_is_counted_as_dead_and_one_that_did_is_not(db: TortoiseContext) -> None:
    await put("refused")
    (message,) = await outbox.claim()
    await outbox.failed(message, error="blocked")
    await put("arrived")
    (message,) = await outbox.claim()
    await outbox.delivered(message)
    assert (await afterwards.dead(), await afterwards.waiting()) == (1, 0)
