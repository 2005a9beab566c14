"""各单位的响应率: of the answers a unit owed and that were due, how many came in time, late, or not at all.

A neighbour's post is owed an answer by the unit of the board on which it stood when its time came, or when it was
answered where that was before: who sends a post on afterwards keeps it. Where there are several property companies,
each owes those who lived in its estates on that day. Nothing of this is stored: it is read from posts, from the
measures that moved them, from replies and from who lived where.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from forum.boards import kind_of
from forum.kinds import Unit
from forum.responses import counted_places
from forum.states import SHOWN_SQL
from models import clock
from models.person import RoleName
from models.transaction import Row, fetch
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class UnitRate:
    """How a unit answered what it ``owed`` and was due, or answered before that: the sum of ``in_time``,
    ``answered_late`` and ``unanswered``.

    ``by_others``: of those that were answered, how many an office of another unit answered first. ``estate`` is whose
    property company it is; '' of other units, where nobody knows, and where several neighbourhoods are summed up.
    """

    unit: Unit
    estate: str
    owed: int
    in_time: int
    answered_late: int
    unanswered: int
    by_others: int

    @property
    def percent(self) -> int:
        """In time, of all that were owed and due."""
        return round(100 * self.in_time / self.owed)


_SETTLED_AT = "CASE WHEN p.answered_at<p.due_at THEN p.answered_at ELSE p.due_at END"
_STOOD_ON = (
    "COALESCE((SELECT m.before FROM measure m WHERE m.thing='post' AND m.thing_id=p.id AND m.kind='move'"
    f" AND m.created_at>{_SETTLED_AT} ORDER BY m.id LIMIT 1), p.board)"
)
_FIRST = (
    "(SELECT r.as_role FROM reply r WHERE r.id=(SELECT min(f.id) FROM reply f WHERE f.post_id=p.id"
    " AND f.state='published' AND f.as_role IS NOT NULL AND f.author_id<>p.author_id))"
)
_ESTATE = (
    "(SELECT e.name FROM residence d JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " JOIN estate e ON e.id=b.estate_id WHERE d.person_id=p.author_id AND d.place_id=p.place_id"
    " AND d.state IN ('living','moved_out') AND (d.since IS NULL OR d.since<=date(p.due_at))"
    " AND (d.until IS NULL OR d.until>=date(p.due_at)) ORDER BY d.id DESC LIMIT 1)"
)
_OWED = (
    "SELECT o.board, o.estate, o.answers, sum(CASE WHEN o.answered_at<=o.due_at THEN 1 ELSE 0 END) AS in_time,"
    " sum(CASE WHEN o.answered_at>o.due_at THEN 1 ELSE 0 END) AS late,"
    " sum(CASE WHEN o.answered_at IS NULL THEN 1 ELSE 0 END) AS unanswered FROM"
    f" (SELECT p.due_at, p.answered_at, {_STOOD_ON} AS board, {{estate}} AS estate, {_FIRST} AS answers FROM post p"
    f" WHERE p.place_id IN ({{places}}) AND p.due_at>=$2 AND p.created_at>=$2 AND p.state IN ({SHOWN_SQL})"
    " AND (p.answered_at IS NOT NULL OR p.due_at<$1)) o GROUP BY o.board, o.estate, o.answers"
)


async def unit_rates(*, viewer: Viewer, since: dt.datetime, place_id: int | None = None) -> list[UnitRate]:
    """各单位的响应率: of one neighbourhood, there by the estates of its companies, or of all below the viewer; sums."""
    places = await counted_places(viewer, place_id)
    estate = "''" if place_id is None else _ESTATE
    rows = await fetch(_OWED.format(places=places, estate=estate), clock.now(), since)
    by_unit: dict[tuple[Unit, str], list[Row]] = {}
    for row in rows:
        kind = kind_of(row["board"])
        key = kind.unit, (row["estate"] or "") if kind.confides_by_estate else ""
        by_unit.setdefault(key, []).append(row)
    order = [*Unit]
    return [_rate(*key, by_unit[key]) for key in sorted(by_unit, key=lambda one: (order.index(one[0]), one[1]))]


def _rate(unit: Unit, estate: str, rows: Sequence[Row]) -> UnitRate:
    sums: Counter[str] = Counter()
    for row in rows:
        answered = row["in_time"] + row["late"]
        is_own = row["answers"] is None or RoleName(row["answers"]) in unit.offices
        sums.update(owed=answered + row["unanswered"], in_time=row["in_time"], late=row["late"])
        sums.update(unanswered=row["unanswered"], others=0 if is_own else answered)
    return UnitRate(
        unit=unit,
        estate=estate,
        owed=sums["owed"],
        in_time=sums["in_time"],
        answered_late=sums["late"],
        unanswered=sums["unanswered"],
        by_others=sums["others"],
    )
