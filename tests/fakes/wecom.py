"""A stand-in for 企业微信's group robots: it keeps what each group reads and takes twenty texts a minute."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
PER_MINUTE, MOST_BYTES = 20, 2048


@dataclass(slots=True)
class FakeWeCom:
    """What arrived, by key; ``errors`` are given one by one instead of taking a text, ``statuses`` without a word of
    the platform's."""

    arrived: list[tuple[str, str]] = field(default_factory=list)
    errors: deque[int] = field(default_factory=deque)
    statuses: deque[int] = field(default_factory=deque)
    keys: set[str] = field(default_factory=lambda: {KEY})
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def application(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/cgi-bin/webhook/send", self._send)
        return app

    async def _send(self, request: web.Request) -> web.Response:
        if self.statuses:
            return web.json_response({"message": "from between"}, status=self.statuses.popleft())
        key, body = request.query.get("key", ""), json.loads(await request.read())
        code = self.errors.popleft() if self.errors else self._refused(key, body)
        if code == 0:
            self.arrived.append((key, body["text"]["content"]))
        return web.json_response({"errcode": code, "errmsg": "ok" if code == 0 else "as told"})

    def _refused(self, key: str, body: dict) -> int:
        if key not in self.keys:
            return 93000
        if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > MOST_BYTES:
            return 40058
        times, now = self._times.setdefault(key, deque()), time.monotonic()
        while times and times[0] < now - 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            return 45009
        times.append(now)
        return 0
