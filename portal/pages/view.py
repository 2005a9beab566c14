"""Switching to the elder view and back, and choosing its text size."""

from __future__ import annotations

from aiohttp import web

from portal.forms import posted_by
from portal.proxy import is_https
from portal.render import SIZE_COOKIE, SIZES, safe_path
from portal.session import LARGE_COOKIE

_SECONDS = 400 * 24 * 3600


def _keep(response: web.StreamResponse, name: str, value: str, *, secure: bool) -> None:
    response.set_cookie(name, value, max_age=_SECONDS, httponly=True, samesite="Lax", secure=secure)


async def choose(request: web.Request) -> web.StreamResponse:
    """长辈版."""
    form = await posted_by(request)
    response = web.Response(status=303, headers={"Location": safe_path(str(form.get("back", "/")))})
    if form.get("large") in ("0", "1"):
        _keep(response, LARGE_COOKIE, str(form["large"]), secure=is_https(request))
    if form.get("size") in SIZES:
        _keep(response, SIZE_COOKIE, str(form["size"]), secure=is_https(request))
    return response
