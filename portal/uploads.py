"""Files that staff hand in: written to a temporary file piece by piece, counted, and gone afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import BodyPartReader, web

from models.errors import Invalid, NotAllowed
from portal.forms import TOKEN
from portal.security import must_match
from portal.session import Visitor, staff

MOST_BYTES = 30 * 1024 * 1024
_MOST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Who handed in a file, what they call it, and where it lies for now."""

    who: Visitor
    name: str
    path: Path


@asynccontextmanager
async def handed_in(request: web.Request) -> AsyncIterator[HandedIn]:
    """The one file of a form of signed-in staff. Its token comes first: before it is right, nothing is written."""
    who = await staff(request)
    with TemporaryDirectory(prefix="handed-in-") as folder:
        try:
            reader = await request.multipart()
            await _must_match(who, await reader.next())
            part = await reader.next()
            if not isinstance(part, BodyPartReader) or not part.filename:
                raise Invalid("home_file.no_file")
            path = Path(folder) / "file"
            await _write(part, path)
        except (ValueError, AssertionError, LookupError) as error:
            raise Invalid("form.unreadable") from error
        yield HandedIn(who, Path(part.filename).name, path)


async def _must_match(who: Visitor, part: object) -> None:
    if not isinstance(part, BodyPartReader) or part.name != TOKEN:
        raise NotAllowed("security.stale_form")
    given = await part.read_chunk(_MOST_TOKEN)
    must_match(who.session_token or "", given.decode("ascii", "replace"))
    while not part.at_eof():
        await part.read_chunk()


async def _write(part: BodyPartReader, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(1 << 18):
            size += len(piece)
            if size > MOST_BYTES:
                raise Invalid("homes.too_large")
            await asyncio.to_thread(file.write, piece)
