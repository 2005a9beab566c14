"""How long requests to join are kept, and the telephone that was typed in them."""

from __future__ import annotations

import datetime as dt

from models.transaction import execute

_FORGOTTEN = (
    (
        "DELETE FROM join_request WHERE id IN (SELECT id FROM join_request WHERE state IN"
        " ('refused','withdrawn','expired') AND residence_id IS NULL AND decided_at<$1 ORDER BY id LIMIT $2)"
    ),
    (
        "UPDATE join_request SET phone_sealed=NULL, phone_hash=NULL WHERE id IN (SELECT id FROM join_request"
        " WHERE residence_id IS NOT NULL AND phone_sealed IS NOT NULL AND decided_at<$1 ORDER BY id LIMIT $2)"
    ),
)


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete requests that ended without anything coming of them before a moment, so many at a time; of the others the
    telephone, which is kept with the person for as long as they live there."""
    return sum([await execute(statement, older_than, limit) for statement in _FORGOTTEN])
