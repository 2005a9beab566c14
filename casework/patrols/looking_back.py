"""What became of patrols: stops that nobody ticked on their day, and how many of a route's are done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from casework.patrols.routes import is_walked
from models import clock
from models.rules import rules
from models.transaction import Row, day, fetch, moment
from people.scope import must_see
from people.viewers import Viewer

MOST_MISSED = 200


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A day on which stops of a route were missed, and of how many."""

    day: dt.date
    route: str
    goes: str
    missed: tuple[str, ...]
    of: int


@dataclass(frozen=True, slots=True)
class RouteRate:
    """A route: stops that were due in the span, those ticked, and how many in a hundred (None: none were due)."""

    route: str
    grid: str
    due: int
    done: int

    @property
    def percent(self) -> int | None:
        """Of a hundred stops so many are done."""
        return round(100 * self.done / self.due) if self.due else None


_STOPS = (
    "SELECT r.id AS route_id, r.name AS route, r.weekdays, r.on_holidays, COALESCE(g.name, '') AS grid,"
    " COALESCE(w.shown_name, '') AS goes, s.id, s.name, s.created_at, s.retired_at FROM patrol_route r"
    " JOIN patrol_stop s ON s.route_id=r.id LEFT JOIN grid g ON g.id=r.grid_id LEFT JOIN person w ON w.id=r.goes_id"
    " WHERE r.place_id=$1 AND (s.retired_at IS NULL OR s.retired_at>=$2) ORDER BY r.id, s.position"
)
_TICKS = "SELECT stop_id, day FROM patrol_tick WHERE place_id=$1 AND day>=$2"


async def missed(*, viewer: Viewer, place_id: int) -> list[MissedDay]:
    """漏走的: by day and route, the latest first; today is not over."""
    must_see(viewer, "patrol.read", place_id, thing="place")
    found: list[MissedDay] = []
    due = await _due(place_id, days=rules().patrols.missed_days)
    for (on, _), stops in sorted(due.items(), key=lambda one: (one[0][0], -one[0][1]), reverse=True):
        names = tuple(row["name"] for row, is_done in stops if not is_done)
        if names and on < clock.today():
            found.append(MissedDay(on, stops[0][0]["route"], stops[0][0]["goes"], names, len(stops)))
    return found[:MOST_MISSED]


async def rates(*, viewer: Viewer, place_id: int) -> list[RouteRate]:
    """完成率: of each route over the days of the rules; of today only what is done counts."""
    must_see(viewer, "patrol.read", place_id, thing="place")
    counted = defaultdict[int, list[tuple[Row, bool]]](list)
    for (on, route_id), stops in (await _due(place_id, days=rules().patrols.rate_days)).items():
        counted[route_id] += [one for one in stops if one[1] or on < clock.today()]
    return [
        RouteRate(stops[0][0]["route"], stops[0][0]["grid"], len(stops), sum(is_done for _, is_done in stops))
        for _, stops in sorted(counted.items())
        if stops
    ]


async def _due(place_id: int, *, days: int) -> dict[tuple[dt.date, int], list[tuple[Row, bool]]]:
    """Every stop that was due, by day and route, and whether it was ticked; two statements however many there are."""
    since = clock.today() - dt.timedelta(days=days)
    begins = clock.midnight(since)
    rows = await fetch(_STOPS, place_id, begins)
    ticks = {(row["stop_id"], day(row["day"])) for row in await fetch(_TICKS, place_id, since)}
    found = defaultdict[tuple[dt.date, int], list[tuple[Row, bool]]](list)
    for row in rows:
        for on in _days_of(row, since=since):
            if (row["id"], on) in ticks or on > clock.local(moment(row["created_at"])).date():
                found[on, row["route_id"]].append((row, (row["id"], on) in ticks))
    return found


def _days_of(row: Row, *, since: dt.date) -> Iterator[dt.date]:
    """The days on which a stop is walked, from that on which it was laid up to the one before it was retired. On the
    very day it was laid it counts only where it was ticked."""
    first = max(since, clock.local(moment(row["created_at"])).date())
    last = clock.local(moment(row["retired_at"])).date() if row["retired_at"] else clock.today() + dt.timedelta(days=1)
    for number in range((last - first).days):
        on = first + dt.timedelta(days=number)
        if is_walked(row["weekdays"], on, on_holidays=bool(row["on_holidays"])):
            yield on
