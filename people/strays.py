"""What lies in the folder of files without a row, as it does where a process died between the two."""

from __future__ import annotations

import asyncio
import datetime as dt
from itertools import islice

from models.transaction import fetch
from people import shelf

BLOCK = 500
"""How many names of the folder are asked for at once."""
_TABLES = ("file", "paper_photo")
"""Whose rows say what lies in the folder."""


async def take_away(*, before: dt.datetime) -> int:
    """Take away what was written before a moment and has no row, or was never finished; gives how many files."""
    found, gone = shelf.names_before(before.timestamp()), 0
    while block := await asyncio.to_thread(lambda: [*islice(found, BLOCK)]):
        known = await _known({name for name, _ in block})
        paths = [path for name, path in block if name not in known or path.name.endswith(shelf.UNDER_WAY)]
        await asyncio.to_thread(shelf.unlink, paths)
        gone += len(paths)
    return gone


async def _known(names: set[str]) -> set[str]:
    marks = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    each = (f"SELECT shelf_name FROM {table} WHERE shelf_name IN ({marks})" for table in _TABLES)
    return {row["shelf_name"] for row in await fetch(" UNION ALL ".join(each), *names)}
