"""What breaks a queue from outside: a row nobody can read, a limit that is not kept, a kill between two statements."""

from __future__ import annotations

import asyncio

from tortoise.context import TortoiseContext

from courier import inbox, outbox
from courier.letters import Letter
from models.sealed import use_secrets
from models.transaction import fetch, transaction
from tests.conftest import StillClock


async def put(address: str, text: str) -> None:
    async with transaction():
        await outbox.put(Letter(text), channel="relay", address=address, kind="test")


async def test_an_inbound_row_that_cannot_be_opened_is_set_aside_and_its_lane_goes_on(
    db: TortoiseContext, clock: StillClock
) -> None:
    use_secrets("a key that was lost")
    await inbox.receive(channel="web", key="1", lane="web:wang", payload="one")
    use_secrets("a key for tests only")
    await inbox.receive(channel="web", key="2", lane="web:wang", payload="two")
    await inbox.receive(channel="web", key="3", lane="web:li", payload="three")
    assert [one.payload for one in await inbox.claim()] == ["three"]
    assert [one.payload for one in await inbox.claim()] == ["two"]
    assert (await fetch("SELECT state FROM inbox WHERE key='1'"))[0]["state"] == "quarantined"


async def test_an_outbound_row_that_cannot_be_opened_is_a_dead_letter_and_its_lane_goes_on(
    db: TortoiseContext, clock: StillClock
) -> None:
    use_secrets("a key that was lost")
    await put("wang", "one")
    use_secrets("a key for tests only")
    await put("wang", "two")
    await put("li", "three")
    assert [one.letter.text for one in await outbox.claim()] == ["three"]
    assert [one.letter.text for one in await outbox.claim()] == ["two"]
    assert await fetch("SELECT error FROM outbox WHERE state='failed'") == [{"error": "unreadable"}]


async def test_a_hundred_claims_at_once_share_the_rows(db: TortoiseContext, clock: StillClock) -> None:
    for number in range(60):
        await inbox.receive(channel="web", key=str(number), lane=f"web:{number % 20}", payload="x")
    claimed = [one.id for part in await asyncio.gather(*(inbox.claim(limit=1) for _ in range(100))) for one in part]
    assert len(claimed) == len(set(claimed)) == 20


async def test_a_doubt_is_counted_together_with_the_new_try(db: TortoiseContext, clock: StillClock) -> None:
    await put("wang", "one")
    (message,) = await outbox.claim()
    await outbox.begin_sending(message)
    clock.forward(minutes=2)
    (again,) = await outbox.claim()
    assert again.unknown == 1
    assert not await outbox.outcome_unknown(message, error="late word of one who lost the lease")
    await outbox.outcome_unknown(again, error="cut")
    assert (await fetch("SELECT unknown FROM outbox"))[0]["unknown"] == 2
