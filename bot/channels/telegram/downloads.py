"""Files of Telegram: the Bot API says for an hour where one lies, and it is read from there, no further than may be."""

from __future__ import annotations

import ssl
from functools import lru_cache

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels import Fetched, Got, Later, Never
from bot.channels.telegram.attached import source_of
from bot.channels.telegram.transport import way_out

SECONDS = 20.0
_TOO_BIG = "file is too big"
_AGAIN_MS = 60_000


@lru_cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes longer than everything else a client needs."""
    return httpx.create_ssl_context()


async def fetch(bot: ExtBot[None], source: str, *, most_bytes: int) -> Fetched:
    """One file; what Telegram says is too large is not asked for."""
    file_id, size = source_of(source)
    if size > most_bytes:
        return Never("too_large")
    try:
        path = (await bot.get_file(file_id)).file_path
    except TelegramError as error:
        return _judged(error)
    if not path:
        return Never("expired")
    return await _read(path, most_bytes)


def _judged(error: TelegramError) -> Fetched:
    if isinstance(error, RetryAfter):
        return Later("told to wait", wait_ms=_AGAIN_MS)
    if isinstance(error, BadRequest):
        return Never("too_large" if _TOO_BIG in error.message.lower() else "expired")
    if isinstance(error, Forbidden):
        return Never("refused")
    return Later(type(error).__name__, wait_ms=_AGAIN_MS if isinstance(error, InvalidToken) else None)


async def _read(url: str, most_bytes: int) -> Fetched:
    """The address holds the bot's token, so nothing of it may be told."""
    try:
        client = httpx.AsyncClient(timeout=SECONDS, verify=trusted(), proxy=way_out(url), trust_env=False)
        async with client, client.stream("GET", url) as response:
            if response.status_code == 404:
                return Later("gone for now")
            if response.status_code != 200:
                return Later(f"status {response.status_code}")
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > most_bytes:
                    return Never("too_large")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Later(type(error).__name__)
    return Got(bytes(content))
