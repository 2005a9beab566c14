"""The JSON API: the same verbs and finders as the pages, another rendering."""

from __future__ import annotations

from aiohttp import web

from portal.api import conversation, desk, guide, openapi

ROUTES = (*guide.ROUTES, *conversation.ROUTES, *desk.ROUTES, web.get("/api/openapi.json", openapi.show))
OPERATIONS = (*guide.OPERATIONS, *conversation.OPERATIONS, *desk.OPERATIONS)


def setup(app: web.Application) -> None:
    """Put the API into an application; other doors append their operations to ``app[openapi.OPERATIONS]``."""
    app[openapi.OPERATIONS] = list(OPERATIONS)
    app.add_routes(ROUTES)
