"""What is cleared of lists that were asked for, once they are old: why, which, the answer; that it was done stays."""

from __future__ import annotations

import datetime as dt

from models.transaction import execute
from people.records.querying import ALL

_OLD = (
    "SELECT id FROM export WHERE expires_at<$1 AND (reason<>'' OR answer<>'' OR wanted<>$2) ORDER BY expires_at, id"
    " LIMIT $3"
)


async def forget_words(*, older_than: dt.datetime, limit: int) -> int:
    """The words of lists whose time ran out before a moment, and what was looked for, in which somebody may be named.
    Number, kind, purpose, who and when stay with the counts, as the audit log has them. Gives how many."""
    sql = f"UPDATE export SET reason='', answer='', wanted=$2 WHERE id IN ({_OLD})"
    return await execute(sql, older_than, ALL.to_json(), limit)
