"""The same photo again: what comes with a photo that an open case has already is likely about that case."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from casework.loop import OPEN_CASES_SQL
from models.transaction import fetch, listed
from people import shelf

MOST = 20
_ALIKE = (
    "SELECT p.case_id, o.shelf_name AS known, f.shelf_name AS given FROM cases c JOIN case_photo p ON p.case_id=c.id"
    " JOIN file o ON o.id=p.file_id JOIN file f ON f.id IN ({ids}) AND f.id<>o.id AND f.bytes=o.bytes"
    " AND f.width=o.width AND f.height=o.height AND f.shelf_name IS NOT NULL WHERE c.place_id=$1"
    f" AND c.state IN ({OPEN_CASES_SQL}) AND NOT c.is_private AND p.kind='report' AND p.is_public"
    f" AND o.kind='photo' AND o.shelf_name IS NOT NULL ORDER BY p.case_id DESC LIMIT {MOST}"
)


async def cases_with(file_ids: Collection[int], *, place_id: int) -> list[int]:
    """Open public cases of a place that were reported with one of these photos, byte for byte; the newest first.

    Photos are written anew when they are kept, so that one sent twice is the same file twice.
    """
    rows = await fetch(_ALIKE.format(ids=listed(file_ids)), place_id) if file_ids else []
    same = [row["case_id"] for row in rows if await asyncio.to_thread(_is_same, row["known"], row["given"])]
    return list(dict.fromkeys(same))


def _is_same(known: str, given: str) -> bool:
    paths = shelf.path_of(known), shelf.path_of(given)
    return all(path.is_file() for path in paths) and paths[0].read_bytes() == paths[1].read_bytes()
