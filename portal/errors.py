"""The six refusals, turned once into a page or a JSON problem (RFC 9457); the rest is logged by kind."""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from models.wording import say

from models.errors import NotAllowed, NotFound, Refusal
from portal.render import page

log = structlog.get_logger()


def _wants_json(request: web.Request) -> bool:
    return request.path.startswith("/api/")


def sentence(refusal: Refusal) -> str:
    """The refusal in the user's words."""
    return say(f"refusals.{refusal.key}", **refusal.facts)


def problem(refusal: Refusal) -> web.Response:
    """The refusal as application/problem+json."""
    body = {"type": f"/api/problems#{refusal.key}", "title": sentence(refusal), "status": refusal.status}
    return web.json_response(body, status=refusal.status, content_type="application/problem+json")


async def _refused(request: web.Request, refusal: Refusal) -> web.StreamResponse:
    if _wants_json(request):
        return problem(refusal)
    if isinstance(refusal, NotAllowed) and refusal.key == "login.needed":
        raise web.HTTPSeeOther("/login")
    return await page(request, "error.html", status=refusal.status, title=sentence(refusal), words=sentence(refusal))


@web.middleware
async def show_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost middleware of the portal."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return await _refused(request, refusal)
    except web.HTTPNotFound:
        return await _refused(request, NotFound("page.not_found"))
    except web.HTTPException:
        raise
    except Exception as error:  # the last line of the web door: tell the visitor, keep serving
        resource = request.match_info.route.resource
        log.exception("request_failed", route=resource.canonical if resource else "", kind=type(error).__name__)
        return await _refused(request, Refusal("page.broken"))
