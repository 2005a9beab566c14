"""重复反映: the same kind of thing, in the same building or by the same people, not long before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.cases.sight import is_unit_only, visible
from models.transaction import fetch, is_postgres
from people.viewers import Viewer

WITHIN = dt.timedelta(days=90)
MOST = 5
STANDS_BEFORE = "o.state NOT IN ('merged','withdrawn')"
"""SQL: that an earlier case ``o`` counts as one that came in."""


def rarely(condition: str) -> str:
    """SQL: a condition that an index answers with a few rows. SQLite's statistics count what is empty (cases of no
    building, reporters without an account) as one value that nearly every row has, and it would rather read all cases
    of the place and kind."""
    return condition if is_postgres() else f"likelihood({condition}, 0.0001)"


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
    since, beside = case.created_at - WITHIN, [] if case.building_id is None else [case.building_id]
    rows = await fetch(_earlier(has_building=bool(beside)), case.id, case.place_id, case.kind_key, since, *beside)
    return [EarlierCase(row["id"], row["number"]) for row in rows]


_BY_REPORTER = "SELECT y.case_id AS id FROM case_reporter x CROSS JOIN case_reporter y WHERE x.case_id=$1 AND {same}"


def _earlier(*, has_building: bool) -> str:
    """SQL: what came in before case $1, in place $2, of kind $3, since $4, in building $5 or from the same conversation
    or person. From the building and the reporters to numbers of cases, and each of these looked up by its number, as a
    CASE: no statistics make a database read all cases of the place and kind instead."""
    by_reporter = [rarely(f"y.{one}=x.{one}") for one in ("conversation_id", "person_id")]
    found = [_BY_REPORTER.format(same=same) for same in by_reporter]
    if has_building:
        found.append(f"SELECT b.id FROM cases b WHERE {rarely('b.building_id=$5')}")
    is_the_same = f"o.place_id=$2 AND o.kind_key=$3 AND o.id<$1 AND o.created_at>=$4 AND {STANDS_BEFORE}"
    number = f"SELECT o.number FROM cases o WHERE o.id=f.id AND CASE WHEN {is_the_same} THEN 1 ELSE 0 END=1"
    return (
        f"SELECT n.id, n.number FROM (SELECT f.id, ({number}) AS number FROM ({' UNION '.join(found)}) f) n"
        f" WHERE n.number IS NOT NULL ORDER BY n.id DESC LIMIT {MOST}"
    )
