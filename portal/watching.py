"""Observers of a street or district watch: whatever they send is refused at the door, but for their own account."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from models.errors import NotAllowed
from people.permissions import only_watches
from portal.security import MACHINE_PATHS, SAFE_METHODS
from portal.session import visitor

OWN = ("/login", "/logout", "/password", "/view", "/me", "/desk/me", "/figures/month.xlsx")
"""Pages, with those below them, on which everybody looks after their own account and view, and the sums as a file."""


@web.middleware
async def refuse_observers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse before any handler sees it, so that nothing is stored and no new page needs to think of it."""
    if request.method not in SAFE_METHODS and not _is_own(request.path) and await _watches(request):
        raise NotAllowed("observer.never_writes")
    return await handler(request)


def _is_own(path: str) -> bool:
    return path.startswith(MACHINE_PATHS) or any(path == page or path.startswith(f"{page}/") for page in OWN)


async def _watches(request: web.Request) -> bool:
    found = await visitor(request)
    return only_watches(found.starting or found.viewer)
