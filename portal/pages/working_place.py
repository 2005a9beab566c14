"""Which of the places they work in somebody's staff pages are about."""

from __future__ import annotations

from aiohttp import web

from models.errors import NotFound
from portal.forms import Sent, done, form
from portal.proxy import is_https
from portal.session import PLACE_COOKIE, places_of

_SECONDS = 400 * 24 * 3600


@form
async def choose(request: web.Request, sent: Sent) -> web.StreamResponse:
    """换一处看: kept in this browser."""
    chosen = sent.number("place")
    if chosen not in places_of(sent.who.viewer):
        raise NotFound("place.not_found")
    response = done("/desk/me", "choose_place")
    secure = is_https(request)
    response.set_cookie(PLACE_COOKIE, str(chosen), max_age=_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response
