"""The stand-in, and our side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from telegram.ext import ExtBot

from bot import delivery, worker
from bot.channels.telegram import PATH, me, pace, webhook
from bot.channels.telegram.forum import TelegramForum
from bot.channels.telegram.group_sending import TelegramGroups
from bot.channels.telegram.sending import Telegram, close, make_bot
from courier import inbox, outbox
from models.errors import Refusal
from people import places
from tests.adapters import UNHURRIED
from tests.bot.stage import Stage
from tests.fakes.telegram import TOKEN, FakeTelegram

SECRET = "a-secret-between-two-servers"


@dataclass(slots=True)
class Line:
    """A service with its webhook, and the stand-in it sends to."""

    fake: FakeTelegram
    bot: ExtBot[None]
    client: TestClient
    channel: Telegram

    async def post(self, update: object, *, secret: str = SECRET) -> tuple[int, dict[str, object]]:
        """The Bot API posts an update."""
        headers = {webhook.SECRET_HEADER: secret}
        async with self.client.post(PATH, json=update, headers=headers) as response:
            return response.status, await response.json() if response.status == 200 else {}

    async def hear(self) -> None:
        """Everything received is answered; nothing is sent yet."""
        for message in await inbox.claim(limit=100):
            await worker.work(message)

    async def work(self) -> None:
        """Everything received is answered, and everything written is sent."""
        await self.hear()
        rooms = TelegramGroups(self.bot, site=self.channel.site, pace=self.channel.pace)
        for message in await outbox.claim(limit=100):
            await delivery.deliver(message, channels={"telegram": self.channel, rooms.name: rooms})

    @property
    def forum(self) -> TelegramForum:
        """What keeps the topics of staff groups speaks to this."""
        return TelegramForum(self.bot, self.channel.pace, site=self.channel.site)


@web.middleware
async def _refusals(request: web.Request, handler: object) -> web.StreamResponse:
    try:
        return await handler(request)  # pyright: ignore[reportCallIssue]
    except Refusal as refusal:
        return web.Response(status=refusal.status)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the pace of one chat, which test_pace.py holds to its rate."""
    monkeypatch.setattr(pace, "PER_CHAT", UNHURRIED)


@pytest.fixture
async def line(stage: Stage) -> AsyncIterator[Line]:
    """Both servers on the loopback."""
    await places.settle_home("willow")
    fake = FakeTelegram()
    ours = web.Application(middlewares=[_refusals])
    ours.add_routes(webhook.routes(secret=SECRET))
    async with TestServer(fake.application()) as server, TestClient(TestServer(ours)) as client:
        address = str(server.make_url("/")).rstrip("/")
        bot = make_bot(TOKEN, base_url=f"{address}/bot", file_url=f"{address}/file/bot")
        me.use(me.Me())
        assert await me.learn(bot)
        yield Line(fake, bot, client, Telegram(bot, site="https://mulin.example"))
        await close(bot)
