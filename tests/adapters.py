"""Transcripts on Telegram and on WeChat: everybody at a phone, in front of the platforms' stand-ins and our own doors.

What arrives is written down as on every other channel: buttons as the numbered lines they stand for, links without the
portal's address.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from unittest import mock

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot import delivery, worker
from bot.channels import Channel, telegram, wechat
from bot.channels.telegram import pace, webhook
from bot.channels.telegram.sending import Telegram, close, make_bot
from bot.channels.wechat import callback
from bot.channels.wechat.callback import Account
from bot.channels.wechat.crypto import Box
from bot.channels.wechat.sending import WeChat
from bot.channels.wechat.tokens import Tokens
from courier import inbox, outbox
from models.transaction import execute
from people import places
from tests.bot.stage import Stage
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_updates import Arrived, message
from tests.fakes.wechat import QUOTA, FakeWeChat
from tests.fakes.wechat_pushes import AES_KEY, APP_ID, APP_SECRET, push, reply_of, safe_post
from tests.fakes.wechat_pushes import TOKEN as WECHAT_TOKEN

SITE = "https://mulin.example"
SECRET = "a-secret-between-two-servers"
UNHURRIED = "1000/second"
"""People take their time between two messages, which no transcript waits for; tests/bot/telegram keeps the pace."""


def telegram_address(address: str) -> str:
    """The chat of somebody whose address elsewhere is a name."""
    return str(7_000 + sum(address.encode()))


def wechat_address(address: str) -> str:
    """The openid of somebody whose address elsewhere is a name."""
    return f"openid-at-mulin-of-{address}"


async def _push_all(channel: Channel) -> None:
    """Everything that waits goes out, as far as it can be sent, whatever it was waiting for."""
    await execute("UPDATE outbox SET due_ms=0 WHERE state='new'")
    while waiting := await outbox.claim(limit=100):
        for one in waiting:
            await delivery.deliver(one, channels={channel.name: channel})


@dataclass(slots=True)
class TelegramPhone:
    """One person's Telegram."""

    chat: int
    client: TestClient
    fake: FakeTelegram
    channel: Telegram
    numbers: itertools.count[int]
    _seen: int = 0

    async def type(self, text: str) -> None:
        """The Bot API posts what was typed; our workers answer it."""
        headers = {webhook.SECRET_HEADER: SECRET}
        update = message(next(self.numbers), text, chat=self.chat)
        async with self.client.post(telegram.PATH, json=update, headers=headers) as response:
            assert response.status == 200, await response.text()
        while waiting := await inbox.claim(limit=1, lane=f"{telegram.NAME}:{self.chat}"):
            await worker.work(waiting[0])

    async def ring(self) -> None:
        """What is pushed arrives now."""
        await _push_all(self.channel)

    async def arrived(self) -> list[str]:
        """What came since the last look."""
        await self.ring()
        mine = [one for one in self.fake.arrived if one.chat_id == self.chat]
        seen, self._seen = self._seen, len(mine)
        return [_shown(one) for one in mine[seen:]]


def _shown(one: Arrived) -> str:
    """A message with its buttons as numbered lines, above the links."""
    lines = one.text.split("\n")
    end = next((n for n, line in enumerate(lines) if SITE in line), len(lines)) if SITE in lines[-1] else len(lines)
    labels = [label for label, _ in one.buttons]
    return "\n".join([*lines[:end], *labels, *lines[end:]]).replace(SITE, "")


@asynccontextmanager
async def telegram_phones(stage: Stage) -> AsyncIterator[Callable[[str], TelegramPhone]]:
    """Everybody at Telegram; gives the phone of an address."""
    await places.settle_home("willow")
    fake, ours, numbers = FakeTelegram(), web.Application(), itertools.count(1)
    ours.add_routes(webhook.routes(secret=SECRET))
    async with TestServer(fake.application()) as server, TestClient(TestServer(ours)) as client:
        base = str(server.make_url("/")).rstrip("/")
        bot = make_bot(TOKEN, base_url=f"{base}/bot", file_url=f"{base}/file/bot")
        channel = Telegram(bot, site=SITE)
        with mock.patch.object(pace, "PER_CHAT", UNHURRIED):
            yield lambda address: TelegramPhone(int(telegram_address(address)), client, fake, channel, numbers)
        await close(bot)


@dataclass(slots=True)
class WeChatPhone:
    """One follower's WeChat."""

    openid: str
    client: TestClient
    fake: FakeWeChat
    channel: WeChat
    numbers: itertools.count[int]
    _come: list[str] = field(default_factory=list)
    _seen: int = 0

    async def type(self, text: str) -> None:
        """The platform pushes what was typed, and shows the reply it gets."""
        self.fake.quota[self.openid] = QUOTA
        posted = safe_post(push(text, number=next(self.numbers), openid=self.openid))
        async with self.client.post(wechat.PATH, params=posted.query, data=posted.body) as response:
            body = await response.text()
        self._take()
        if body not in ("", "success"):
            self._come.append(reply_of(body)["Content"])

    def _take(self) -> None:
        """Customer-service messages that have come."""
        mine = [text for openid, text in self.fake.arrived if openid == self.openid]
        self._come += mine[self._seen :]
        self._seen = len(mine)

    async def ring(self) -> None:
        """What is pushed arrives now."""
        await _push_all(self.channel)
        self._take()

    async def arrived(self) -> list[str]:
        """What came since the last look."""
        await self.ring()
        come, self._come = self._come, []
        return [text.replace(SITE, "") for text in come]


@asynccontextmanager
async def wechat_phones(stage: Stage) -> AsyncIterator[Callable[[str], WeChatPhone]]:
    """Everybody follows the account; gives the phone of an address."""
    await places.settle_home("willow")
    fake, ours, numbers = FakeWeChat(), web.Application(), itertools.count(1)
    ours.add_routes(callback.routes(Account(WECHAT_TOKEN, Box.of(APP_ID, AES_KEY), must_seal=True, site=SITE)))
    async with (
        TestServer(fake.application()) as server,
        TestClient(TestServer(ours)) as client,
        ClientSession() as session,
    ):
        api = str(server.make_url("/")).rstrip("/")
        channel = WeChat(session, api, Tokens(session, api, APP_ID, APP_SECRET), SITE)
        yield lambda address: WeChatPhone(wechat_address(address), client, fake, channel, numbers)
