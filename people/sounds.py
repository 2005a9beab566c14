"""Voice messages: kept as they came, when they are of a known kind and not too long."""

from __future__ import annotations

from models.errors import Invalid

MOST_BYTES = 2 * 1024 * 1024
_HEADS = (
    (b"OggS", 0, "audio/ogg"),
    (b"#!AMR", 0, "audio/amr"),
    (b"ID3", 0, "audio/mpeg"),
    (b"ftyp", 4, "audio/mp4"),
    (b"WAVE", 8, "audio/wav"),
    (b"\x1aE\xdf\xa3", 0, "audio/webm"),
)
"""By which bytes, at which place, a kind is known."""
PLAYED = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/webm"})
"""What browsers play; the others (WeChat's AMR) are downloaded."""


def kind_of(content: bytes) -> str:
    """The media type of a voice message, by its own first bytes; Invalid where it is none, or too large."""
    if len(content) > MOST_BYTES:
        raise Invalid("file.too_large", most=MOST_BYTES // 1024 // 1024)
    for head, at, media_type in _HEADS:
        if content[at : at + len(head)] == head:
            return media_type
    if content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0:
        return "audio/mpeg"
    raise Invalid("file.no_sound")
