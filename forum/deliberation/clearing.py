"""How long words of proposals are kept: of what came to nothing as long as posts, of what is in force for good."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from models.rule_shapes import Keep
from models.transaction import execute
from models.wording import say

_ENDED = "r.stage IN ('not_taken','withdrawn','lapsed') AND r.stage_at<$2"


async def _versions(before: dt.datetime, limit: int) -> int:
    """The frozen words of a proposal that came to nothing."""
    return await execute(
        "UPDATE proposal_version SET text=$1, title=$1 WHERE id IN (SELECT v.id FROM proposal_version v"
        f" JOIN proposal r ON r.id=v.proposal_id WHERE v.text<>$1 AND {_ENDED} ORDER BY v.id LIMIT {int(limit)})",
        *(say("erase.by_age"), before),
    )


async def _amendments(before: dt.datetime, limit: int) -> int:
    """Amendments that were settled long ago: an accepted one stands among the versions."""
    return await execute(
        "UPDATE amendment SET text=$1, title=$1, reason='' WHERE id IN (SELECT a.id FROM amendment a"
        " WHERE a.text<>$1 AND COALESCE(a.settled_at, a.created_at)<$2"
        f" ORDER BY a.id LIMIT {int(limit)})",
        *(say("erase.by_age"), before),
    )


def _boards(keep: Keep) -> int:
    return keep.posts_days


KINDS: tuple[Kind, ...] = (Kind("proposal_version", _boards, _versions), Kind("amendment", _boards, _amendments))
"""What is kept for a while of proposals."""
