"""How long it is known who wanted which key small matter and who rated one: for a while after the list has ended. How
many it were stays with the matter."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rules import Keep
from models.transaction import fetch

_OVER = "key_year_id IN (SELECT v.key_year_id FROM key_move v WHERE v.after='ended' AND v.created_at<$1)"
_OF_MATTERS = (
    "DELETE FROM {table} WHERE id IN (SELECT a.id FROM {table} a JOIN key_matter m ON m.id=a.matter_id"
    f" WHERE m.wanted IS NOT NULL AND m.{_OVER} ORDER BY a.id LIMIT $2) RETURNING id"
)
_VOICES = f"DELETE FROM key_voice WHERE id IN (SELECT a.id FROM key_voice a WHERE a.{_OVER} ORDER BY a.id LIMIT $2)"


async def _supporters(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_OF_MATTERS.format(table="key_supporter"), before, limit))


async def _rated(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_OF_MATTERS.format(table="key_rated"), before, limit))


async def _voices(before: dt.datetime, limit: int) -> int:
    return len(await fetch(f"{_VOICES} RETURNING id", before, limit))


def _days(keep: Keep) -> int:
    return keep.activities_days


KINDS: tuple[Kind, ...] = (
    Kind("key_supporter", _days, _supporters),
    Kind("key_rated", _days, _rated),
    Kind("key_voice", _days, _voices),
)
