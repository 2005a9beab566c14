"""The way in for those without a public address: one poller asks for updates and confirms them once they are safe.

The library's own poller stops for good at one update it cannot read; this one reads each by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.announcing import withdraw
from bot.channels.telegram.intake import take
from bot.channels.telegram.me import NotKnownYet
from bot.channels.telegram.outcomes import TOKEN_SECONDS
from bot.channels.telegram.updates import ALLOWED, number_of
from courier.resting import rest
from people import places

ASK_SECONDS = 25
REST_SECONDS, CONFLICT_SECONDS, LONGEST_SECONDS = 2.0, 30.0, 86_400
_NOT_KNOWN = (401, 404)
"""What the Bot API says of a token that was revoked or is wrong."""
STAND_SECONDS = 1.0
"""How often a process that does not lead looks whether it may."""
Leads = Callable[[], Awaitable[bool]]
_log = structlog.get_logger(__name__)


async def _always() -> bool:
    return True


class _Refused(Exception):
    """The Bot API did not give updates; it is asked again after so many seconds."""

    def __init__(self, problem: str, *, seconds: float = REST_SECONDS) -> None:
        super().__init__(problem)
        self.seconds = seconds


class _Conflict(Exception):
    """Somebody else asks with the same token: once, an earlier leader that does not know it yet; again, a stranger."""


@dataclass(slots=True)
class Poller:
    """Asks at ``url`` (the Bot API's address with the token) until it is stopped."""

    session: aiohttp.ClientSession
    url: str
    bot: ExtBot[None]
    offset: int = 0
    _conflicts: int = 0

    async def run(self, stop: asyncio.Event, *, leads: Leads = _always) -> None:
        """Poll until ``stop`` while this process ``leads``; an update is confirmed only after it was stored."""
        while not stop.is_set():
            if await leads():
                await self._fetch(stop, leads)
            else:
                self.offset = 0
                await rest(stop, seconds=STAND_SECONDS)

    async def _fetch(self, stop: asyncio.Event, leads: Leads) -> None:
        try:
            found, before = await _while_leading(stop, leads, self._updates()), self.offset
            for raw in found or ():
                await self._take(raw)
            if found and self.offset == before:
                raise _Refused("nothing that can be confirmed")
            if found == []:  # Nothing waits any more, and what comes next may have any number.
                self.offset = 0
            self._conflicts = 0
        except _Conflict:
            self._conflicts += 1
            _log.warning("telegram_poll_conflict", times=self._conflicts)
            await withdraw(self.bot)  # It may be a webhook that could not be taken away at the start.
            await rest(stop, seconds=REST_SECONDS if self._conflicts == 1 else CONFLICT_SECONDS)
        except _Refused as error:
            _log.warning("telegram_poll_failed", problem=str(error))
            await rest(stop, seconds=error.seconds)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("telegram_poll_failed", problem=type(error).__name__)
            await rest(stop, seconds=REST_SECONDS)

    async def _updates(self) -> list[object]:
        asked = {"offset": self.offset, "timeout": ASK_SECONDS, "allowed_updates": list(ALLOWED)}
        limit = aiohttp.ClientTimeout(total=ASK_SECONDS + 10)
        async with self.session.post(f"{self.url}/getUpdates", json=asked, timeout=limit) as response:
            body = await response.json(content_type=None)
        if isinstance(body, dict) and body.get("ok") is True and isinstance(body.get("result"), list):
            return body["result"]
        raise _Conflict if response.status == 409 else _refused(response.status, body)

    async def _take(self, raw: object) -> None:
        try:
            press = await take(raw, place_id=places.home_place_id())
        except NotKnownYet as error:
            raise _Refused("own name not known yet") from error
        number = number_of(raw)
        if number is not None:
            self.offset = number + 1
        if press is not None:
            await _answer(self.bot, press)


def _refused(status: int, body: object) -> _Refused:
    """After a token that is not known, until somebody has given another; after too many, as long as is asked for."""
    if status in _NOT_KNOWN:
        _log.error("telegram_token_refused")
        return _Refused(f"status {status}", seconds=TOKEN_SECONDS)
    parameters = body.get("parameters") if isinstance(body, dict) else None
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    seconds = float(asked) if isinstance(asked, int) and 0 < asked < LONGEST_SECONDS else REST_SECONDS
    return _Refused(f"status {status}", seconds=seconds)


async def _answer(bot: ExtBot[None], press: str) -> None:
    """Let the button stop turning; that it does not is no harm."""
    try:
        await bot.answer_callback_query(press)
    except TelegramError as error:
        _log.info("telegram_press_not_answered", problem=type(error).__name__)


async def _while_leading(
    stop: asyncio.Event, leads: Leads, asking: Coroutine[Any, Any, list[object]]
) -> list[object] | None:
    """What was asked for; None once the end has come or the lead is lost: neither waits for a long poll."""
    loop = asyncio.get_running_loop()
    asked, ended = loop.create_task(asking), loop.create_task(stop.wait())
    try:
        while not ended.done():
            await asyncio.wait({asked, ended}, timeout=STAND_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                return asked.result()
            if not await leads():
                break
        return None
    finally:
        for task in (asked, ended):
            task.cancel()
        await asyncio.gather(asked, ended, return_exceptions=True)
