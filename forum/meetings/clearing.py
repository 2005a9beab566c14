"""How long it is known who was invited to a meeting and what they said: for a while after it, also where it was called
and never held. Members of a hearing and what is published stay; drafts go once there is a published record, or none is
to come."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import fetch

_OVER = "JOIN meeting m ON m.id=a.meeting_id WHERE m.starts_at<$1 AND m.state IN ('called','published','called_off')"
_SEATS = (
    "DELETE FROM meeting_seat WHERE id IN (SELECT a.id FROM meeting_seat a"
    f" {_OVER} AND NOT a.is_member ORDER BY a.id LIMIT $2) RETURNING id"
)
_DRAFTS = (
    "DELETE FROM meeting_draft WHERE id IN (SELECT a.id FROM meeting_draft a"
    f" {_OVER} ORDER BY a.id LIMIT $2) RETURNING id"
)


async def _seats(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_SEATS, before, limit))


async def _drafts(before: dt.datetime, limit: int) -> int:
    return len(await fetch(_DRAFTS, before, limit))


def _days(keep: Keep) -> int:
    return keep.activities_days


KINDS: tuple[Kind, ...] = (Kind("meeting_seat", _days, _seats), Kind("meeting_draft", _days, _drafts))
