"""How long what somebody complained of is kept: that it was upheld or not stays, since it is counted."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import execute

_SETTLED = (
    "UPDATE complaint SET text='', answer='' WHERE id IN (SELECT id FROM complaint WHERE state<>'open' AND text<>''"
    " AND decided_at<$1 ORDER BY id LIMIT $2)"
)


async def _complaints(before: dt.datetime, limit: int) -> int:
    return await execute(_SETTLED, before, limit)


def _days(keep: Keep) -> int:
    return keep.activities_days


KINDS: tuple[Kind, ...] = (Kind("complaint", _days, _complaints),)
