"""Inbound messages: stored once, worked once, in order within a lane, whatever dies in between."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from courier import inbox
from models.sealed import use_secrets
from models.transaction import execute, fetch, transaction
from tests.conftest import StillClock


async def receive(key: str, *, lane: str = "web:a") -> inbox.Received:
    """A message as a channel stores it."""
    return await inbox.receive(channel="web", key=key, lane=lane, payload=f"words of {key}")


async def finish(message: inbox.Inbound) -> None:
    """What the dialogue does at the end of its transaction."""
    async with transaction():
        await inbox.finish(message)


async def test_the_same_key_is_one_row(db: TortoiseContext) -> None:
    first, again = await receive("k1"), await receive("k1")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.id == again.id


async def test_a_hundred_deliveries_of_one_key_are_one_row(db: TortoiseContext) -> None:
    received = await asyncio.gather(*(receive("k1") for _ in range(100)))
    assert sum(one.is_new for one in received) == 1
    assert len(await fetch("SELECT id FROM inbox")) == 1


async def test_a_message_is_not_readable_in_the_database(db: TortoiseContext) -> None:
    await receive("k1")
    row = (await fetch("SELECT payload FROM inbox"))[0]
    assert "words" not in row["payload"]
    use_secrets("quite another key here")
    assert await inbox.claim() == []


async def test_a_lane_is_worked_one_message_at_a_time_in_order(db: TortoiseContext) -> None:
    await receive("k1")
    await receive("k2")
    await receive("other", lane="web:b")
    claimed = await inbox.claim()
    assert [one.payload for one in claimed] == ["words of k1", "words of other"]
    assert await inbox.claim() == []
    await finish(claimed[0])
    assert [one.payload for one in await inbox.claim()] == ["words of k2"]


async def test_one_lane_can_be_worked_alone(db: TortoiseContext) -> None:
    await receive("k1")
    await receive("other", lane="web:b")
    assert [one.payload for one in await inbox.claim(lane="web:b")] == ["words of other"]


async def test_of_many_workers_one_gets_the_message(db: TortoiseContext) -> None:
    await receive("k1")
    claims = await asyncio.gather(*(inbox.claim() for _ in range(20)))
    assert sum(len(claim) for claim in claims) == 1


async def test_a_dead_workers_message_is_taken_over_after_its_lease(db: TortoiseContext, clock: StillClock) -> None:
    await receive("k1")
    (dead,) = await inbox.claim()
    clock.forward(seconds=29)
    assert await inbox.claim() == []
    clock.forward(seconds=2)
    (taken,) = await inbox.claim()
    assert (taken.id, taken.tries) == (dead.id, 2)


async def test_who_lost_the_lease_cannot_finish_and_its_effects_are_undone(
    db: TortoiseContext, clock: StillClock
) -> None:
    await receive("k1")
    (slow,) = await inbox.claim()
    clock.forward(seconds=31)
    await inbox.claim()
    with pytest.raises(inbox.LeaseLost):
        async with transaction():
            await execute("INSERT INTO lane (name, number) VALUES ('effect', 1)")
            await inbox.finish(slow)
    assert await fetch("SELECT name FROM lane") == []


async def test_a_poisoned_message_is_set_aside_and_its_lane_goes_on(db: TortoiseContext, clock: StillClock) -> None:
    await receive("bad")
    await receive("good")
    for attempt in range(inbox.TRIES_BEFORE_QUARANTINE):
        (message,) = await inbox.claim()
        gone = await inbox.put_back(message, error="ValueError")
        assert gone == (attempt == inbox.TRIES_BEFORE_QUARANTINE - 1)
        clock.forward(minutes=1)
    assert [one.payload for one in await inbox.claim()] == ["words of good"]


async def test_a_message_set_aside_counts_as_dealt_with_when_it_comes_again(db: TortoiseContext) -> None:
    received = await receive("k1")
    await execute("UPDATE inbox SET state='quarantined'")
    assert (await receive("k1")).is_done
    assert await inbox.is_done(received.id)


async def test_a_released_lease_can_be_taken_at_once(db: TortoiseContext) -> None:
    await receive("k1")
    (message,) = await inbox.claim()
    await inbox.release(message)
    (again,) = await inbox.claim()
    assert again.tries == 1


async def test_the_age_of_the_oldest_waiting_message_is_known(db: TortoiseContext, clock: StillClock) -> None:
    assert await inbox.oldest_age_ms() == 0
    await receive("k1")
    clock.forward(seconds=7)
    assert await inbox.oldest_age_ms() == 7_000


async def test_only_finished_messages_are_forgotten(db: TortoiseContext, clock: StillClock) -> None:
    await receive("k1")
    await receive("waiting", lane="web:b")
    (message,) = await inbox.claim(lane="web:a")
    await finish(message)
    clock.forward(days=8)
    assert await inbox.forget(before_ms=int(clock.moment.timestamp() * 1000), limit=9) == 1
    assert [row["key"] for row in await fetch("SELECT key FROM inbox")] == ["waiting"]


@pytest.mark.databases("postgres")
async def test_a_claim_leases_no_more_than_its_limit_however_the_database_plans_it(db: TortoiseContext) -> None:
    for number in range(5):
        await receive(f"k{number}", lane=f"web:{number}")
    await execute("ANALYZE inbox")
    async with transaction():
        for plan in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            await execute(f"SET LOCAL enable_{plan}=off")
        assert len(await inbox.claim(limit=1)) == 1
    assert len(await fetch("SELECT id FROM inbox WHERE state='busy'")) == 1
