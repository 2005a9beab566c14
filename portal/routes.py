"""Every address of the web door, and how the door is put together."""

from __future__ import annotations

from aiohttp import web

from portal import api, assets, live, render
from portal.chatter import keep_token
from portal.errors import show_refusals
from portal.pages import chat, entry, guide, home, printing, search, using, view
from portal.security import add_headers, refuse_foreign_posts

RESIDENTS: tuple[web.RouteDef, ...] = (
    web.get("/", home.show),
    web.get("/chat", chat.show),
    web.get("/chat/stream", chat.stream),
    web.get("/chat/lines", chat.lines),
    web.get("/guide", guide.show),
    web.get("/guide/{key}", entry.show),
    web.get("/guide/{key}/print", printing.show_entry),
    web.get("/category/{slug}", guide.show_category),
    web.get("/category/{slug}/print", printing.show_category),
    web.get("/search", search.show),
    web.get("/help", using.show),
    web.post("/view", view.choose),
)
"""POST /chat is not here: it is the bot's web channel, which asks ``portal.chatter`` who writes."""

FILES: tuple[web.RouteDef, ...] = (web.get("/static/{name:.+}", assets.serve),)

ROUTES: tuple[web.RouteDef, ...] = (*RESIDENTS, *FILES)


def setup(app: web.Application) -> None:
    """Put the web door into an application: templates, refusals, safety, live updates, addresses."""
    render.install(app)
    live.install(app)
    app.middlewares.append(show_refusals)
    app.middlewares.append(refuse_foreign_posts)
    app.middlewares.append(keep_token)
    app.on_response_prepare.append(add_headers)
    app.add_routes(ROUTES)
    api.setup(app)
