"""Messages out through the Bot API, no faster than it allows, and what came of each."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from collections import deque
from dataclasses import dataclass, field

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.channels import Begin, NotSent, Refused, Result, Sent, Unknown
from bot.channels.telegram import NAME
from bot.channels.telegram.updates import CUT, PRESS
from bot.rendering import plain
from courier import limits
from courier.letters import Letter
from courier.outbox import Outbound
from models.wording import say
from people import residents

OVERALL, PER_CHAT, PER_GROUP = "25/second", "3/3second", "18/minute"
STEP_SECONDS, MOST_WAIT_SECONDS = 0.1, 8.0
STORM, STORM_SECONDS = 3, 10.0
"""So many chats told to wait within so many seconds: everybody waits."""
LABEL = 60
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Telegram would open every link we send, those that sign somebody in among them."""
_SURELY_NOT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_HARMLESS = ("message is not modified", "query is too old")
_NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid")


os.environ.setdefault("PTB_TIMEDELTA", "true")
"""How the library wants to be told that waits are time spans; from its next major version on they always are."""


def make_bot(token: str, *, base_url: str, file_url: str) -> ExtBot[None]:
    """The library's client, which asks nothing of the network before the first message."""
    request = HTTPXRequest(
        connection_pool_size=32, read_timeout=20, write_timeout=20, connect_timeout=5, pool_timeout=5
    )
    return ExtBot(token, base_url=base_url, base_file_url=file_url, request=request, get_updates_request=request)


async def close(bot: ExtBot[None]) -> None:
    """Let go of the client's connections; the library does so only for a bot that has asked who it is."""
    await bot.request.shutdown()


@dataclass(slots=True)
class Telegram:
    """Pushes messages to chats of Telegram; ``site`` is the portal's address, for links."""

    bot: ExtBot[None]
    site: str = ""
    name: str = NAME
    _told_to_wait: deque[float] = field(default_factory=lambda: deque(maxlen=STORM))
    _all_wait_until: float = 0.0

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message when its turn has come; what the Bot API answers decides what is known of it."""
        if (wait_ms := self._storm_ms()) or not await _turn(message.address):
            return NotSent("waiting for its turn", wait_ms=wait_ms or 1_000)
        if not await begin():
            return NotSent("the message is somebody else's now")
        try:
            return await self._sent(message, maybe_repeated=maybe_repeated)
        except TelegramError as error:
            return await self._judge(error, message)

    async def _sent(self, message: Outbound, *, maybe_repeated: bool) -> Sent:
        letter = message.letter
        words = plain(Letter(letter.text, (), letter.links), site=self.site)
        text = f"{say('channel.repeated')}{words}" if maybe_repeated else words
        sent = await self.bot.send_message(
            int(message.address), text, reply_markup=_buttons(letter.choices), link_preview_options=_NO_PREVIEW
        )
        return Sent(receipt=str(sent.message_id))

    async def _judge(self, error: TelegramError, message: Outbound) -> Result:
        if isinstance(error, RetryAfter):
            return self._wait(error)
        if isinstance(error, ChatMigrated):
            return Refused(f"moved to {error.new_chat_id}")
        if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _says(error, _NOBODY)):
            await residents.reach(channel=NAME, address=message.address, is_open=False)
            return Refused(error.message[:150])
        return _known(error)

    def _wait(self, error: RetryAfter) -> NotSent:
        seconds = _seconds(error)
        self._told_to_wait.append(time.monotonic())
        if len(self._told_to_wait) == STORM and time.monotonic() - self._told_to_wait[0] < STORM_SECONDS:
            self._all_wait_until = time.monotonic() + seconds
        return NotSent("told to wait", wait_ms=int(seconds * 1000))

    def _storm_ms(self) -> int:
        return max(0, int((self._all_wait_until - time.monotonic()) * 1000))


def _seconds(error: RetryAfter) -> float:
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, dt.timedelta) else float(asked)


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    return any(one in error.message.lower() for one in words)


def _known(error: TelegramError) -> Result:
    """What is known of a send that failed; to the library a 400 is a network error, so it is looked at first."""
    if isinstance(error, BadRequest):
        return Sent() if _says(error, _HARMLESS) else Refused(error.message[:150])
    if isinstance(error, InvalidToken | Conflict):
        return NotSent(type(error).__name__, wait_ms=60_000)
    if isinstance(error, NetworkError | TimedOut) and isinstance(error.__cause__, _SURELY_NOT):
        return NotSent(type(error.__cause__).__name__)
    if isinstance(error, NetworkError | TimedOut):
        return Unknown(type(error.__cause__ or error).__name__)
    return Refused(error.message[:150])


def _buttons(choices: tuple[str, ...]) -> InlineKeyboardMarkup | None:
    """A button a line, with its number: who likes to type may type that."""
    if not choices:
        return None
    rows = [
        [InlineKeyboardButton(f"{number} {_cut(label)}", callback_data=f"{PRESS}{number}")]
        for number, label in enumerate(choices, start=1)
    ]
    return InlineKeyboardMarkup(rows)


def _cut(label: str) -> str:
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}{CUT}"


async def _turn(address: str) -> bool:
    """Wait for a place within the Bot API's rates; False when that takes too long."""
    chat = ("telegram_group", PER_GROUP) if address.startswith("-") else ("telegram_chat", PER_CHAT)
    end = time.monotonic() + MOST_WAIT_SECONDS
    for name, key, rate in ((chat[0], address, chat[1]), ("telegram", "all", OVERALL)):
        while not await limits.hit(name, key, rate=rate):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(STEP_SECONDS)
    return True
