"""Telegram and WeChat as the receiving side: the stand-ins write down every message that arrives, and when.

What arrives there has no number of ours. A resident asks nothing twice, so the words that came are the message.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes import telegram, wechat_pushes
from tests.fakes.both import both
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_phones import SECRET_HEADER
from tests.fakes.telegram_updates import message
from tests.fakes.wechat import QUOTA, FakeWeChat
from tests.fakes.wechat_pushes import push, reply_of, safe_post
from tests.reliability.judgement import MARK
from tests.reliability.ledger import Ledger, Post
from tests.reliability.process import Service

WEBHOOK_SECRET = "a-secret-between-two-servers"
FIRST_ID = 10_000_000
"""Above every row number of ours."""
_come: ContextVar[list[int] | None] = ContextVar("come", default=None)


class _Noted(list[Any]):
    """A list of arrivals that tells of each."""

    def __init__(self, note: Callable[[Any], object]) -> None:
        super().__init__()
        self._note = note

    def append(self, one: Any) -> None:
        super().append(one)
        self._note(one)


class Platforms(Ledger):
    """Both stand-ins, and the gateway's receiver, at one address."""

    def __init__(self, *, secret: str, chance: random.Random, slow_seconds: float = 0) -> None:
        super().__init__(secret=secret, chance=chance, slow_seconds=slow_seconds)
        self.names: dict[str, str] = {}
        self.base = ""
        self._ids: dict[tuple[str, str], int] = {}
        self.bot_api = FakeTelegram(arrived=_Noted(lambda one: self.came(str(one.chat_id), one.text)))
        self.followers = FakeWeChat(arrived=_Noted(lambda one: self.came(*one)))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Platforms]:
        """Take messages for the length of a block."""
        app = both(self.bot_api, self.followers)
        app.add_routes([web.post("/in", self._take)])
        app.middlewares.append(self._timed())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.url = f"{self.base}/in"
        try:
            yield self
        finally:
            await runner.cleanup()

    def settings(self) -> dict[str, str]:
        """What makes a service use both."""
        return {
            "MULIN_TELEGRAM_TOKEN": telegram.TOKEN,
            "MULIN_TELEGRAM_MODE": "webhook",
            "MULIN_TELEGRAM_SECRET": WEBHOOK_SECRET,
            "MULIN_TELEGRAM_BASE_URL": f"{self.base}/bot",
            "MULIN_TELEGRAM_FILE_URL": f"{self.base}/file/bot",
            "MULIN_PUBLIC_URL": "https://mulin.example",
            "MULIN_WECHAT_APP_ID": wechat_pushes.APP_ID,
            "MULIN_WECHAT_APP_SECRET": wechat_pushes.APP_SECRET,
            "MULIN_WECHAT_TOKEN": wechat_pushes.TOKEN,
            "MULIN_WECHAT_AES_KEY": wechat_pushes.AES_KEY,
            "MULIN_WECHAT_API_BASE": self.base,
        }

    def came(self, address: str, text: str) -> int:
        """Write down that words have arrived; gives their place in the ledger."""
        is_marked = text.startswith(f"（{MARK}）")
        words = text.removeprefix(f"（{MARK}）")
        number = self._ids.setdefault((address, words), FIRST_ID + len(self._ids))
        self.posts.append(Post(number, self.names[address], text, is_marked, arrived=self._now(), answered=None))
        self.news.set()
        if (places := _come.get()) is not None:
            places.append(len(self.posts) - 1)
        return len(self.posts) - 1

    def heard(self, address: str, text: str) -> None:
        """A passive reply: it is answered as it arrives."""
        self._mark_answered(self.came(address, text))

    def _timed(self) -> Any:
        @web.middleware
        async def note(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            """The answer takes a while, and what arrived with the request is known to the sender once it is written."""
            places: list[int] = []
            token = _come.set(places)
            response = await handler(request)
            _come.reset(token)
            if places:
                await self.pause()
                with suppress(ConnectionError):
                    await response.prepare(request)
                    await response.write_eof()
                    for place in places:
                        self._mark_answered(place)
            return response

        return note


def _number(words: str) -> int:
    return int(hashlib.sha256(words.encode()).hexdigest()[:12], 16)


@dataclass(frozen=True, slots=True)
class TelegramDoor:
    """The Bot API posts updates, POST /channels/telegram."""

    session: aiohttp.ClientSession
    ledger: Platforms

    async def post(self, service: Service, *, address: str, key: str, text: str) -> bool:
        """Post one update."""
        chat = _number(address)
        self.ledger.names[str(chat)] = address
        update = message(_number(key), text, chat=chat)
        url, headers = f"{service.url}/channels/telegram", {SECRET_HEADER: WEBHOOK_SECRET}
        async with self.session.post(url, json=update, headers=headers) as response:
            return response.status == 200

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class WeChatDoor:
    """The platform pushes, POST /channels/wechat in safe mode; what comes back is shown at once."""

    session: aiohttp.ClientSession
    ledger: Platforms

    async def post(self, service: Service, *, address: str, key: str, text: str) -> bool:
        """Push one message."""
        openid = address[:28]
        self.ledger.names[openid] = address
        self.ledger.followers.quota[openid] = QUOTA
        posted = safe_post(push(text, number=_number(key), openid=openid))
        url = f"{service.url}/channels/wechat"
        async with self.session.post(url, params=posted.query, data=posted.body) as response:
            body = await response.text()
        if response.status == 200 and body not in ("", "success"):
            self.ledger.heard(openid, reply_of(body)["Content"])
        return response.status == 200

    __hash__ = object.__hash__
