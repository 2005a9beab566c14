"""Media of WeChat: kept by the platform for three days, fetched with the account's token, no further than may be."""

from __future__ import annotations

import json

import aiohttp

from bot.channels import Fetched, Got, Later, Never
from bot.channels.wechat.tokens import OLD_TOKEN, NoTokenError, Tokens

_LATER_MS = {-1: 5_000, 45009: 3_600_000, 45011: 60_000, 40164: 300_000, 40013: 300_000, 40125: 300_000}
_GONE = frozenset({40007, 40004})
_AT_ONCE_MS = 100


async def fetch(media_id: str, *, session: aiohttp.ClientSession, api: str, tokens: Tokens, most_bytes: int) -> Fetched:
    """One file by its media id; an error comes as JSON where the file would be."""
    try:
        token = await tokens.token()
        query = {"access_token": token, "media_id": media_id}
        async with session.get(f"{api}/cgi-bin/media/get", params=query) as response:
            content = await _read(response, most_bytes)
            is_file = response.status == 200 and response.content_type not in ("application/json", "text/plain")
    except (NoTokenError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Later(type(error).__name__)
    if content is None:
        return Never("too_large")
    if is_file:
        return Got(content)
    return await _judged(_errcode(content), token, tokens)


async def _read(response: aiohttp.ClientResponse, most_bytes: int) -> bytes | None:
    """The body, None where it is too long."""
    content = bytearray()
    async for piece in response.content.iter_chunked(1 << 16):
        content += piece
        if len(content) > most_bytes:
            return None
    return bytes(content)


def _errcode(content: bytes) -> int:
    try:
        answer = json.loads(content)
        return int(answer["errcode"])
    except (ValueError, KeyError, TypeError):
        return -1


async def _judged(code: int, token: str, tokens: Tokens) -> Fetched:
    if code in OLD_TOKEN:
        await tokens.drop(token)
        return Later(f"errcode {code}", wait_ms=_AT_ONCE_MS)
    if code in _LATER_MS:
        return Later(f"errcode {code}", wait_ms=_LATER_MS[code])
    return Never("expired" if code in _GONE else "refused")
