"""The chat channels this installation's settings switch on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from aiohttp import web

from app.crew import Crew
from app.settings import Settings
from bot.channels import Channel, relay, telegram, wechat
from bot.channels.relay import Relay
from bot.channels.telegram import announcing, webhook
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Telegram, close, make_bot
from bot.channels.wechat import callback
from bot.channels.wechat.callback import Account
from bot.channels.wechat.crypto import Box
from bot.channels.wechat.sending import WeChat
from bot.channels.wechat.tokens import Tokens
from people import places

ANSWER_SECONDS = 15


@asynccontextmanager
async def pushed(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """The channels that messages are pushed to, by name."""
    channels: dict[str, Channel] = {}
    async with AsyncExitStack() as stack:
        if settings.relay_url is not None and settings.relay_secret is not None:
            session = await stack.enter_async_context(_session())
            channels[relay.NAME] = Relay(session, url=settings.relay_url, secret=settings.relay_secret)
        if settings.telegram_token is not None:
            channels[telegram.NAME] = await stack.enter_async_context(_telegram(settings, settings.telegram_token))
        if settings.wechat_app_id is not None and settings.wechat_app_secret is not None:
            session = await stack.enter_async_context(_session())
            tokens = Tokens(session, settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret)
            site = settings.public_url or ""
            channels[wechat.NAME] = WeChat(session, settings.wechat_api_base, tokens, site=site)
        yield channels


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))


@asynccontextmanager
async def _telegram(settings: Settings, token: str) -> AsyncIterator[Telegram]:
    bot = make_bot(token, base_url=settings.telegram_base_url, file_url=settings.telegram_file_url)
    try:
        yield Telegram(bot, site=settings.public_url or "")
    finally:
        await close(bot)


def start_listening(crew: Crew, settings: Settings, *, channels: Mapping[str, Channel]) -> None:
    """Start what fetches messages, or tells the other side where to post them. One that is out of reach stops none."""
    channel = channels.get(telegram.NAME)
    if not isinstance(channel, Telegram) or settings.telegram_token is None:
        return
    if settings.telegram_mode == "webhook":
        url, secret = f"{settings.public_url}{telegram.PATH}", settings.telegram_secret or ""
        crew.start("telegram", lambda stop: announcing.keep_announced(stop, bot=channel.bot, url=url, secret=secret))
        return
    address = f"{settings.telegram_base_url}{settings.telegram_token}"
    crew.start("telegram", lambda stop: _poll(stop, address, channel))


async def _poll(stop: asyncio.Event, address: str, channel: Telegram) -> None:
    async with aiohttp.ClientSession() as session:
        await announcing.withdraw(channel.bot)
        await Poller(session, url=address, bot=channel.bot).run(stop)


def inbound_routes(settings: Settings) -> list[web.RouteDef]:
    """The ways in of the channels that post to us."""
    routes = _relay_routes(settings)
    if settings.telegram_token and settings.telegram_mode == "webhook" and settings.telegram_secret:
        routes += webhook.routes(secret=settings.telegram_secret)
    if settings.wechat_token and settings.wechat_app_id:
        routes += callback.routes(_account(settings, settings.wechat_app_id, settings.wechat_token))
    return routes


def _account(settings: Settings, app_id: str, token: str) -> Account:
    """How an account's pushes prove themselves."""
    box = Box.of(app_id, settings.wechat_aes_key) if settings.wechat_aes_key else None
    return Account(token, box, must_seal=settings.wechat_mode == "safe", site=settings.public_url or "")


def _relay_routes(settings: Settings) -> list[web.RouteDef]:
    """The gateway's way in, where its secret is set."""
    secret = settings.relay_secret
    if secret is None:
        return []

    async def receive(request: web.Request) -> web.StreamResponse:
        """The neighbourhood is known only once the service has started."""
        (route,) = relay.routes(secret=secret, place_id=places.home_place_id())
        return await route.handler(request)

    return [web.post(relay.PATH, receive, name="relay.receive")]
