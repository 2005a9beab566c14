"""What everybody reads and asks, known or not."""

from __future__ import annotations

from aiohttp import web

from portal import feeds
from portal.pages import (
    chat,
    entry,
    files,
    guide,
    home,
    offline,
    printing,
    search,
    using,
    view,
)

ROUTES: tuple[web.RouteDef, ...] = (
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
    web.get("/offline", offline.show),
    web.get("/worker.js", offline.worker),
    web.get("/manifest.webmanifest", offline.manifest),
    web.get("/feeds/{place}/{board}.atom", feeds.show),
    web.post("/view", view.choose),
    web.get("/files/{name}", files.show),
    web.get("/files/{name}/preview", files.show_preview),
)
"""POST /chat is not here: it is the bot's web channel, which asks ``portal.chatter`` who writes."""
