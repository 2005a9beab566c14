"""Who writes in the web chat: a session that has a chat, the browser that holds a token, or a new one that is given its
token with the reply."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from people import places, residents
from people.visitors import COOKIE, COOKIE_SECONDS, address_of, new_token
from portal.proxy import is_https
from portal.session import seen, visitor


@dataclass(frozen=True, slots=True)
class Chatter:
    """A browser's web contact: its address, and the neighbourhood it looks at."""

    address: str
    place_id: int


_TOKEN = web.RequestKey("chat_token", str)


def chatter(request: web.Request) -> Chatter:
    """The one who writes; the web channel asks this of every message."""
    who = seen(request)
    if who is not None and who.is_resident and who.chat_address is not None:
        return Chatter(who.chat_address, who.place_id)
    token = request.cookies.get(COOKIE)
    address = address_of(token)
    if token is None or address is None:
        token = new_token()
        address = address_of(token)
        assert address is not None
    request[_TOKEN] = token
    return Chatter(address, places.home_place_id())


async def renewed(request: web.Request) -> Chatter:
    """The same under a token that the browser is given now: what is asked for here lets in whoever holds that."""
    who = chatter(request)
    if _TOKEN not in request:
        return who
    request[_TOKEN] = token = new_token()
    address = address_of(token)
    assert address is not None
    await residents.move(channel=residents.WEB, address=who.address, new=address)
    return Chatter(address, who.place_id)


@web.middleware
async def keep_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the browser keep its token, anew with every message, so that a conversation in use is never lost.

    Whoever sends something is looked up first: ``chatter`` asks who it is.
    """
    if request.method == "POST":
        await visitor(request)
    response = await handler(request)
    if _TOKEN in request and not response.prepared:
        response.set_cookie(
            COOKIE, request[_TOKEN], max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=is_https(request)
        )
    return response
