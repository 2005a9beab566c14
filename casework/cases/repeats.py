"""重复反映: the same kind of thing, in the same building or by the same people, not long before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.cases.sight import is_unit_only, visible
from models.transaction import fetch
from people.viewers import Viewer

WITHIN = dt.timedelta(days=90)
MOST = 5
STANDS_BEFORE = "o.state NOT IN ('merged','withdrawn')"
"""SQL: that an earlier case ``o`` counts as one that came in."""
_EARLIER = (
    "o.place_id=c.place_id AND o.kind_key=c.kind_key AND o.id<c.id"
    f" AND {STANDS_BEFORE}"
    " AND (o.building_id=c.building_id OR EXISTS (SELECT 1 FROM case_reporter x JOIN case_reporter y ON y.case_id=o.id"
    " AND (y.conversation_id=x.conversation_id OR y.person_id=x.person_id) WHERE x.case_id=c.id))"
)
"""SQL: that case ``o`` was the same as the later case ``c``, whenever it was."""


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A case that was about the same before."""

    id: int
    number: str


async def earlier(case_id: int, *, viewer: Viewer) -> list[EarlierCase]:
    """以前反映过的: what was about the same within the last months, the newest first; none for a unit."""
    case = await visible(case_id, viewer)
    if await is_unit_only(case, viewer):
        return []
    rows = await fetch(
        f"SELECT o.id, o.number FROM cases c JOIN cases o ON {_EARLIER}"
        f" WHERE c.id=$1 AND o.created_at>=$2 ORDER BY o.id DESC LIMIT {MOST}",
        case.id,
        case.created_at - WITHIN,
    )
    return [EarlierCase(row["id"], row["number"]) for row in rows]
