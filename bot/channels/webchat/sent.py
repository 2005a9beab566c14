"""What a browser sent: the fields of a form, and the photos in it, read piece by piece and never more than may be.

Of a photo that is too large the beginning comes, and one photo more where they are too many: who keeps them refuses
them, so that the words beside them, also those that stand behind them in the form, are not lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from models.errors import Invalid
from people import pictures

PHOTO, MOST_PHOTOS = "photo", 6
_MOST_TYPED, _MOST_FIELDS, _MOST_PARTS = 256 * 1024, 16, 64
"""Of what is typed, all fields together; of how many fields, and of how many parts a form may be."""
_MOST_SENT = 30 * pictures.MOST_BYTES
"""Of photos, all together; what is more than may be sent is let go by."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields by name, and the photos as they came; ``takes_photos``: by a form that may carry some."""

    fields: Mapping[str, str]
    photos: tuple[bytes, ...] = ()
    takes_photos: bool = False

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
    parts, room, left = 0, _MOST_TYPED, _MOST_SENT
    async for part in await request.multipart():
        parts += 1
        if parts > _MOST_PARTS or len(fields) > _MOST_FIELDS:
            raise Invalid("page.too_large")
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.name != PHOTO:
            typed, came = await _read(part, most=room, keep=room)
            fields[part.name], room = typed.decode(), room - came
            continue
        content, came = await _read(part, most=left, keep=pictures.MOST_BYTES + 1)
        left -= came
        if content and len(photos) <= MOST_PHOTOS:
            photos.append(content)
    return Sent(fields, tuple(photos), takes_photos=True)


async def _read(part: BodyPartReader, *, most: int, keep: int) -> tuple[bytes, int]:
    """The first bytes of a part, and how many came."""
    content, came = bytearray(), 0
    while piece := await part.read_chunk(1 << 16):
        came += len(piece)
        if came > most:
            raise Invalid("page.too_large")
        content += piece[: keep - len(content)]
    return bytes(content), came
