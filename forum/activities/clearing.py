"""How long it is known who signed up for what: hours of a volunteer as long as the person, all else for a while."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import fetch

_OVER = (
    "DELETE FROM sign_up WHERE id IN (SELECT s.id FROM sign_up s JOIN activity a ON a.id=s.activity_id"
    " WHERE a.ends_at<$1 AND NOT (s.state='in' AND s.present_at IS NOT NULL AND a.is_volunteering)"
    " ORDER BY s.id LIMIT $2) RETURNING id"
)


async def _sign_ups(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_OVER, before, limit))


def _days(keep: Keep) -> int:
    return keep.activities_days


KINDS: tuple[Kind, ...] = (Kind("sign_up", _days, _sign_ups),)
