"""Telling the Bot API where to post updates, or that they will be fetched."""

from __future__ import annotations

import asyncio

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram.updates import ALLOWED
from courier.resting import rest

FIRST_REST, LONGEST_REST = 2.0, 300.0
_log = structlog.get_logger(__name__)


async def keep_announced(stop: asyncio.Event, *, bot: ExtBot[None], url: str, secret: str) -> None:
    """Register the webhook, trying until it is taken; then nothing more until ``stop``."""
    seconds = FIRST_REST
    while not stop.is_set() and not await _announce(bot, url, secret):
        await rest(stop, seconds=seconds)
        seconds = min(seconds * 2, LONGEST_REST)
    await stop.wait()


async def _announce(bot: ExtBot[None], url: str, secret: str) -> bool:
    try:
        return await bot.set_webhook(url, allowed_updates=ALLOWED, secret_token=secret, max_connections=20)
    except TelegramError as error:
        _log.warning("telegram_webhook_not_set", problem=type(error).__name__)
        return False


async def withdraw(bot: ExtBot[None]) -> None:
    """Polling and a webhook exclude each other; what has not been fetched stays there."""
    try:
        await bot.delete_webhook()
    except TelegramError as error:
        _log.warning("telegram_webhook_not_deleted", problem=type(error).__name__)
