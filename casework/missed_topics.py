"""What the bot could not answer this week, beside the week before: which questions came up most, and what grew."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.transaction import Row, fetch, fetch_one, listed, moment
from nlp.similar import group
from people.permissions import allow
from people.scope import neighbourhoods_for, places_for
from people.viewers import Viewer

WEEK = dt.timedelta(days=7)
MOST_TOPICS, MOST_READ = 10, 2_000


@dataclass(frozen=True, slots=True)
class MissedTopic:
    """Questions that are nearly the same, in the wording first asked."""

    text: str
    now: int
    before: int

    @property
    def growth(self) -> int:
        """How many more than the week before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Missed:
    """So many went unanswered this week and the week before; ``topics`` only of places whose questions one may read."""

    now: int
    before: int
    topics: tuple[MissedTopic, ...]


async def missed(*, viewer: Viewer) -> Missed:
    """没答上的热点: sums of every neighbourhood the viewer has figures of; what grew most first."""
    allow(viewer, "figures.read", None)
    here = listed(sorted(await neighbourhoods_for(viewer, "figures.read")))
    row = await fetch_one(
        "SELECT coalesce(SUM(CASE WHEN created_at>=$1 THEN 1 ELSE 0 END), 0) AS now,"
        " coalesce(SUM(CASE WHEN created_at<$1 THEN 1 ELSE 0 END), 0) AS before"
        f" FROM miss WHERE created_at>=$2 AND place_id IN ({here})",
        clock.now() - WEEK,
        clock.now() - 2 * WEEK,
    )
    assert row is not None
    return Missed(int(row["now"]), int(row["before"]), await _topics(viewer))


async def _topics(viewer: Viewer) -> tuple[MissedTopic, ...]:
    places = places_for(viewer, "miss.read")
    where = "" if places is None else f" AND place_id IN ({listed(sorted(places))})"
    since = clock.now() - 2 * WEEK
    rows = await fetch(
        f"SELECT text, created_at FROM miss WHERE created_at>=$1{where} ORDER BY id DESC LIMIT {MOST_READ}", since
    )
    rows = rows[::-1]
    parts = await asyncio.to_thread(group, [row["text"] for row in rows])
    found = [_topic([rows[number] for number in part], since + WEEK) for part in parts]
    hot = sorted((one for one in found if one.now), key=lambda one: (-one.growth, -one.now, one.text))
    return tuple(hot[:MOST_TOPICS])


def _topic(rows: Sequence[Row], week: dt.datetime) -> MissedTopic:
    now = sum(moment(row["created_at"]) >= week for row in rows)
    return MissedTopic(rows[0]["text"], now, len(rows) - now)
