"""Delivery keeps its word: order within a lane, known outcomes once, unknown ones at most once more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiosqlite
import pytest
from tortoise.context import TortoiseContext

from bot import delivery
from bot.channels import Begin, NotSent, Refused, Result, Sent, Unknown
from courier import afterwards, outbox, signals
from courier.letters import Letter
from courier.outbox import Outbound
from models.database import connected, sqlite_path
from models.transaction import fetch, transaction
from tests.conftest import StillClock


@dataclass
class Ledger:
    """A channel that writes down what arrived and answers as told, ``Sent`` once the answers are used up."""

    answers: list[Result] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    name: str = "ledger"

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Take it, or say what went wrong."""
        answer = self.answers.pop(0) if self.answers else Sent("receipt")
        if not isinstance(answer, NotSent) and not await begin():
            return NotSent("not ours any more")
        if isinstance(answer, Sent | Unknown):
            self.arrived.append(f"{'again ' if maybe_repeated else ''}{message.letter.text}")
        return answer


@pytest.fixture
async def written(db: TortoiseContext, clock: StillClock) -> None:
    """Two letters to one resident and one to another."""
    for address, text in (("wang", "one"), ("wang", "two"), ("li", "three")):
        async with transaction():
            await outbox.put(Letter(text), channel="ledger", address=address, kind="test")


async def deliver(ledger: Ledger) -> None:
    for message in await outbox.claim():
        await delivery.deliver(message, channels={"ledger": ledger})


async def states() -> list[str]:
    return [row["state"] for row in await fetch("SELECT state FROM outbox ORDER BY id")]


async def test_one_lane_waits_for_its_first_letter_and_another_does_not(written: None) -> None:
    ledger = Ledger()
    await deliver(ledger)
    assert ledger.arrived == ["one", "three"]
    await deliver(ledger)
    assert ledger.arrived == ["one", "three", "two"]


async def test_what_did_not_arrive_is_tried_again_after_a_while_and_holds_its_lane(
    written: None, clock: StillClock
) -> None:
    ledger = Ledger([NotSent("refused to connect")])
    await deliver(ledger)
    await deliver(ledger)
    assert ledger.arrived == ["three"]
    clock.forward(seconds=10)
    await deliver(ledger)
    assert ledger.arrived == ["three", "one"]


async def test_an_unknown_outcome_repeats_once_marked_and_never_again(written: None, clock: StillClock) -> None:
    ledger = Ledger([Unknown("no answer"), Sent(), Unknown("no answer")])
    await deliver(ledger)
    for _ in range(2):
        clock.forward(minutes=1)
        await deliver(ledger)
    assert ledger.arrived == ["one", "three", "again one", "two"]
    assert await states() == ["failed", "done", "done"]


async def test_a_sender_that_died_after_the_request_repeats_once_marked(written: None, clock: StillClock) -> None:
    first, _ = await outbox.claim()
    assert await outbox.begin_sending(first)
    clock.forward(minutes=1)
    ledger = Ledger()
    await deliver(ledger)
    assert "again one" in ledger.arrived


async def test_a_sender_that_died_before_the_request_leaves_no_mark(written: None, clock: StillClock) -> None:
    await outbox.claim()
    clock.forward(minutes=1)
    ledger = Ledger()
    await deliver(ledger)
    assert "one" in ledger.arrived


async def test_what_is_refused_for_good_does_not_block_its_lane(written: None) -> None:
    ledger = Ledger([Refused("blocked")])
    await deliver(ledger)
    await deliver(ledger)
    assert ledger.arrived == ["three", "two"]
    assert await states() == ["failed", "done", "done"]


async def test_after_too_many_tries_a_letter_is_given_up(written: None, clock: StillClock) -> None:
    ledger = Ledger([NotSent("busy", wait_ms=1)] * 100)
    for _ in range(delivery.MOST_TRIES + 1):
        await deliver(ledger)
        clock.forward(minutes=16)
    assert (await states())[0] == "failed"


async def test_after_a_day_a_letter_is_given_up(written: None, clock: StillClock) -> None:
    clock.forward(hours=25)
    ledger = Ledger()
    await deliver(ledger)
    assert ledger.arrived == []


@pytest.mark.parametrize("has_begun", [True, False])
async def test_a_channel_that_breaks_leaves_the_outcome_unknown_only_when_the_request_had_begun(
    written: None, has_begun: bool
) -> None:
    class Broken(Ledger):
        async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
            if has_begun:
                await begin()
            raise ValueError

    await deliver(Broken())
    rows = await fetch("SELECT unknown, state FROM outbox ORDER BY id LIMIT 1")
    assert rows == [{"unknown": int(has_begun), "state": "new"}]


