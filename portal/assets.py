"""Our own style sheets, scripts and pictures, read once and served under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from models.errors import NotFound

FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: what it is, its bytes plain and compressed, and the mark of its content."""

    kind: str
    plain: bytes
    packed: bytes
    mark: str


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(kind, plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:12])


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """Every file of the static folder by its name there."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return MappingProxyType({path.relative_to(FOLDER).as_posix(): _read(path) for path in files})


def address(name: str) -> str:
    """Where a page finds a file; a slip in the name fails at once."""
    return f"/static/{name}?v={assets()[name].mark}"


async def serve(request: web.Request) -> web.Response:
    """The file; kept for good by browsers that ask for this very content."""
    return given(request, request.match_info["name"])


def given(request: web.Request, name: str) -> web.Response:
    """A file by its name, whatever address it stands under."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("page.not_found")
    headers = {
        "Cache-Control": _FOR_GOOD if request.query.get("v") == asset.mark else _ASK_AGAIN,
        "ETag": f'"{asset.mark}"',
        "Vary": "Accept-Encoding",
    }
    if any(given.value == asset.mark for given in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=asset.packed, content_type=asset.kind, headers=headers)
    return web.Response(body=asset.plain, content_type=asset.kind, headers=headers)
