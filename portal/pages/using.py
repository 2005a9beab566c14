"""How to use the service, and what becomes of what people write."""

from __future__ import annotations

from aiohttp import web

from models.rules import rules
from portal.render import page


async def show(request: web.Request) -> web.Response:
    """怎么用、您的信息."""
    return await page(request, "using.html", rules=rules())
