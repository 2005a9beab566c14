"""What comes in as a file, before it has a row: made safe, put into the folder, and given a name for addresses."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from models.file import FileKind
from people import pictures, shelf, sounds


def new_name() -> str:
    """A name for addresses: 192 bits that nobody guesses."""
    return secrets.token_urlsafe(24)


async def stored_as(content: bytes, *, kind: FileKind) -> dict[str, Any]:
    """Put a file into the folder; gives the columns that tell of it. Invalid where it is not what it should be."""
    if kind is FileKind.VOICE:
        media_type = sounds.kind_of(content)
        name = await asyncio.to_thread(shelf.put, content)
        return {"shelf_name": name, "media_type": media_type, "bytes": len(content)}
    made = await pictures.made_safe(content)
    name = await asyncio.to_thread(shelf.put, made.content, preview=made.preview)
    size = {"bytes": len(made.content), "width": made.width, "height": made.height}
    return {"shelf_name": name, "media_type": pictures.MEDIA_TYPE, **size}
