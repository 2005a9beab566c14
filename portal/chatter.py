"""Who writes in the web chat: a session that has a chat, the browser that holds a token, or a new one that is given its
token with the reply."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from people import places, renewals, residents
from people.residents import At
from people.viewers import Viewer
from people.visitors import COOKIE, COOKIE_SECONDS, NEXT_COOKIE, address_of, new_token
from portal.proxy import is_https
from portal.security import MACHINE_PATHS
from portal.session import RENEWED, seen, visitor


@dataclass(frozen=True, slots=True)
class Chatter:
    """A browser's web contact: its address, and the neighbourhood it looks at."""

    address: str
    place_id: int


_TOKEN = web.RequestKey("chat_token", str)
_OFFERED = web.RequestKey("offered_token", str)


def chatter(request: web.Request) -> Chatter:
    """The one who writes; the web channel asks this of every message."""
    who = seen(request)
    if who is not None and who.is_resident and who.chat_address is not None:
        return Chatter(who.chat_address, who.place_id)
    token = request.get(RENEWED) or request.cookies.get(COOKIE)
    address = address_of(token)
    if token is None or address is None:
        token = new_token()
        address = address_of(token)
        assert address is not None
    request[_TOKEN] = token
    return Chatter(address, places.home_place_id())


async def renewed(request: web.Request, where: At) -> None:
    """Offer the browser a new token for its chat: what is asked for here lets in whoever holds that."""
    who = seen(request)
    if who is None or not who.is_resident:
        request[_OFFERED] = await renewals.offer(where.contact_id)


@web.middleware
async def keep_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the browser keep its token, anew with every message, so that a conversation in use is never lost.

    Whoever sends something is looked up first: ``chatter`` asks who it is. Machines hold no token.
    """
    if request.method == "POST" and not request.path.startswith(MACHINE_PATHS):
        await visitor(request)
    response = await handler(request)
    if not response.prepared and COOKIE not in response.cookies:
        _put(request, response)
    return response


def _put(request: web.Request, response: web.StreamResponse) -> None:
    """The token that the chat goes by now, and the one offered beside it or shown for the first time."""
    if token := request.get(_TOKEN) or request.get(RENEWED):
        _keep(request, response, name=COOKIE, token=token)
    if _OFFERED in request:
        _keep(request, response, name=NEXT_COOKIE, token=request[_OFFERED])
    elif RENEWED in request:
        _keep(request, response, name=NEXT_COOKIE, token="")


def _keep(request: web.Request, response: web.StreamResponse, *, name: str, token: str) -> None:
    seconds = COOKIE_SECONDS if name == COOKIE else renewals.LENGTH.total_seconds()
    response.set_cookie(
        name, token, max_age=int(seconds) if token else 0, httponly=True, samesite="Lax", secure=is_https(request)
    )


async def speaker(request: web.Request) -> Viewer:
    """Who speaks from this browser: whoever is signed in, else the guest of the chat that its token leads to."""
    who = await visitor(request)
    if who.viewer.person_id is not None:
        return who.viewer
    where = await residents.known_at(channel=residents.WEB, address=who.chat_address)
    return await residents.viewer_at(where) if where is not None else who.viewer
