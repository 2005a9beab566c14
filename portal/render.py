"""Turning a template and facts into a page, with what every page shows."""

from __future__ import annotations

import aiohttp_jinja2
from aiohttp import web

from people import places
from portal.security import form_token
from portal.session import visitor


async def page(request: web.Request, template: str, *, status: int = 200, **facts: object) -> web.Response:
    """Render a template. Every page knows the visitor, the neighbourhood and, for staff, the form token."""
    who = await visitor(request)
    shown = {
        "visitor": who,
        "place": places.home() if not who.is_staff else await places.place(who.place_id),
        "form_token": form_token(who.session_token) if who.session_token else "",
        "path": request.path,
        **facts,
    }
    return aiohttp_jinja2.render_template(template, request, shown, status=status)
