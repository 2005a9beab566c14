"""The way in for those with a public address: one POST an update, safe before it is acknowledged."""

from __future__ import annotations

import hmac
import json

from aiohttp import web

from bot.channels.telegram import PATH
from bot.channels.telegram.intake import take
from bot.channels.telegram.me import NotKnownYet
from models.errors import NotAllowed
from people import places

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header.


def routes(*, secret: str) -> list[web.RouteDef]:
    """The one route; ``secret`` is what was given with setWebhook."""

    async def receive(request: web.Request) -> web.StreamResponse:
        """收: 200 once the update is safe, also for one that nobody can read; a press is answered along with it."""
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            raise NotAllowed("telegram.secret")
        try:
            press = await take(await _content(request), place_id=places.home_place_id())
        except NotKnownYet as error:
            raise web.HTTPServiceUnavailable from error  # It is posted again in a while.
        if press is None:
            return web.json_response({})
        return web.json_response({"method": "answerCallbackQuery", "callback_query_id": press})

    return [web.post(PATH, receive, name="telegram.receive")]


async def _content(request: web.Request) -> object:
    """What was posted; a body longer than any update can be is read no further, and set aside as the rest is."""
    try:
        return _decoded(await request.read())
    except web.HTTPRequestEntityTooLarge:
        return "too long"


def _decoded(body: bytes) -> object:
    """The JSON of a body; what is none is given on as text, to be set aside. Deep nesting is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body[:2_000].decode(errors="replace")
