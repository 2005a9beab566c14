"""Fetches what residents sent as files, from the channel they came by; outside every transaction, a few at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import structlog

from bot.channels import Channel, Fetched, Got, Later, Never
from casework import attachments
from courier import signals
from courier.leases import send_seconds
from models.errors import Invalid
from people import fetching
from people.fetching import Wanted

AT_ONCE = 3
POLL_SECONDS = 1.0
_log = structlog.get_logger(__name__)


@runtime_checkable
class Fetcher(Protocol):
    """A channel whose files must be fetched."""

    async def fetch(self, source: str, *, most_bytes: int) -> Fetched:
        """One file by what the channel knows it by; never raises for what the network does."""
        ...


async def run(stop: asyncio.Event, *, channels: Mapping[str, Channel]) -> None:
    """Fetch until ``stop``; what is under way then is finished first."""
    async with signals.listening(signals.FILES) as listener:
        while not stop.is_set():
            if not await fetch_due(channels=channels):
                await listener.wait(seconds=POLL_SECONDS)


async def fetch_due(*, channels: Mapping[str, Channel]) -> int:
    """Fetch the files that are due, so many at a time; gives how many."""
    claimed = await fetching.claim(limit=AT_ONCE)
    await asyncio.gather(*(_surely(wanted, channels) for wanted in claimed))
    return len(claimed)


async def _surely(wanted: Wanted, channels: Mapping[str, Channel]) -> None:
    try:
        await _settle(wanted, await _fetched(wanted, channels.get(wanted.channel)))
    except Exception:  # noqa: BLE001 - one file's trouble must not stop the others; its lease runs out.
        _log.exception("file_failed", file=wanted.id)


async def _fetched(wanted: Wanted, channel: Channel | None) -> Fetched:
    if not isinstance(channel, Fetcher):
        return Later("no such channel here", wait_ms=60_000)
    try:
        async with asyncio.timeout(send_seconds()):
            return await channel.fetch(wanted.source, most_bytes=fetching.MOST_BYTES[wanted.kind])
    except TimeoutError:
        return Later("too slow")


async def _settle(wanted: Wanted, fetched: Fetched) -> None:
    _log.info("file_fetched", channel=wanted.channel, outcome=type(fetched).__name__.lower(), file=wanted.id)
    match fetched:
        case Got(content):
            await _keep(wanted, content)
        case Later() if fetching.is_over(wanted):
            await attachments.lose(wanted, problem="unreachable")
        case Later(_, wait_ms):
            await fetching.put_off(wanted, wait_ms=wait_ms or fetching.wait_ms(wanted))
        case Never(problem):
            await attachments.lose(wanted, problem=problem)


async def _keep(wanted: Wanted, content: bytes) -> None:
    try:
        if await fetching.keep(wanted, content):
            await attachments.announce(wanted.line_id)
    except Invalid as refusal:
        await attachments.lose(wanted, problem=refusal.key.rpartition(".")[2])
