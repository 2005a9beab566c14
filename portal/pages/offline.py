"""The pages as something to install: the manifest, the service worker at the root of the site, and what stands there
without a network."""

from __future__ import annotations

from aiohttp import web

from models.wording import say
from people import places
from portal import assets
from portal.render import page

WORKER = "worker.js"
COLOUR, GROUND = "#0b6a50", "#ffffff"


async def show(request: web.Request) -> web.Response:
    """没有网络: what can be read and what waits to be sent; kept by the browser before it is needed."""
    return await page(request, "offline.html")


async def worker(request: web.Request) -> web.StreamResponse:
    """The service worker, from the root so that it serves every page; browsers ask for it again each time."""
    return assets.given(request, WORKER)


async def manifest(_request: web.Request) -> web.Response:
    """What the pages are called and look like once they are installed."""
    picture = {"src": assets.address("icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    shortcuts = (("guide", "/guide"), ("ask", "/chat"))
    content = {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "zh-CN",
        "name": say("pages.install.name", place=places.home().name),
        "short_name": say("pages.install.short"),
        "theme_color": COLOUR,
        "background_color": GROUND,
        "icons": [{**picture, "purpose": purpose} for purpose in ("any", "maskable")],
        "shortcuts": [{"name": say(f"pages.install.{name}"), "url": path} for name, path in shortcuts],
    }
    response = web.json_response(content, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response
