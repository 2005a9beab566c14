"""Whether two accounts are two people's: one that the other made or opened a while ago may be the same hand."""

from __future__ import annotations

import datetime as dt

from models import clock
from models.transaction import fetch_one

MADE_WITHIN = dt.timedelta(days=30)
_MADE = (
    "SELECT number FROM audit_line WHERE subject='person' AND subject_id=$1 AND actor_id=$2 AND at_ms>=$3"
    " AND verb IN ('user.add','user.grant','user.password','user.reactivate','user.second_step') LIMIT 1"
)


async def is_independent(person_id: int, *, of: int) -> bool:
    """Whether somebody's account, role, password and second step were not given by ``of`` within the last 30 days, so
    that a list or a step that two people must agree to is not agreed to by one with two accounts."""
    since = int((clock.now() - MADE_WITHIN).timestamp() * 1000)
    return await fetch_one(_MADE, person_id, of, since) is None
