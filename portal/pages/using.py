"""How to use the service, and what becomes of what people write."""

from __future__ import annotations

from aiohttp import web

from models.rules import rules
from portal.render import page
from portal.session import visitor


async def show(request: web.Request) -> web.Response:
    """怎么用、您的信息; a browser that has spoken before may have its conversation deleted from here."""
    has_spoken = (await visitor(request)).chat_address is not None
    return await page(request, "using.html", rules=rules(), has_spoken=has_spoken)
