"""Photos made safe: read within limits, turned upright, and written anew with nothing but the picture in them.

Only this file knows Pillow. Whatever else a photo carried (where it was taken, by which telephone, hidden pictures,
other files) is gone with its original, which is not kept.
"""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from PIL import Image, ImageOps

from models.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PIXELS_WHOLE = 25_000_000
"""A JPEG can be read at a smaller scale; anything else must be read whole, at four bytes a pixel."""
LONGEST_SIDE, PREVIEW_SIDE = 2_560, 480
QUALITY, PREVIEW_QUALITY = 82, 72
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MEDIA_TYPE = "image/jpeg"
_BROKEN = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError),
    *(RuntimeError, AssertionError, struct.error, zlib.error),
)
"""What decoders raise of a broken picture; what is no file of theirs at all is an OSError."""
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
"""Of each loop one photo at a time: a large one takes most of a second of one core, and its memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept (JPEG), with its preview."""

    content: bytes
    preview: bytes
    width: int
    height: int


async def made_safe(content: bytes) -> Picture:
    """The photo written anew; Invalid where it is too large, or none that can be read."""
    if len(content) > MOST_BYTES:
        raise Invalid("file.too_large", most=MOST_BYTES // 1024 // 1024)
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
        return await asyncio.to_thread(_made_safe, content)


def _made_safe(content: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _must_be_small_enough(opened)
            upright = _upright(opened)
        width, height = upright.size
        whole = _written(upright, QUALITY)
        upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        return Picture(whole, _written(upright, PREVIEW_QUALITY), width, height)
    except Image.DecompressionBombError as error:
        raise Invalid("file.too_many_pixels") from error
    except _BROKEN as error:
        raise Invalid("file.no_picture") from error


def _must_be_small_enough(opened: Image.Image) -> None:
    """By what the head of the file says, before anything is unpacked."""
    most = MOST_PIXELS if opened.format == "JPEG" else MOST_PIXELS_WHOLE
    if opened.width * opened.height > most:
        raise Invalid("file.too_many_pixels")


def _upright(opened: Image.Image) -> Image.Image:
    """The first picture in a file, at most as large as is kept, the right way up, on white."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(opened)
    is_clear = turned.mode in ("RGBA", "LA", "PA", "P")
    seen = turned.convert("RGBA" if is_clear else "RGB")
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if not is_clear:
        return seen
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    return ground.convert("RGB")


def _written(picture: Image.Image, quality: int) -> bytes:
    """As JPEG from the pixels alone."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
