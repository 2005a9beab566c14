"""Photos and sounds made for one test: small ones, with what a telephone writes beside the picture."""

from __future__ import annotations

import io

from PIL import Image

WHERE = "GPS 31.2304 121.4737"
VOICE = b"OggS" + bytes(200)


def photo(width: int = 40, height: int = 30, *, kind: str = "JPEG", turned: int = 1) -> bytes:
    """A photo that says where and with what it was taken; ``turned`` is the orientation that its EXIF tells."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = turned, "a telephone", WHERE
    out = io.BytesIO()
    picture.save(out, kind, exif=exif.tobytes(), comment=WHERE.encode())
    return out.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes whose head promises 900 million pixels."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG", optimize=True)
    return out.getvalue()


def size(content: bytes) -> tuple[int, int]:
    """How wide and high a picture is."""
    return Image.open(io.BytesIO(content)).size


def colour(content: bytes, at: tuple[int, int]) -> tuple[int, ...]:
    """The colour of one dot."""
    found = Image.open(io.BytesIO(content)).convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def told(content: bytes) -> dict[object, object]:
    """Whatever a picture says beside its dots, but for how it was written."""
    with Image.open(io.BytesIO(content)) as picture:
        written = ("jfif", "jfif_version", "jfif_unit", "jfif_density")
        return {**dict(picture.getexif()), **{name: one for name, one in picture.info.items() if name not in written}}
