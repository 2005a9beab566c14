"""Messages out through the Bot API, no faster than it allows, and what came of each."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels import Begin, Fetched, NotSent, Refused, Result, Sent
from bot.channels.telegram import NAME, downloads
from bot.channels.telegram.outcomes import TOKEN_SECONDS, is_closed_to_us, known, seconds_of
from bot.channels.telegram.pace import Pace, turn
from bot.channels.telegram.transport import Transport
from bot.channels.telegram.updates import CUT, PRESS
from bot.rendering import plain
from courier.letters import Letter
from courier.outbox import Outbound
from models.wording import say
from people import residents

LABEL = 60
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""Telegram would open every link we send, those that sign somebody in among them."""
_log = structlog.get_logger(__name__)


os.environ.setdefault("PTB_TIMEDELTA", "true")
"""How the library wants to be told that waits are time spans; from its next major version on they always are."""


def make_bot(token: str, *, base_url: str, file_url: str) -> ExtBot[None]:
    """The library's client, which asks nothing of the network before the first message."""
    request = Transport(trusted=downloads.trusted())
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
    pace: Pace = field(default_factory=Pace)

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message when its turn has come; what the Bot API answers decides what is known of it."""
        if (wait_ms := self.pace.rest_ms(message.address)) or not await turn(message.address):
            return NotSent("waiting for its turn", wait_ms=wait_ms or 1_000, is_try=False)
        if not await begin():
            return NotSent("the message is somebody else's now")
        try:
            return await self._sent(message, maybe_repeated=maybe_repeated)
        except TelegramError as error:
            return await self._judge(error, message)

    async def fetch(self, source: str, *, most_bytes: int) -> Fetched:
        """Fetch a file that somebody sent."""
        return await downloads.fetch(self.bot, source, most_bytes=most_bytes)

    async def _sent(self, message: Outbound, *, maybe_repeated: bool) -> Sent:
        letter = message.letter
        words = plain(Letter(letter.text, (), letter.links), site=self.site)
        text = f"{say('channel.repeated')}{words}" if maybe_repeated else words
        sent = await self.bot.send_message(
            int(message.address), text, reply_markup=_buttons(letter.choices), link_preview_options=NO_PREVIEW
        )
        return Sent(receipt=str(sent.message_id))

    async def _judge(self, error: TelegramError, message: Outbound) -> Result:
        heed(error, self.pace, chat=message.address)
        if is_closed_to_us(error):
            await residents.reach(channel=NAME, address=message.address, is_open=False)
            return Refused(error.message[:150])
        return known(error)


def heed(error: TelegramError, pace: Pace, *, chat: str) -> None:
    """What an error of one chat means for what else we send, to it and to all."""
    if isinstance(error, RetryAfter):
        pace.told_to_wait(chat, seconds=seconds_of(error))
    if isinstance(error, InvalidToken):
        pace.rest(TOKEN_SECONDS)
        _log.error("telegram_token_refused")


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
