"""The chat channels this installation's settings switch on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from app.crew import Crew
from app.leader import TELEGRAM, candidate
from app.settings import Settings
from bot.channels import Channel, relay, telegram, webhook, wechat, wecom
from bot.channels.relay import Relay
from bot.channels.telegram import announcing, me
from bot.channels.telegram import signing_in as telegram_sign_in
from bot.channels.telegram import webhook as telegram_webhook
from bot.channels.telegram.forum import TelegramForum
from bot.channels.telegram.group_sending import TelegramGroups
from bot.channels.telegram.me import Me
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import Telegram, close, make_bot
from bot.channels.telegram.transport import way_out
from bot.channels.wechat import callback, menus, notice_page
from bot.channels.wechat import signing_in as wechat_sign_in
from bot.channels.wechat.callback import Account
from bot.channels.wechat.crypto import Box
from bot.channels.wechat.notice_page import Asked
from bot.channels.wechat.notices import Notices
from bot.channels.wechat.sending import WeChat
from bot.channels.wechat.tokens import Tokens
from bot.channels.wecom import WeCom
from bot.staff import keeping
from people import places
from people.groups import CHANNEL

CONNECT_SECONDS, ANSWER_SECONDS = 5, 15
"""Without a connection nothing was sent; without an answer nobody knows: the two must not run out together."""
_Kind = TypeVar("_Kind")


@asynccontextmanager
async def pushed(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """The channels that messages are pushed to, by name."""
    channels: dict[str, Channel] = {}
    async with AsyncExitStack() as stack:
        if settings.relay_url is not None and settings.relay_secret is not None:
            session = await stack.enter_async_context(_session())
            channels[relay.NAME] = Relay(session, url=settings.relay_url, secret=settings.relay_secret)
        if settings.telegram_token is not None:
            channel = await stack.enter_async_context(_telegram(settings, settings.telegram_token))
            channels[telegram.NAME] = channel
            channels[CHANNEL] = TelegramGroups(channel.bot, site=channel.site, pace=channel.pace)
        if settings.wechat_app_id is not None and settings.wechat_app_secret is not None:
            session = await stack.enter_async_context(_session())
            tokens = Tokens(session, settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret)
            channels[wechat.NAME] = _wechat(settings, tokens)
        session = await stack.enter_async_context(_session())
        channels[wecom.NAME] = WeCom(session, settings.wecom_api_base, site=settings.public_url or "")
        outside = await stack.enter_async_context(webhook.session())
        channels[webhook.NAME] = webhook.WebhookChannel(outside)
        yield channels


def _wechat(settings: Settings, tokens: Tokens) -> WeChat:
    template = settings.wechat_notice_template
    notices = Notices(tokens, template, settings.wechat_notice_fields) if template else None
    site = settings.public_url or ""
    return WeChat(tokens.session, settings.wechat_api_base, tokens, site=site, notices=notices)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, connect=CONNECT_SECONDS))


@asynccontextmanager
async def _telegram(settings: Settings, token: str) -> AsyncIterator[Telegram]:
    async with bot_of(settings, token) as bot:
        yield Telegram(bot, site=settings.public_url or "")


@asynccontextmanager
async def bot_of(settings: Settings, token: str) -> AsyncIterator[Any]:
    """Telegram's client for these settings; only the channel itself knows what it is."""
    bot = make_bot(token, base_url=settings.telegram_base_url, file_url=settings.telegram_file_url)
    me.use(Me(int(token.partition(":")[0])))
    try:
        yield bot
    finally:
        await close(bot)


def start_announcing(crew: Crew, settings: Settings, *, channels: Mapping[str, Channel]) -> None:
    """In a process with a web door: tell Telegram where to post, and see that WeChat's account has a menu. That one is
    out of reach stops nothing."""
    ours = channels.get(wechat.NAME)
    if isinstance(ours, WeChat):
        crew.start("wechat menu", lambda stop: menus.keep_one(stop, tokens=ours.tokens))
    channel = channels.get(telegram.NAME)
    if isinstance(channel, Telegram) and settings.telegram_mode == "webhook":
        url, secret = f"{_own_address(settings)}{telegram.PATH}", settings.telegram_secret or ""
        crew.start("telegram", lambda stop: announcing.keep_announced(stop, bot=channel.bot, url=url, secret=secret))


