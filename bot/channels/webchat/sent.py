"""What a browser sent: the fields of a form, and the photos in it, read piece by piece and never more than may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from models.errors import Invalid
from people import pictures

PHOTO, MOST_PHOTOS = "photo", 6
_MOST_TYPED, _MOST_PARTS = 256 * 1024, 16
"""Of what is typed, all fields together; and of how many parts a form may be."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields by name, and the photos as they came."""

    fields: Mapping[str, str]
    photos: tuple[bytes, ...] = ()

    def text(self, name: str) -> str:
        """A field as typed; '' where it is missing."""
        return self.fields.get(name, "")


async def sent(request: web.Request) -> Sent:
    """The form; one in no known encoding, or cut off, is refused."""
    try:
        if request.content_type == "multipart/form-data":
            return await _in_parts(request)
        posted = await request.post()
        return Sent({name: value for name, value in posted.items() if isinstance(value, str)})
    except (ValueError, LookupError, AssertionError, HttpProcessingError) as error:
        raise Invalid("chat.unreadable") from error


async def _in_parts(request: web.Request) -> Sent:
    fields: dict[str, str] = {}
    photos: list[bytes] = []
    parts, room = 0, _MOST_TYPED
    async for part in await request.multipart():
        parts += 1
        if parts > _MOST_PARTS:
            raise Invalid("page.too_large")
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.name != PHOTO:
            typed = await _read(part, most=room, key="page.too_large")
            fields[part.name], room = typed.decode(), room - len(typed)
        elif content := await _read(part, most=pictures.MOST_BYTES, key="file.too_large"):
            photos.append(content)
        if len(photos) > MOST_PHOTOS:
            raise Invalid("file.too_many", most=MOST_PHOTOS)
    return Sent(fields, tuple(photos))


async def _read(part: BodyPartReader, *, most: int, key: str) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(1 << 16):
        content += piece
        if len(content) > most:
            raise Invalid(key, most=most // 1024 // 1024)
    return bytes(content)
