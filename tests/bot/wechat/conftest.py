"""The stand-in, and our side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot import delivery
from bot.channels.wechat import PATH, notice_page, signing_in
from bot.channels.wechat.callback import Account, routes
from bot.channels.wechat.crypto import Box
from bot.channels.wechat.notice_page import Asked
from bot.channels.wechat.notices import Notices
from bot.channels.wechat.sending import WeChat
from bot.channels.wechat.signing_in import SignIn
from bot.channels.wechat.tokens import Tokens
from courier import limits, outbox
from models.errors import Refusal
from models.transaction import execute
from people import places
from tests.bot.stage import Stage
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_pushes import AES_KEY, APP_ID, APP_SECRET, TEMPLATE, TOKEN, Posted, push, reply_of, safe_post

SITE = "https://mulin.example"


@dataclass(slots=True)
class Line:
    """A service with its callback, and the stand-in it pushes to."""

    fake: FakeWeChat
    client: TestClient
    channel: WeChat
    account: Account

    async def say(self, text: str, *, number: int, openid: str = "wang-openid") -> str:
        """A follower writes; gives what the passive reply says, '' for none."""
        _, body = await self.post(safe_post(push(text, number=number, openid=openid)))
        return reply_of(body).get("Content", "") if body != "success" else ""

    async def post(self, posted: Posted) -> tuple[int, str]:
        """The platform posts a push."""
        async with self.client.post(PATH, params=posted.query, data=BytesIO(posted.body)) as response:
            return response.status, await response.text()

    async def deliver(self) -> None:
        """Everything that waits is due and sent, as far as it can be."""
        await execute("UPDATE outbox SET due_ms=0 WHERE state='new'")
        while claimed := await outbox.claim(limit=100):
            for message in claimed:
                await delivery.deliver(message, channels={"wechat": self.channel})


@web.middleware
async def _refusals(request: web.Request, handler: object) -> web.StreamResponse:
    try:
        return await handler(request)  # pyright: ignore[reportCallIssue]
    except Refusal as refusal:
        return web.Response(status=refusal.status)


@pytest.fixture
async def line(stage: Stage) -> AsyncIterator[Line]:
    """Both servers on the loopback; the account is in safe mode."""
    await places.settle_home("willow")
    fake, ours = FakeWeChat(), web.Application(middlewares=[_refusals])
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    account = Account(TOKEN, Box.of(APP_ID, AES_KEY), must_seal=True, site=SITE, template=TEMPLATE, budget=60)
    ours.add_routes(routes(account))
    async with TestServer(fake.application()) as server, ClientSession() as session:
        api = str(server.make_url("/")).rstrip("/")
        tokens = Tokens(session, api, APP_ID, APP_SECRET)
        ours.add_routes(signing_in.routes(SignIn(APP_ID, SITE, "https://open.invalid", lambda: tokens)))
        ours.add_routes(notice_page.routes(Asked(APP_ID, TEMPLATE, SITE, lambda: tokens)))
        notices = Notices(tokens, TEMPLATE, {"thing1": "what", "thing3": "how", "time2": "time"})
        async with TestClient(TestServer(ours)) as client:
            yield Line(fake, client, WeChat(session, api, tokens, SITE, notices=notices), account)
