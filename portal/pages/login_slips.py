"""A slip of paper with a code to sign in, for whoever has neither Telegram nor WeChat; shown once, to be printed."""

from __future__ import annotations

from aiohttp import web

from models import clock
from people import login_codes
from portal.forms import Sent, whole
from portal.fresh import fresh_form
from portal.proxy import origin
from portal.qr import svg_of
from portal.render import page, safe_path


@fresh_form()
async def print_code(request: web.Request, sent: Sent) -> web.StreamResponse:
    """打印登录码: the code before it no longer works."""
    person_id = whole(request.match_info["id"])
    way = await login_codes.print_code(person_id, by=sent.who.viewer)
    address = f"{origin(request)}/login"
    return await page(
        request,
        "staff/login_slip.html",
        way=way,
        address=address,
        picture=svg_of(address, label=address),
        heading="登录码",
        back=safe_path(sent.text("back") or "/homes"),
        today=clock.today(),
    )
