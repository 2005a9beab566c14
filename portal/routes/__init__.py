"""Every address of the web door, one file an area, and how the door is put together."""

from __future__ import annotations

from aiohttp import web

from portal import api, assets, live, open311, render
from portal.chatter import keep_token
from portal.errors import show_refusals
from portal.routes import boards, cases, desk, duties, entering, everybody, mediation, own, pack, records, running
from portal.security import add_headers, refuse_foreign_posts, refuse_nul
from portal.watching import refuse_observers

AREAS = (everybody, entering, own, boards, mediation, duties, desk, cases, pack, records, running, open311)
ROUTES: tuple[web.RouteDef, ...] = (
    *(route for area in AREAS for route in area.ROUTES),
    web.get("/static/{name:.+}", assets.serve),
)


def setup(app: web.Application) -> None:
    """Put the web door into an application: templates, refusals, safety, live updates, addresses."""
    render.install(app)
    live.install(app)
    app.middlewares.append(show_refusals)
    app.middlewares.append(refuse_nul)
    app.middlewares.append(refuse_foreign_posts)
    app.middlewares.append(refuse_observers)
    app.middlewares.append(keep_token)
    app.on_response_prepare.append(add_headers)
    app.add_routes(ROUTES)
    api.setup(app)
