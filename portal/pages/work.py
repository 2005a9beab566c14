"""What somebody is here: the page on which the work of partners begins."""

from __future__ import annotations

from aiohttp import web

from people import places
from portal.session import staff
from portal.staff import staff_page


async def show(request: web.Request) -> web.Response:
    """我的身份: every role held, in which place, and what it may do."""
    held = sorted((await staff(request)).viewer.roles, key=lambda one: (one.place_id, one.role.value))
    names = {place_id: (await places.place(place_id)).name for place_id in sorted({one.place_id for one in held})}
    return await staff_page(request, "staff/work.html", held=held, names=names)
