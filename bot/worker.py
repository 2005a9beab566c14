"""Works the inbox, conversations in parallel, each in order; what fails is tried again, then set aside politely."""

from __future__ import annotations

import asyncio

import structlog

from bot import dialogue, incoming
from bot.groups import answering
from casework import conversations
from casework.conversations import ConversationMoved
from courier import inbox, notices, signals
from courier.inbox import Inbound, LeaseLost
from courier.letters import Letter
from models import clock
from models.transaction import transaction
from models.wording import say
from people.groups import CHANNEL

AT_ONCE = 8
POLL_SECONDS = 1.0
LULL_SECONDS = 0.05
WAIT_SECONDS = 5.0
_log = structlog.get_logger(__name__)


async def run(stop: asyncio.Event, *, at_once: int = AT_ONCE) -> None:
    """Work the inbox until ``stop``; what is under way then is finished first."""
    free = asyncio.Semaphore(at_once)
    async with asyncio.TaskGroup() as group, signals.listening(signals.INBOX) as listener:
        while not stop.is_set():
            if not await _start_next(group, free):
                await listener.wait(seconds=POLL_SECONDS)


async def _start_next(group: asyncio.TaskGroup, free: asyncio.Semaphore) -> bool:
    """Claim messages for the free places; False when nothing is due."""
    await free.acquire()
    await incoming.lull(seconds=LULL_SECONDS)
    count = 1 + await _others(free)
    claimed = await _claim(count)
    for message in claimed:
        group.create_task(_work_and_free(message, free))
    for _ in range(count - len(claimed)):
        free.release()
    return bool(claimed)


async def _others(free: asyncio.Semaphore) -> int:
    """Take every place that is free; gives how many."""
    count = 0
    while not free.locked():
        await free.acquire()
        count += 1
    return count


async def _claim(count: int) -> list[Inbound]:
    """The next messages; none while the database cannot be asked."""
    try:
        return await inbox.claim(limit=count)
    except Exception:  # noqa: BLE001 - the next poll tries again.
        _log.exception("inbox_claim_failed")
        return []


async def _work_and_free(message: Inbound, free: asyncio.Semaphore) -> None:
    try:
        await work(message)
    except Exception:  # noqa: BLE001 - one message's trouble must not stop the others; its lease runs out.
        _log.exception("inbox_not_settled", inbox=message.id)
    finally:
        free.release()


async def work(message: Inbound) -> None:
    """Answer one leased message. Another process's success is no failure of ours; anything else is tried again."""
    try:
        outcome = await _answer(message)
        spent_ms = clock.now_ms() - message.arrived_ms
        _log.info("message_answered", channel=message.channel, outcome=outcome, ms=spent_ms)
    except LeaseLost:
        _log.info("inbox_lease_lost", inbox=message.id)
    except ConversationMoved:
        await _put_back(message, "conversation moved", wait_ms=200)
    except Exception as error:  # noqa: BLE001 - the worker is a job runner: it logs and tries again.
        _log.exception("inbox_failed", inbox=message.id, tries=message.tries)
        await _put_back(message, type(error).__name__, wait_ms=1_000)


async def _answer(message: Inbound) -> str:
    """What is said in a group is heard there; anything else is a resident's own conversation."""
    if message.channel == CHANNEL:
        return await answering.answer(message)
    return (await dialogue.answer(message)).outcome.value


async def _put_back(message: Inbound, error: str, *, wait_ms: int) -> None:
    """Try again later; after too many tries set it aside and say so."""
    if await inbox.put_back(message, error=error, wait_ms=wait_ms):
        await _apologise(message)


async def _apologise(message: Inbound) -> None:
    """The message is set aside: say so, and offer a person. Who has never been heard before cannot be told."""
    address = message.lane.removeprefix(f"{message.channel}:")
    talk = await conversations.load(channel=message.channel, address=address)
    if talk is None:
        return
    async with transaction():
        await notices.say(
            Letter(say("limits.failed")),
            conversation_id=talk.conversation_id,
            channel=message.channel,
            address=address,
            kind="bot.failed",
        )


async def work_lane(lane: str, *, message_id: int, seconds: float = WAIT_SECONDS) -> bool:
    """Work one conversation's messages up to ``message_id`` now; False when that took too long and goes on later."""
    try:
        async with asyncio.timeout(seconds):
            while not await _work_next(lane, message_id):  # noqa: ASYNC110 - another process may hold the lease.
                await asyncio.sleep(0.02)
    except TimeoutError:
        return False
    return True


async def _work_next(lane: str, message_id: int) -> bool:
    claimed = await inbox.claim(limit=1, lane=lane)
    if not claimed:
        return await inbox.is_done(message_id)
    await asyncio.shield(work(claimed[0]))
    return claimed[0].id == message_id or await inbox.is_done(message_id)
