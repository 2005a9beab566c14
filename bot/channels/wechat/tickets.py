"""The ticket of WeChat's JS-SDK, and the signature of a page that uses it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from dataclasses import dataclass, field

from bot.channels.wechat.tokens import EARLY_SECONDS, NoTokenError, Tokens, errcode, read

PATH = "/cgi-bin/ticket/getticket"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a page needs to be let in by the JS-SDK."""

    timestamp: str
    nonce: str
    signature: str


def signed(ticket: str, *, url: str, timestamp: str, nonce: str) -> Signed:
    """SHA-1, in hex, over ticket, nonce, time and address (without what follows ``#``), in the platform's order."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return Signed(timestamp, nonce, hashlib.sha1(text.encode()).hexdigest())  # noqa: S324 - the platform's choice.


@dataclass(slots=True)
class Tickets:
    """The ticket of one account in this process, asked for once however many pages need it."""

    tokens: Tokens
    _ticket: str = ""
    _good_until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def sign(self, url: str, *, seconds: int) -> Signed:
        """A page's signature; NoTokenError where the platform gives no ticket."""
        async with self._turn:
            if not self._ticket or time.monotonic() >= self._good_until:
                await self._fetch()
        return signed(self._ticket, url=url, timestamp=str(seconds), nonce=secrets.token_hex(8))

    async def _fetch(self) -> None:
        answer = await read(self.tokens, PATH, type="jsapi")
        ticket, seconds = answer.get("ticket"), answer.get("expires_in")
        if not isinstance(ticket, str) or not isinstance(seconds, int):
            raise NoTokenError(errcode(answer))
        self._ticket, self._good_until = ticket, time.monotonic() + max(seconds - EARLY_SECONDS, 30)
