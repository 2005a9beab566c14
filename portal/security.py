"""What keeps pages safe: headers with a strict content policy, and refusal of posts that come from elsewhere."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from secure import Secure
from secure.headers import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from models.errors import NotAllowed, NotFound
from portal.proxy import is_https

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MACHINE_PATHS = ("/channels/",)
"""Paths that other servers post to; they prove themselves by a signature instead."""

_policy = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .media_src("'self'")
    .connect_src("'self'")
    .font_src("'self'")
    .manifest_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
)
LOCATING = {"Permissions-Policy": "geolocation=(self), camera=(), microphone=()"}
"""Of the few pages whose form may take along where somebody is; the browser still asks them first."""
_headers = Secure(
    csp=_policy,
    xfo=XFrameOptions().deny(),
    xcto=XContentTypeOptions().nosniff(),
    referrer=ReferrerPolicy().same_origin(),
    permissions=PermissionsPolicy().geolocation().camera().microphone(),
    coop=CrossOriginOpenerPolicy().same_origin_allow_popups(),
    hsts=StrictTransportSecurity().max_age(31536000),
)


_every = dict(_headers.headers)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler for every response, errors included; HSTS is left out over plain http, where it means nothing."""
    for name, value in _every.items():
        if name != "Strict-Transport-Security" or is_https(request):
            response.headers.setdefault(name, value)


@web.middleware
async def refuse_foreign_posts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A changing request must come from our own pages: the browser says so in Sec-Fetch-Site or Origin."""
    if request.method not in SAFE_METHODS and not request.path.startswith(MACHINE_PATHS) and is_foreign(request):
        raise NotAllowed("security.foreign_post")
    return await handler(request)


@web.middleware
async def refuse_nul(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing lies under an address with a NUL in it, and PostgreSQL does not even take the question."""
    if "\0" in request.path or "\0" in request.query_string:
        raise NotFound("page.not_found")
    return await handler(request)


def is_foreign(request: web.Request) -> bool:
    """Whether a browser names another site as the origin. Tools that are no browser send neither header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def form_token(session_token: str) -> str:
    """The token that forms of a signed-in page carry; derived from the session, so nothing is stored."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def must_match(session_token: str, given: str) -> None:
    """Refuse a form whose token is not this session's."""
    if not hmac.compare_digest(form_token(session_token), given):
        raise NotAllowed("security.stale_form")
