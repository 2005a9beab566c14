"""企业微信 group robots: alerts to a neighbourhood's staff, at most twenty a minute in each group, nothing comes in."""

from __future__ import annotations

import json
from dataclasses import dataclass

import aiohttp

from bot.channels import Begin, NotSent, Refused, Result, Sent, Unknown
from bot.rendering import plain
from courier import limits
from courier.outbox import Outbound
from courier.parts import cut
from models.errors import Invalid, NotFound
from models.wording import say
from people import robots

NAME = robots.CHANNEL
PER_GROUP = "20/minute"
WAIT_MS = 5_000
MOST_BYTES = 2_000
_LATER_MS = {-1: 2_000, 45009: 60_000, 45011: 60_000}


@dataclass(frozen=True, slots=True)
class WeCom:
    """Posts to the robots of groups; ``site`` is the portal's address, for links."""

    session: aiohttp.ClientSession
    api: str
    site: str = ""
    name: str = NAME

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Post one text; the key stands in the address, so nothing of that is told."""
        try:
            key = await robots.key_of(message.address)
        except (NotFound, Invalid):
            return Refused("no robot")
        if not await limits.hit("wecom", message.address, rate=PER_GROUP):
            return NotSent("waiting for its turn", wait_ms=WAIT_MS, is_try=False)
        if not await begin():
            return NotSent("the message is somebody else's now")
        text = f"{say('channel.repeated') if maybe_repeated else ''}{_words(message, self.site)}"
        return await self._posted(key, text)

    async def _posted(self, key: str, text: str) -> Result:
        content = {"msgtype": "text", "text": {"content": text}}
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        url, query = f"{self.api}/cgi-bin/webhook/send", {"key": key}
        try:
            async with self.session.post(url, params=query, data=body, headers=headers) as response:
                answer = await response.json(content_type=None)
                return _judged(answer.get("errcode") if isinstance(answer, dict) else None, response.status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Unknown(type(error).__name__)


def _words(message: Outbound, site: str) -> str:
    """At most 2,000 bytes; what is too long ends early, and the link stays."""
    letter = message.letter
    whole = plain(letter, site=site)
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    below = whole.removeprefix(letter.text)
    text = cut(letter.text, most=max((MOST_BYTES - len(below.encode())) // 4, 1))[0]
    return f"{text}…{below}"


def _judged(code: object, status: int) -> Result:
    """Without an errcode it is the word of something between, which may have passed the text on."""
    if not isinstance(code, int):
        return NotSent(f"status {status}") if 400 <= status < 500 else Unknown(f"status {status}")
    if code == 0:
        return Sent()
    return NotSent(f"errcode {code}", wait_ms=_LATER_MS[code]) if code in _LATER_MS else Refused(f"errcode {code}")
