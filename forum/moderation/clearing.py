"""How long words about what was looked after are kept: as long as conversations; that something was done stays."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import execute


async def _measures(before: dt.datetime, limit: int) -> int:
    """The words it was about, and those that were written about them."""
    return await execute(
        "UPDATE measure SET title='', text='', note='', reason='' WHERE id IN (SELECT id FROM measure"
        " WHERE created_at<$1 AND (text<>'' OR reason<>'' OR title<>'') ORDER BY id LIMIT $2)",
        before,
        limit,
    )


async def _appeals(before: dt.datetime, limit: int) -> int:
    return await execute(
        "UPDATE appeal SET text='', answer='' WHERE id IN (SELECT id FROM appeal WHERE created_at<$1 AND state<>'open'"
        " AND (text<>'' OR answer<>'') ORDER BY id LIMIT $2)",
        before,
        limit,
    )


async def _flags(before: dt.datetime, limit: int) -> int:
    """Who reported something that was settled long ago."""
    return await execute(
        "DELETE FROM flag WHERE id IN (SELECT f.id FROM flag f JOIN review v ON v.id=f.review_id"
        " WHERE v.settled_at<$1 ORDER BY f.id LIMIT $2)",
        before,
        limit,
    )


async def _reviews(before: dt.datetime, limit: int) -> int:
    """What the lists found in something, and its place in the queue."""
    return await execute(
        "DELETE FROM review WHERE id IN (SELECT v.id FROM review v WHERE v.settled_at<$1"
        " AND NOT EXISTS (SELECT 1 FROM flag f WHERE f.review_id=v.id) ORDER BY v.id LIMIT $2)",
        before,
        limit,
    )


def _conversations(keep: Keep) -> int:
    return keep.conversations_days


KINDS: tuple[Kind, ...] = (
    Kind("measure", _conversations, _measures),
    Kind("appeal", _conversations, _appeals),
    Kind("flag", _conversations, _flags),
    Kind("review", _conversations, _reviews),
)
"""Everything about moderation that is kept for a while."""
