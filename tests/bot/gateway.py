"""Another chat system behind the signed relay: what its people write is posted to us, what we push it keeps."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from uuid import uuid4

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot import delivery, worker
from bot.channels import relay
from bot.channels.relay import Relay, signature
from courier import outbox
from courier.letters import Letter, Link
from models import clock

SECRET = "a secret between two services"


def signed(body: bytes, *, secret: str = SECRET, late_seconds: int = 0) -> Mapping[str, str]:
    """The headers a body is sent with."""
    time = str(clock.now_ms() // 1000 - late_seconds)
    return {relay.TIME: time, relay.SIGNATURE: signature(secret, time=time, body=body)}


class Gateway:
    """The other system: its way in to us, and what came out to each address."""

    def __init__(self, client: TestClient, channel: Relay, taken: Mapping[str, list[Letter]]) -> None:
        self._client = client
        self._channel = channel
        self._taken = taken

    async def write(self, address: str, text: str) -> None:
        """Hand on what somebody wrote; our workers answer it, as they would by themselves."""
        body = json.dumps({"key": uuid4().hex, "address": address, "text": text}).encode()
        async with self._client.post(relay.PATH, data=body, headers=signed(body)) as response:
            assert response.status == 200, await response.text()
            stored = await response.json()
        await worker.work_lane(f"{relay.NAME}:{address}", message_id=stored["id"])

    async def push(self) -> None:
        """Send all that waits, as our workers would by themselves."""
        while waiting := await outbox.claim():
            for message in waiting:
                await delivery.deliver(message, channels={relay.NAME: self._channel})

    async def pushed_to(self, address: str) -> list[Letter]:
        """Everything that ever came to an address."""
        await self.push()
        return self._taken[address]


@asynccontextmanager
async def relayed(place_id: int) -> AsyncIterator[Gateway]:
    """A gateway with both ways open."""
    taken: dict[str, list[Letter]] = defaultdict(list)
    ours = web.Application()
    ours.add_routes(relay.routes(secret=SECRET, place_id=place_id))
    theirs = TestServer(taking(lambda address, letter: taken[address].append(letter)))
    async with TestClient(TestServer(ours)) as client, theirs, ClientSession() as session:
        yield Gateway(client, Relay(session, url=str(theirs.make_url("/")), secret=SECRET), taken)


def taking(keep: Callable[[str, Letter], object]) -> web.Application:
    """The other system's way in: hands on to ``keep`` what is pushed to it, and by whom it is to be read."""

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        wanted = signature(SECRET, time=request.headers[relay.TIME], body=body)
        assert request.headers[relay.SIGNATURE] == wanted
        said = json.loads(body)
        links = tuple(Link(link["text"], link["path"]) for link in said["links"])
        keep(said["address"], Letter(said["text"], tuple(said["choices"]), links))
        return web.Response()

    application = web.Application()
    application.router.add_post("/", take)
    return application