def _own_address(settings: Settings) -> str:
    """Where updates are posted to: a stand-in on this machine needs no public address."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def start_polling(crew: Crew, settings: Settings, *, channels: Mapping[str, Channel]) -> None:
    """In every process: stand for the one that fetches Telegram's updates."""
    channel = channels.get(telegram.NAME)
    if isinstance(channel, Telegram) and settings.telegram_mode == "polling":
        crew.start("telegram", lambda stop: _poll(stop, settings, channel))


def start_boards(crew: Crew, *, channels: Mapping[str, Channel]) -> None:
    """Start what groups need: the bot's own name, and in every process what keeps the topics of staff groups, of which
    one at a time has a group in hand."""
    channel = channels.get(telegram.NAME)
    if isinstance(channel, Telegram):
        crew.start("telegram_name", lambda stop: me.keep_known(stop, bot=channel.bot))
        board = TelegramForum(channel.bot, channel.pace, site=channel.site)
        crew.start("staff_groups", lambda stop: keeping.run(stop, board=board))


async def _poll(stop: asyncio.Event, settings: Settings, channel: Telegram) -> None:
    address = f"{settings.telegram_base_url}{settings.telegram_token}"
    standing = candidate(settings.database_url, name=TELEGRAM, redis_url=settings.redis_url)
    async with standing as leadership, aiohttp.ClientSession(proxy=way_out(address)) as session:
        await announcing.withdraw(channel.bot)
        await Poller(session, url=address, bot=channel.bot).run(stop, leads=leadership.leads)


def inbound_routes(settings: Settings, *, channels: Mapping[str, Channel]) -> list[web.RouteDef]:
    """The ways in of the channels that post to us, and those of browsers for which a channel vouches. ``channels`` are
    those that are open once the service runs."""
    return [*_relay_routes(settings), *_telegram_routes(settings, channels), *_wechat_routes(settings, channels)]


def _telegram_routes(settings: Settings, channels: Mapping[str, Channel]) -> list[web.RouteDef]:
    found: list[web.RouteDef] = []
    if settings.telegram_token and settings.telegram_mode == "webhook" and settings.telegram_secret:
        found += telegram_webhook.routes(secret=settings.telegram_secret)
    if settings.telegram_token and settings.public_url:
        vouching = telegram_sign_in.SignIn(
            settings.telegram_token, settings.public_url, lambda: _open(channels, telegram.NAME, Telegram).bot
        )
        found += telegram_sign_in.routes(vouching)
    return found


def _wechat_routes(settings: Settings, channels: Mapping[str, Channel]) -> list[web.RouteDef]:
    if not settings.wechat_token or not settings.wechat_app_id:
        return []
    found = callback.routes(_account(settings, settings.wechat_app_id, settings.wechat_token))
    if not settings.public_url:
        return found

    def tokens() -> Tokens:
        return _open(channels, wechat.NAME, WeChat).tokens

    app_id, site = settings.wechat_app_id, settings.public_url
    found += wechat_sign_in.routes(wechat_sign_in.SignIn(app_id, site, settings.wechat_open_base, tokens))
    if settings.wechat_notice_template:
        found += notice_page.routes(Asked(app_id, settings.wechat_notice_template, site, tokens))
    return found


def _open(channels: Mapping[str, Channel], name: str, kind: type[_Kind]) -> _Kind:
    """A channel of the running service."""
    found = channels[name]
    assert isinstance(found, kind)
    return found


def ways_in(settings: Settings) -> dict[str, str]:
    """The chat systems that vouch for a browser: their names, and where a browser is sent out."""
    found: dict[str, str] = {}
    if settings.public_url and settings.wechat_app_id:
        found[wechat.NAME] = wechat_sign_in.PATH
    if settings.public_url and settings.telegram_token:
        found[telegram.NAME] = telegram_sign_in.PATH
    return found


def _account(settings: Settings, app_id: str, token: str) -> Account:
    """How an account's pushes prove themselves."""
    box = Box.of(app_id, settings.wechat_aes_key) if settings.wechat_aes_key else None
    return Account(
        token,
        box,
        must_seal=settings.wechat_mode == "safe",
        site=settings.public_url or "",
        template=settings.wechat_notice_template or "",
    )


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
