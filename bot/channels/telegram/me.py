"""Who the bot is: its id, which its token says, and its name, which the Bot API says once it can be reached."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from courier.resting import rest

FIRST_REST, LONGEST_REST = 1.0, 60.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's id (0: no bot) and name (empty: not known yet)."""

    id: int = 0
    name: str = ""


class NotKnownYet(Exception):
    """Whether something is meant for us cannot be told before we know our own name."""


_me = Me()


def use(me: Me) -> None:
    """Choose who we are, once at start."""
    global _me
    _me = me


def me() -> Me:
    """The bot as far as it is known."""
    return _me


async def learn(bot: ExtBot[None]) -> bool:
    """Ask the Bot API who we are; False when it cannot be asked now."""
    try:
        user = await bot.get_me()
    except TelegramError as error:
        _log.warning("telegram_name_not_known", problem=type(error).__name__)
        return False
    use(Me(user.id, user.username or ""))
    return True


async def name(bot: ExtBot[None]) -> str:
    """Our public name, asked for where it is not known yet; '' while the Bot API is out of reach."""
    return _me.name if _me.name or await learn(bot) else ""


async def keep_known(stop: asyncio.Event, *, bot: ExtBot[None]) -> None:
    """Ask until it is known; then nothing more until ``stop``."""
    seconds = FIRST_REST
    while not stop.is_set() and not await learn(bot):
        await rest(stop, seconds=seconds)
        seconds = min(seconds * 2, LONGEST_REST)
    await stop.wait()
