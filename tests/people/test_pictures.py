"""Photos made safe: nothing beside the picture stays, and nothing too large is ever unpacked."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from PIL import Image

from models.errors import Invalid
from people import pictures, sounds
from tests.people import photos


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_where_it_was_taken_is_gone_and_the_picture_is_upright(kind: str) -> None:
    given = photos.photo(kind=kind, turned=6)
    assert b"a telephone" in given
    made = await pictures.made_safe(given)
    assert (made.width, made.height) == photos.size(made.content) == (30, 40)
    assert photos.told(made.content) == photos.told(made.preview) == {}
    assert b"telephone" not in made.content
    assert photos.WHERE.encode() not in made.content + made.preview
    red, green, blue = photos.colour(made.content, (25, 3))
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


async def test_a_large_photo_becomes_as_large_as_a_screen_needs() -> None:
    made = await pictures.made_safe(photos.photo(4_000, 3_000))
    assert photos.size(made.content) == (2_560, 1_920)
    assert photos.size(made.preview) == (480, 360)


async def test_what_is_clear_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert photos.colour((await pictures.made_safe(out.getvalue())).content, (5, 5)) == (255, 255, 255)


async def test_a_bomb_is_refused_by_its_head_alone() -> None:
    began = time.perf_counter()
    with pytest.raises(Invalid, match="too_many_pixels"):
        await pictures.made_safe(photos.bomb(7_000, 7_000))
    with pytest.raises(Invalid, match="too_many_pixels"):
        await pictures.made_safe(_png_that_promises(60_000, 60_000))
    assert time.perf_counter() - began < 2


def _png_that_promises(width: int, height: int) -> bytes:
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", photos.photo()[:300], b"<svg onload=alert(1)>", b"%PDF-1.4", b"GIF89a", b"\x00" * 5_000],
)
async def test_what_is_no_photo_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid, match="no_picture"):
        await pictures.made_safe(content)


async def test_too_many_bytes_are_refused_before_anything_is_read() -> None:
    with pytest.raises(Invalid, match="too_large"):
        await pictures.made_safe(bytes(pictures.MOST_BYTES + 1))


async def test_what_hides_behind_a_photo_is_gone() -> None:
    made = await pictures.made_safe(photos.photo() + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in made.content


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photos.VOICE, "audio/ogg"),
        (b"#!AMR\n123", "audio/amr"),
        (b"ID3abc", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"RIFF....WAVEfmt", "audio/wav"),
    ],
)
def test_voice_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert sounds.kind_of(content) == kind


@pytest.mark.parametrize("content", [b"", b"\xff", b"<html>", photos.photo(), b"MZ\x90"])
def test_what_is_no_voice_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        sounds.kind_of(content)
