"""A messenger on people's telephones, behind the signed relay of a real process: what they write, and what comes."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels import relay
from courier.letters import Letter
from tests.bot.gateway import SECRET, signed, taking
from tests.reliability.process import Service

WAIT_SECONDS = 30


@dataclass(slots=True)
class Messenger:
    """What came to each address and was not looked at yet."""

    session: ClientSession
    url: str
    came: dict[str, asyncio.Queue[Letter]] = field(default_factory=lambda: defaultdict(asyncio.Queue))

    @property
    def settings(self) -> Mapping[str, str]:
        """What makes a service use it."""
        return {"MULIN_RELAY_URL": self.url, "MULIN_RELAY_SECRET": SECRET}

    async def say(self, service: Service, address: str, text: str, *, hears: str) -> Letter:
        """Write, and wait for the letter with those words; what came before is over, news that come between are not
        the answer."""
        self.came[address] = asyncio.Queue()
        body = json.dumps({"key": uuid4().hex, "address": address, "text": text}).encode()
        async with self.session.post(service.url + relay.PATH, data=body, headers=signed(body)) as response:
            assert response.status == 200, await response.text()
        heard: list[str] = []
        try:
            return await asyncio.wait_for(self._hears(address, hears, heard), WAIT_SECONDS)
        except TimeoutError as error:
            raise AssertionError(f"{text!r} was not answered with {hears!r}, but with {heard}") from error

    async def _hears(self, address: str, words: str, heard: list[str]) -> Letter:
        while True:
            letter = await self.came[address].get()
            heard.append("\n".join([letter.text, *letter.choices]))
            if words in heard[-1]:
                return letter


@asynccontextmanager
async def messenger() -> AsyncIterator[Messenger]:
    """For the length of a block."""
    came: dict[str, asyncio.Queue[Letter]] = defaultdict(asyncio.Queue)
    application = taking(lambda address, letter: came[address].put_nowait(letter))
    async with TestServer(application) as server, ClientSession() as session:
        yield Messenger(session, str(server.make_url("/")), came)
