"""What may go wrong on the way to the Bot API and back: put into ``FakeTelegram.faults``, one for each message."""

from __future__ import annotations

from aiohttp import web

from tests.fakes.telegram import Fault


def failing(status: int, description: str, **parameters: object) -> Fault:
    """A sendMessage that is answered with an error and not delivered."""

    async def fail(_request: web.Request) -> web.StreamResponse:
        body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
        return web.json_response({**body, **({"parameters": parameters} if parameters else {})}, status=status)

    return fail


async def cut(request: web.Request) -> web.StreamResponse:
    """The connection breaks after the request was read: whether it arrived, the sender cannot know."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
