"""Which of the places they work or live in somebody's pages are about."""

from __future__ import annotations

from aiohttp import web

from models.errors import NotFound
from portal.forms import Sent, done, form, own_form
from portal.proxy import is_https
from portal.session import PLACE_COOKIE, places_of

_SECONDS = 400 * 24 * 3600


@form
async def choose(request: web.Request, sent: Sent) -> web.StreamResponse:
    """换一处看: where one works; kept in this browser."""
    return _kept(request, sent, "/desk/me")


@own_form
async def choose_home(request: web.Request, sent: Sent) -> web.StreamResponse:
    """换一处看: where one lives."""
    return _kept(request, sent, "/me")


def _kept(request: web.Request, sent: Sent, back: str) -> web.StreamResponse:
    chosen = sent.number("place")
    if chosen not in places_of(sent.who.viewer):
        raise NotFound("place.not_found")
    response = done(back, "choose_place")
    secure = is_https(request)
    response.set_cookie(PLACE_COOKIE, str(chosen), max_age=_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response
