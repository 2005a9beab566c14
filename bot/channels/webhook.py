"""Events of a neighbourhood's boards to the address that it set: public addresses alone, no redirects, signed anew each
time. Whoever receives knows an event by its name, so that one whose outcome is unknown is simply sent again."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channels import Begin, NotSent, Refused, Result, Sent
from courier.networks import is_address, is_public
from courier.outbox import Outbound
from models.errors import Invalid, NotFound
from people import webhooks
from people.webhooks import Sending

NAME = webhooks.CHANNEL
GONE = 410
WAIT_SECONDS = 15
MOST_ANSWER = 1_024


class PublicOnly(AbstractResolver):
    """Names as the system resolves them, and refused where any of their addresses is not of the public internet. The
    connection goes to what was looked at here: nothing is resolved a second time."""

    def __init__(self) -> None:
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name."""
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise OSError("not a public address")
        return found

    async def close(self) -> None:
        """Nothing is held open."""
        await self._inner.close()


def session() -> aiohttp.ClientSession:
    """Requests to addresses that others chose."""
    connector = aiohttp.TCPConnector(resolver=PublicOnly(), use_dns_cache=False)
    return aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=WAIT_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
    )


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Posts events; ``session`` keeps away from what is not public."""

    session: aiohttp.ClientSession
    name: str = NAME

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:  # noqa: ARG002
        """Post one event, whose name is all that the letter says."""
        try:
            event = await webhooks.sending(message.letter.text)
        except (NotFound, Invalid):
            return Refused("no address")
        if is_address(urlsplit(event.url).hostname or ""):
            return Refused("not a public address")
        if not await begin():
            return NotSent("the message is somebody else's now")
        return await self._posted(event)

    async def _posted(self, event: Sending) -> Result:
        try:
            async with self.session.post(
                event.url, data=event.body, headers=event.headers(), allow_redirects=False
            ) as response:
                await response.content.read(MOST_ANSWER)
                return _judged(response.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return NotSent(type(error).__name__)


def _judged(status: int) -> Result:
    """2xx: taken. 410: never again, as Standard Webhooks has it. Else: later."""
    if 200 <= status < 300:
        return Sent()
    return Refused(f"status {status}") if status == GONE else NotSent(f"status {status}")
