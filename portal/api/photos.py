"""A photo by the JSON API: handed in as it is, named, and by that name put where photos go (``photos`` of a body)."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from models.errors import Invalid
from models.file import FileKind
from models.operation import Body, Operation
from people import files, pictures
from portal.api.acting import acting_as_somebody, acts
from portal.api.reading import answer

_PIECE = 1 << 16


class KeptPhotoAnswer(Body):
    """The name by which the caller puts the photo somewhere within a day; after that it is gone."""

    name: str


async def keep(request: web.Request) -> web.Response:
    """收下一张照片."""
    who = await acting_as_somebody(request)
    content = await _content(request)
    kept = await files.keep(content, by=who.viewer, kind=FileKind.PHOTO, place_id=who.place_id)
    return answer(KeptPhotoAnswer(name=kept.name))


async def _content(request: web.Request) -> bytes:
    """The body, piece by piece and never more than a photo may have."""
    content = bytearray()
    async for piece in request.content.iter_chunked(_PIECE):
        content += piece
        if len(content) > pictures.MOST_BYTES:
            raise Invalid("file.too_large", most=pictures.MOST_BYTES // 1024 // 1024)
    return bytes(content)


ROUTES = (web.post("/api/v1/photos", keep),)
_KEEP = acts("keepPhoto", "photos", "Hand in a photo, to be put somewhere by its name", gives=KeptPhotoAnswer)
OPERATIONS: tuple[Operation, ...] = (replace(_KEEP, is_photo=True),)
