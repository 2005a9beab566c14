"""The way in for those without a public address: one poller asks for updates and confirms them once they are safe.

The library's own poller stops for good at one update it cannot read; this one reads each by itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp
import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.intake import take
from bot.channels.telegram.updates import ALLOWED, number_of
from people import places

ASK_SECONDS = 25
REST_SECONDS, CONFLICT_SECONDS = 2.0, 30.0
_log = structlog.get_logger(__name__)


class _Refused(Exception):
    """The Bot API did not give updates; ``wait`` is how long to rest, in seconds."""

    def __init__(self, problem: str, wait: float) -> None:
        super().__init__(problem)
        self.wait = wait


@dataclass(slots=True)
class Poller:
    """Asks at ``url`` (the Bot API's address with the token) until it is stopped."""

    session: aiohttp.ClientSession
    url: str
    bot: ExtBot[None]
    offset: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop``; an update is confirmed only after it was stored."""
        while not stop.is_set():
            try:
                for raw in await self._updates():
                    await self._take(raw)
            except _Refused as problem:
                _log.warning("telegram_poll_failed", problem=str(problem))
                await _rest(stop, problem.wait)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                _log.warning("telegram_poll_failed", problem=type(error).__name__)
                await _rest(stop, REST_SECONDS)

    async def _updates(self) -> list[object]:
        asked = {"offset": self.offset, "timeout": ASK_SECONDS, "allowed_updates": list(ALLOWED)}
        limit = aiohttp.ClientTimeout(total=ASK_SECONDS + 10)
        async with self.session.post(f"{self.url}/getUpdates", json=asked, timeout=limit) as response:
            body = await response.json(content_type=None)
        if isinstance(body, dict) and body.get("ok") is True and isinstance(body.get("result"), list):
            return body["result"]
        raise _Refused(f"status {response.status}", CONFLICT_SECONDS if response.status == 409 else REST_SECONDS)

    async def _take(self, raw: object) -> None:
        press = await take(raw, place_id=places.home_place_id())
        number = number_of(raw)
        if number is not None:
            self.offset = number + 1
        if press is not None:
            await _answer(self.bot, press)


async def _answer(bot: ExtBot[None], press: str) -> None:
    """Let the button stop turning; that it does not is no harm."""
    try:
        await bot.answer_callback_query(press)
    except TelegramError as error:
        _log.info("telegram_press_not_answered", problem=type(error).__name__)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
