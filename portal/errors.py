"""The six refusals, turned once into a page or a JSON problem (RFC 9457); the rest is logged by kind."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from models.errors import NotAllowed, NotFound, Refusal
from models.wording import say_refusal
from portal.render import page, safe_path

log = structlog.get_logger()
TYPED = web.RequestKey("typed", tuple[tuple[str, str], ...])
"""The fields of the form that is being taken, as far as it was read."""
_PROSE = frozenset(
    {"about", "agenda", "answer", "how", "intro", "minutes", "note", "purpose", "reason", "remark", "text", "title"}
    | {"what", "words"}
)
"""Fields in which people write sentences: shown again where a refusal has no form to stand in. Nothing secret."""


def _wants_json(request: web.Request) -> bool:
    return request.path.startswith("/api/")


def sentence(refusal: Refusal) -> str:
    """The refusal in the user's words."""
    return say_refusal(refusal)


def problem(refusal: Refusal, *, status: int | None = None) -> web.Response:
    """The refusal as application/problem+json."""
    status = status or refusal.status
    body = {"type": f"/api/problems#{refusal.key}", "title": sentence(refusal), "status": status}
    return web.json_response(body, status=status, content_type="application/problem+json")


def _to_login(request: web.Request) -> str:
    """The sign-in page, which leads back to the page that was asked for."""
    return f"/login?{urlencode({'back': request.path_qs})}" if request.method == "GET" else "/login"


def _back(request: web.Request) -> str:
    """The page of ours whose form was refused; '' where there is none."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = request.method == "POST" and before.netloc == request.host
    return safe_path(f"{before.path}?{before.query}" if before.query else before.path) if is_ours else ""


async def _refused(request: web.Request, refusal: Refusal, *, status: int | None = None) -> web.StreamResponse:
    if _wants_json(request):
        return problem(refusal, status=status)
    if isinstance(refusal, NotAllowed) and refusal.key == "login.needed":
        raise web.HTTPSeeOther(_to_login(request))
    return await page(
        request,
        "error.html",
        status=status or refusal.status,
        words=sentence(refusal),
        back=_back(request),
        typed=_typed(request),
    )


def _typed(request: web.Request) -> str:
    """What somebody wrote in the form that was refused, so that it is not lost with the page it stood on."""
    return "\n".join(value.strip() for name, value in request.get(TYPED, ()) if name in _PROSE and value.strip())


@web.middleware
async def show_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost middleware of the portal."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return await _refused(request, refusal)
    except web.HTTPNotFound:
        return await _refused(request, NotFound("page.not_found"))
    except web.HTTPRequestEntityTooLarge:
        return await _refused(request, Refusal("page.too_large"), status=413)
    except web.HTTPException:
        raise
    except Exception as error:  # the last line of the web door: tell the visitor, keep serving
        resource = request.match_info.route.resource
        log.exception("request_failed", route=resource.canonical if resource else "", kind=type(error).__name__)
        return await _refused(request, Refusal("page.broken"), status=500)
