"""What may go wrong on the way to WeChat's servers and back: put into ``FakeWeChat.faults``, one for each message."""

from __future__ import annotations

import json

from aiohttp import web

from tests.fakes.wechat import FakeWeChat, Fault


async def broken(_request: web.Request) -> web.StreamResponse:
    """Something between cannot reach the platform, and says so as JSON."""
    return web.json_response({"message": "Bad Gateway"}, status=502)


async def nonsense(_request: web.Request) -> web.StreamResponse:
    """Something between says that all is well, in words that are none of the platform's."""
    return web.json_response({"welcome": True})


def delivered_unsaid(fake: FakeWeChat) -> Fault:
    """The message arrives, and then the connection breaks: the sender cannot know."""

    async def fail(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fake.take(json.loads(body), body)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return fail
