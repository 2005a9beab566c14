"""Both platforms' servers behind one address."""

from __future__ import annotations

from aiohttp import web

from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import FakeWeChat


def both(bot_api: FakeTelegram, followers: FakeWeChat) -> web.Application:
    """The Bot API and the Official Account's API; their paths do not meet."""
    app = bot_api.application()
    for route in followers.application().router.routes():
        if route.resource is not None and route.method != "HEAD":
            app.router.add_route(route.method, route.resource.canonical, route.handler)
    return app
