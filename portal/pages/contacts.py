"""Where staff are told things: making a code to type in a chat, and letting go of a chat."""

from __future__ import annotations

from aiohttp import web

from people import contacts
from portal.forms import Sent, done, form
from portal.staff import staff_page


@form
async def make_code(request: web.Request, sent: Sent) -> web.StreamResponse:
    """绑定码: shown once, in answer to the press; no address shows it again."""
    code = await contacts.make_code(by=sent.who.viewer)
    return await staff_page(request, "staff/code.html", code=code)


@form
async def unbind(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """解除."""
    await contacts.unbind(sent.number("contact"), by=sent.who.viewer)
    return done("/desk/me", "unbind")
