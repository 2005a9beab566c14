"""How long it is kept who a notice was for and who read it: as long as conversations; its words go with its post."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import execute


async def _receipts(before: dt.datetime, limit: int) -> int:
    """Of notices that went out before: for whom, who read them, who said 收到."""
    return await execute(
        "DELETE FROM notice_receipt WHERE id IN (SELECT r.id FROM notice_receipt r JOIN notice n ON n.id=r.notice_id"
        " WHERE n.sent_at<$1 ORDER BY r.id LIMIT $2)",
        before,
        limit,
    )


async def _words(before: dt.datetime, limit: int) -> int:
    """Of notices that never went out, and what an all-clear said."""
    done = await execute(
        "UPDATE notice SET title='', text='' WHERE id IN (SELECT id FROM notice WHERE state='withdrawn'"
        " AND post_id IS NULL AND created_at<$1 AND text<>'' ORDER BY id LIMIT $2)",
        before,
        limit,
    )
    return done + await execute(
        "UPDATE notice_run SET text='' WHERE id IN (SELECT id FROM notice_run WHERE created_at<$1 AND text<>''"
        " ORDER BY id LIMIT $2)",
        before,
        limit,
    )


def _conversations(keep: Keep) -> int:
    return keep.conversations_days


KINDS: tuple[Kind, ...] = (
    Kind("notice_receipt", _conversations, _receipts),
    Kind("notice", _conversations, _words),
)
"""Everything about notices that is kept for a while."""
