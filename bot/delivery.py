"""Sends what waits in the outbox, lanes in parallel: a known outcome never repeats, an unknown one at most once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping

import structlog

from bot.channels import Channel, Held, NotSent, Refused, Result, Sent, Unknown
from courier import outbox, signals
from courier.leases import send_seconds
from courier.outbox import Outbound
from models import clock
from people import audience

AT_ONCE = 20
POLL_SECONDS = 1.0
AGAIN_SECONDS = 0.2
MOST_TRIES = 40
"""With the waits between them about six hours: a gateway that is away for an afternoon loses nothing."""
LONGEST_MS = 24 * 60 * 60_000
FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 15 * 60_000
_FREE = signals.own_topic("free to send")
_log = structlog.get_logger(__name__)


async def run(stop: asyncio.Event, *, channels: Mapping[str, Channel], at_once: int = AT_ONCE) -> None:
    """Deliver until ``stop``; what is under way then is finished first."""
    slots = _Slots(at_once)
    async with asyncio.TaskGroup() as group, signals.listening(signals.OUTBOX, _FREE) as listener:
        while not stop.is_set():
            if not await _start(group, slots, channels=channels):
                await listener.wait(seconds=POLL_SECONDS)


class _Slots:
    """How many messages may be under way at once; whoever is done rings for the next."""

    def __init__(self, count: int) -> None:
        self.free = count
        self.held: set[int] = set()

    async def work(self, message: Outbound, *, channels: Mapping[str, Channel]) -> None:
        """Deliver one message and give its slot back."""
        try:
            await deliver(message, channels=channels)
        except Exception:  # noqa: BLE001 - one message's trouble must not stop the others; its lease runs out.
            _log.exception("outbox_failed", outbox=message.id)
        finally:
            self.held.discard(message.id)
            self.free += 1
            signals.publish(_FREE)


async def _start(group: asyncio.TaskGroup, slots: _Slots, *, channels: Mapping[str, Channel]) -> bool:
    claimed = await _claim(slots)
    for message in claimed:
        slots.free -= 1
        slots.held.add(message.id)
        group.create_task(slots.work(message, channels=channels))
    return bool(claimed)


async def _claim(slots: _Slots) -> list[Outbound]:
    """The next messages for the free slots; none while the database cannot be asked."""
    try:
        return await outbox.claim(limit=slots.free, held=slots.held) if slots.free else []
    except Exception:  # noqa: BLE001 - the next poll tries again.
        _log.exception("outbox_claim_failed")
        return []


async def deliver(message: Outbound, *, channels: Mapping[str, Channel]) -> None:
    """Send one leased message and settle what came of it."""
    if message.is_orphan:
        _log.warning("message_sent", channel=message.channel, outcome="unknown", outbox=message.id)
    if problem := _given_up(message):
        _log.warning("outbox_dead_letter", outbox=message.id, problem=problem)
        await outbox.failed(message, error=problem)
        return
    if not await audience.may_still(message):
        _log.info("message_withheld", outbox=message.id)
        await outbox.withhold(message, error=audience.GONE)
        return
    result = await _send(channels.get(message.channel), message)
    await _settle_surely(message, result)


async def _settle_surely(message: Outbound, result: Result) -> None:
    """What is known of a send must not get lost: while the database cannot take it, try again, until the lease ends."""
    end = time.monotonic() + send_seconds() / 2
    while True:
        try:
            return await _settle(message, result)
        except Exception:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(AGAIN_SECONDS)


def _given_up(message: Outbound) -> str:
    """Why it is not sent any more: twice of unknown outcome, too often, or too old; '' when it may go out."""
    if message.unknown > 1:
        return "unknown twice"
    if message.tries > MOST_TRIES:
        return "tried too often"
    return "too old" if clock.now_ms() - message.made_ms > LONGEST_MS else ""


async def _send(channel: Channel | None, message: Outbound) -> Result:
    """What the channel says; when it breaks, or never comes back, the outcome is unknown once the request began."""
    if channel is None:
        return NotSent("no such channel here")
    start = _Start(message)
    try:
        async with asyncio.timeout(send_seconds()):
            return await channel.send(message, maybe_repeated=message.unknown > 0, begin=start.note)
    except Exception as error:  # noqa: BLE001 - whatever a channel's library raises.
        return Unknown(type(error).__name__) if start.is_noted else NotSent(type(error).__name__)


class _Start:
    """Knows whether a message's request may have gone out."""

    def __init__(self, message: Outbound) -> None:
        self._message = message
        self.is_noted = False

    async def note(self) -> bool:
        """Write down that it is about to; False when the lease was lost."""
        self.is_noted = await outbox.begin_sending(self._message)
        return self.is_noted


async def _settle(message: Outbound, result: Result) -> None:
    _log.info("message_sent", channel=message.channel, outcome=type(result).__name__.lower())
    match result:
        case Sent(receipt):
            await outbox.delivered(message, receipt=receipt)
        case NotSent(error, wait_ms, is_try=False):
            await outbox.wait_turn(message, error=error, wait_ms=min(wait_ms or 0, LONGEST_MS))
        case NotSent(error, wait_ms):
            await outbox.not_sent(message, error=error, wait_ms=_wait_ms(wait_ms, message.tries))
        case Unknown(error) if message.unknown:
            _log.warning("outbox_dead_letter", outbox=message.id, problem=error)
            await outbox.failed(message, error="unknown twice")
        case Unknown(error):
            _log.warning("outbox_outcome_unknown", outbox=message.id, error=error)
            await outbox.outcome_unknown(message, error=error, wait_ms=back_off_ms(message.tries))
        case Held(error):
            _log.info("outbox_held", outbox=message.id, error=error)
            await outbox.hold(message, error=error)
        case Refused(error):
            _log.warning("outbox_refused", outbox=message.id, error=error)
            await outbox.failed(message, error=error)


def _wait_ms(asked: int | None, tries: int) -> int:
    """As long as the other side asked for, but no shorter than our own wait and no longer than its lane can bear."""
    return min(max(asked or 0, back_off_ms(tries)), LONGEST_WAIT_MS)


def back_off_ms(tries: int) -> int:
    """How long to wait after the n-th try: doubling from a second, with some chance, up to a quarter of an hour."""
    longest = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1) * 2)
    return random.randint(longest // 2, longest)
