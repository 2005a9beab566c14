"""The receiving side: a small server that writes down every message it is sent. It knows nothing of our code."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Post:
    """One message that arrived; ``answered`` is when the receiver had answered, or None when the line broke before."""

    id: int
    address: str
    text: str
    is_marked: bool
    arrived: float
    answered: float | None


class Ledger:
    """Every arrival in order. Answers after a random while of up to ``slow_seconds``."""

    def __init__(self, *, secret: str, chance: random.Random, slow_seconds: float = 0) -> None:
        self._secret = secret
        self._chance = chance
        self._slow = slow_seconds
        self.posts: list[Post] = []
        self.url = ""
        self.news = asyncio.Event()
        self.wrong_signatures = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ledger]:
        """Take messages for the length of a block."""
        app = web.Application()
        app.add_routes([web.post("/in", self._take)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not self._is_signed(request, body):
            self.wrong_signatures += 1
            return web.Response(status=403)
        place = self._write_down(json.loads(body))
        await self.pause()
        response = web.Response(headers={"X-Receipt": str(place)})
        with suppress(ConnectionError):  # The sender was killed while it waited.
            await response.prepare(request)
            await response.write_eof()
            self._mark_answered(place)
        return response

    async def pause(self) -> None:
        """Let some time go by before the answer."""
        await asyncio.sleep(self._chance.uniform(0, self._slow))

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        time = request.headers.get("X-Mulin-Time", "")
        wanted = hmac.new(self._secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, request.headers.get("X-Mulin-Signature", ""))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _write_down(self, content: dict[str, object]) -> int:
        now = self._now()
        text, number = str(content["text"]), int(str(content["id"]))
        self.posts.append(
            Post(number, str(content["address"]), text, bool(content["maybe_repeated"]), arrived=now, answered=None)
        )
        self.news.set()
        return len(self.posts) - 1

    def _mark_answered(self, place: int) -> None:
        post, now = self.posts[place], self._now()
        self.posts[place] = Post(post.id, post.address, post.text, post.is_marked, post.arrived, answered=now)

    def rows(self) -> set[int]:
        """The different messages that arrived."""
        return {post.id for post in self.posts}

    async def more(self) -> None:
        """Wait for the next arrival."""
        self.news.clear()
        await self.news.wait()
