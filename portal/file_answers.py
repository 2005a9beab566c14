"""A kept file as it is answered: kept by no cache, and nothing runs in it."""

from __future__ import annotations

from aiohttp import web

from people.files import Opened

_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def file_of(found: Opened) -> web.StreamResponse:
    """The file, to whoever was found to see it."""
    response = web.FileResponse(found.path, headers=_HEADERS)
    response.content_type = found.media_type
    return response
