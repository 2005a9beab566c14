"""The chat channels this installation's settings switch on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from app.settings import Settings
from bot.channels import Channel, relay
from bot.channels.relay import Relay
from people import places

ANSWER_SECONDS = 15


@asynccontextmanager
async def pushed(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """The channels that messages are pushed to, by name."""
    if settings.relay_url is None or settings.relay_secret is None:
        yield {}
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as session:
        yield {relay.NAME: Relay(session, url=settings.relay_url, secret=settings.relay_secret)}


def relay_routes(settings: Settings) -> list[web.RouteDef]:
    """The gateway's way in, where its secret is set."""
    secret = settings.relay_secret
    if secret is None:
        return []

    async def receive(request: web.Request) -> web.StreamResponse:
        """The neighbourhood is known only once the service has started."""
        (route,) = relay.routes(secret=secret, place_id=places.home_place_id())
        return await route.handler(request)

    return [web.post(relay.PATH, receive, name="relay.receive")]
