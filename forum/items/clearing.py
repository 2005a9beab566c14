"""How long it is kept who stood in line, who took what, who did not come, and thanks for a hand."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import execute


async def _reservations(before: dt.datetime, limit: int) -> int:
    """What is over; of an offer that still stands, those who took one are counted, and stay. Of one whose post its
    author took away nobody stands in line any more, but for who still has what was lent."""
    return await execute(
        "DELETE FROM reservation WHERE id IN (SELECT r.id FROM reservation r JOIN item i ON i.id=r.item_id"
        " JOIN post p ON p.id=i.post_id WHERE (r.ended_at<$1 AND r.open_for IS NULL"
        " AND (r.state<>'given' OR i.state<>'open'))"
        " OR (p.state='deleted' AND p.settled_at<$1 AND r.state<>'lent') ORDER BY r.id LIMIT $2)",
        before,
        limit,
    )


async def _no_shows(before: dt.datetime, limit: int) -> int:
    return await execute(
        "DELETE FROM no_show WHERE id IN (SELECT id FROM no_show WHERE created_at<$1 ORDER BY id LIMIT $2)",
        before,
        limit,
    )


async def _thanks(before: dt.datetime, limit: int) -> int:
    """The words alone; that it was done stays."""
    return await execute(
        "UPDATE wish SET thanks='' WHERE id IN (SELECT id FROM wish WHERE thanks<>'' AND done_at<$1 ORDER BY id"
        " LIMIT $2)",
        before,
        limit,
    )


def _items(keep: Keep) -> int:
    return keep.items_days


def _boards(keep: Keep) -> int:
    return keep.posts_days


KINDS: tuple[Kind, ...] = (
    Kind("reservation", _items, _reservations),
    Kind("no_show", _items, _no_shows),
    Kind("wish_thanks", _boards, _thanks),
)
"""Everything around things on boards that is kept for a while."""
