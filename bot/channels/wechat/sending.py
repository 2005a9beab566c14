"""Messages pushed to followers by the customer-service interface, within the window they opened."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bot.channels import Begin, Held, NotSent, Refused, Result, Sent, Unknown
from bot.channels.wechat import NAME
from bot.channels.wechat.replies import words
from bot.channels.wechat.tokens import NoTokenError, Tokens, errcode, post
from courier import reach
from courier.outbox import Outbound
from models.wording import say
from people import residents

_OLD_TOKEN = frozenset({40001, 40014, 42001})
_CLOSED_WINDOW = frozenset({43004, 45015, 45047})
_LATER_MS = {-1: 2_000, 45011: 60_000, 45009: 3_600_000, 40164: 300_000, 40013: 300_000, 40125: 300_000}
"""Busy, too many a minute, too many a day, our address not allowed, a wrong app id or secret."""
_NOBODY = frozenset({40003})


@dataclass(slots=True)
class WeChat:
    """Pushes messages to followers of one account; ``site`` is the portal's address, for links."""

    session: aiohttp.ClientSession
    api: str
    tokens: Tokens
    site: str = ""
    name: str = NAME

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message; without a place in its reader's window it is held until they write again."""
        try:
            token = await self.tokens.token()
        except (NoTokenError, aiohttp.ClientError, TimeoutError, OSError) as error:
            return NotSent(f"no token: {error}"[:150], wait_ms=60_000)
        if not await reach.spend(message.lane):
            return Held("window closed")
        if not await begin():
            await reach.give_back(message.lane)
            return NotSent("the message is somebody else's now")
        text = f"{say('channel.repeated') if maybe_repeated else ''}{words(message.letter, site=self.site)}"
        return await self._pushed(message, text, token)

    async def _pushed(self, message: Outbound, text: str, token: str) -> Result:
        try:
            code = await self._push(message.address, text, token)
            if code in _OLD_TOKEN:
                await self.tokens.drop(token)
                code = await self._push(message.address, text, await self.tokens.token())
        except (aiohttp.ClientConnectorError, NoTokenError) as error:
            await reach.give_back(message.lane)
            return NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Unknown(type(error).__name__)
        return await _judged(code, message)

    async def _push(self, openid: str, text: str, token: str) -> int:
        content = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        url = f"{self.api}/cgi-bin/message/custom/send?access_token={token}"
        return errcode(await post(self.session, url, content))


async def _judged(code: int, message: Outbound) -> Result:
    """What an errcode says of a message."""
    if code == 0:
        return Sent()
    if code in _CLOSED_WINDOW:
        await reach.close(message.lane)
        return Held(f"errcode {code}")
    await reach.give_back(message.lane)
    if code in _NOBODY:
        await residents.reach(channel=NAME, address=message.address, is_open=False)
        return Refused(f"errcode {code}")
    if code in _LATER_MS or code in _OLD_TOKEN:
        return NotSent(f"errcode {code}", wait_ms=_LATER_MS.get(code, 60_000))
    return Refused(f"errcode {code}")