async def test_a_message_that_somebody_else_took_over_is_not_sent(written: None, clock: StillClock) -> None:
    late, _ = await outbox.claim()
    clock.forward(minutes=1)
    await outbox.claim()
    ledger = Ledger()
    await delivery.deliver(late, channels={"ledger": ledger})
    assert ledger.arrived == []


@pytest.mark.databases("sqlite")
async def test_a_known_outcome_is_kept_even_when_the_database_is_busy_just_then(
    database_url: str, clock: StillClock
) -> None:
    async with connected(f"{database_url}?busy_timeout=50"), aiosqlite.connect(sqlite_path(database_url)) as other:

        class Locking(Ledger):
            async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
                result = await super().send(message, maybe_repeated=maybe_repeated, begin=begin)
                await other.execute("BEGIN IMMEDIATE")
                return result

        async with transaction():
            await outbox.put(Letter("one"), channel="ledger", address="wang", kind="test")
        async with asyncio.TaskGroup() as group:
            group.create_task(deliver(Locking()))
            await asyncio.sleep(0.5)
            await other.rollback()
        assert await states() == ["done"]


async def test_the_loop_delivers_everything_and_stops_when_told(written: None) -> None:
    ledger, stop = Ledger(), asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(delivery.run(stop, channels={"ledger": ledger}))
        while await afterwards.waiting():  # noqa: ASYNC110 - it is the loop that is awaited.
            await asyncio.sleep(0.01)
        stop.set()
    assert sorted(ledger.arrived) == ["one", "three", "two"]


@pytest.mark.parametrize("tries", range(1, 9))
def test_the_wait_grows_and_stays_bounded(tries: int) -> None:
    assert 1_000 * 2 ** (tries - 1) <= delivery.back_off_ms(tries) <= 15 * 60_000


async def test_a_gateway_that_is_away_for_an_hour_loses_nothing(written: None, clock: StillClock) -> None:
    ledger = Ledger()
    away = Ledger(answers=[NotSent("nobody listens")] * 1_000)
    for _ in range(120):
        await deliver(away)
        clock.forward(seconds=30)
    for _ in range(3):
        clock.forward(minutes=16)
        await deliver(ledger)
    assert sorted(ledger.arrived) == ["one", "three", "two"]


async def test_a_wait_that_was_asked_for_is_kept_however_long(written: None, clock: StillClock) -> None:
    ledger = Ledger([NotSent("told to wait", wait_ms=3_600_000, is_try=False)])
    for minutes in (0, 16, 43):
        clock.forward(minutes=minutes)
        await deliver(ledger)
    assert ledger.arrived == ["three"]
    clock.forward(minutes=2)
    await deliver(ledger)
    assert ledger.arrived == ["three", "one"]


async def test_a_wait_beyond_reason_does_not_stop_a_lane_for_ever(written: None, clock: StillClock) -> None:
    await deliver(Ledger(answers=[NotSent("busy", wait_ms=10**14)] * 2))
    clock.forward(minutes=16)
    ledger = Ledger()
    await deliver(ledger)
    assert ledger.arrived == ["one", "three"]


@dataclass
class Slow(Ledger):
    """A channel whose receiver has the message long before it says so."""

    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Take it, and keep the sender waiting."""
        answer = await super().send(message, maybe_repeated=maybe_repeated, begin=begin)
        await self.release.wait()
        return answer


async def arrived(ledger: Ledger, count: int) -> None:
    """Wait until so many letters have arrived."""
    async with asyncio.timeout(10):
        while len(ledger.arrived) < count:  # noqa: ASYNC110 - the ledger is a receiver, not a signal of ours.
            await asyncio.sleep(0.01)


async def test_a_process_does_not_take_up_again_what_it_is_still_sending(written: None, clock: StillClock) -> None:
    ledger, stop = Slow(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(delivery.run(stop, channels={"ledger": ledger}))
        await arrived(ledger, 2)
        clock.forward(minutes=5)
        signals.publish(signals.OUTBOX)
        await asyncio.sleep(0.3)
        ledger.release.set()
        await arrived(ledger, 3)
        stop.set()
        signals.publish(signals.OUTBOX)
    assert sorted(ledger.arrived) == ["one", "three", "two"]
    assert await states() == ["done", "done", "done"]
