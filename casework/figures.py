"""汇总: how the neighbourhoods of a street are doing, in sums only; no row of any resident is ever read out of here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from casework.versions import in_force_at
from models import clock
from models.place import Place
from models.transaction import Row, fetch, listed
from people.permissions import allow
from people.scope import neighbourhoods_for
from people.viewers import Viewer

DAYS = 30
"""How far back what came in and went out is counted."""

_QUESTIONS = """
SELECT place_id, SUM(opened) AS opened, SUM(answered) AS answered, SUM(in_time) AS in_time, SUM(overdue) AS overdue
FROM (
  SELECT place_id, 1 AS opened, 0 AS answered, 0 AS in_time, 0 AS overdue
  FROM question WHERE place_id IN ({here}) AND created_at>=$1
  UNION ALL SELECT place_id, 0, 1, CASE WHEN answered_at<=first_due THEN 1 ELSE 0 END, 0
  FROM question WHERE place_id IN ({here}) AND answered_at>=$1
  UNION ALL SELECT place_id, 0, 0, 0, 1
  FROM question WHERE place_id IN ({here}) AND state IN ('waiting','claimed')
    AND CASE WHEN answered_at IS NULL THEN first_due ELSE done_due END<$2
) one GROUP BY place_id
"""
"""What came, what was answered and what waits, each along an index of its own: what ended long ago is not read."""
_MISSES = "SELECT place_id, COUNT(*) AS count FROM miss WHERE created_at>=$1 AND place_id IN ({here}) GROUP BY place_id"


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one neighbourhood; ``percent_in_time`` is None while nothing has been answered."""

    place_id: int
    name: str
    opened: int
    answered: int
    overdue: int
    percent_in_time: int | None
    misses: int
    past_review: int


async def board(*, viewer: Viewer) -> list[Figures]:
    """街道看板: every neighbourhood whose sums the viewer may read, or that lies below such a place; by name."""
    allow(viewer, "figures.read", None)
    places = await neighbourhoods(viewer=viewer)
    since, now = clock.now() - dt.timedelta(days=DAYS), clock.now()
    here = listed(place.id for place in places)
    asked = {int(row["place_id"]): row for row in await fetch(_QUESTIONS.format(here=here), since, now)}
    missed = {int(row["place_id"]): int(row["count"]) for row in await fetch(_MISSES.format(here=here), since)}
    late = await _past_review(places)
    return [_figures(place, asked.get(place.id, {}), misses=missed.get(place.id, 0), late=late) for place in places]


async def neighbourhoods(*, viewer: Viewer) -> list[Place]:
    """Those whose sums the viewer may read: their own, and those below a place of theirs, a district's too; by name,
    with nothing but their names read."""
    seen = await neighbourhoods_for(viewer, "figures.read")
    return await Place.filter(id__in=[*seen]).order_by("name", "id").only("id", "name")


async def _past_review(places: Iterable[Place]) -> list[int | None]:
    """The place of each entry past its review day; None for one that all places share."""
    today = clock.today()
    return [
        row.place_id
        for row in await in_force_at({place.id for place in places}, today)
        if row.content.review_by < today
    ]


def _figures(place: Place, asked: Row, *, misses: int, late: list[int | None]) -> Figures:
    answered, in_time = int(asked.get("answered", 0)), int(asked.get("in_time", 0))
    return Figures(
        place_id=place.id,
        name=place.name,
        opened=int(asked.get("opened", 0)),
        answered=answered,
        overdue=int(asked.get("overdue", 0)),
        percent_in_time=round(100 * in_time / answered) if answered else None,
        misses=misses,
        past_review=sum(one in (None, place.id) for one in late),
    )
