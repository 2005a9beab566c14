"""指标: how the cases of a time went, per 居委, 街道, 区, unit or kind, counted from their steps; sums only.

The shares are those of the hotline (12345): 响应率, 先行联系率, 按时办结率, 实际解决率, 满意率, 重办率, 退单率, 零跑率.
What staff call done stands beside what residents say is solved. Every share counts the cases that came in within the
time, as they stand now; what a bulk action did and undid does not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework import figures
from casework.cases import catalogue
from models import clock
from models.place import Level, Place
from models.team import Team
from models.transaction import Row, fetch, listed
from people.permissions import allow
from people.scope import places_for
from people.viewers import Viewer

NO_UNIT = "0"
SOON = dt.timedelta(seconds=1)
"""What came in this very moment counts too."""


class Grouping(StrEnum):
    """By what the cases are counted."""

    PLACE = "place"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    UNIT = "unit"
    KIND = "kind"


class HotlineShare(StrEnum):
    """The eight shares of the hotline, in its order, each named as the field of ``Rates`` that holds it."""

    RESPONDED = "responded"
    CONTACTED = "contacted"
    IN_TIME = "in_time"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    REDONE = "redone"
    SENT_BACK = "sent_back"
    NO_TRIP = "no_trip"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; ``percent`` is None of none."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share in percent, to one decimal."""
        return round(100 * self.count / self.of, 1) if self.of else None


@dataclass(frozen=True, slots=True)
class Rates:
    """The figures of one place, unit or kind. ``reported``: how many cases came in.

    ``responded``: accepted or refused within its limit. ``contacted``: spoken with before it ended. ``in_time``: of
    what was answered, within its limit. ``done`` is what staff call done; ``solved`` and ``satisfied`` are what those
    who said something said. ``redone``: opened again. ``sent_back``: of what was sent to a unit. ``no_trip``,
    ``one_trip``, ``more_trips``: how often somebody had to come because of it.
    """

    key: str
    name: str
    reported: int
    responded: Share
    contacted: Share
    in_time: Share
    done: Share
    solved: Share
    satisfied: Share
    redone: Share
    sent_back: Share
    no_trip: Share
    one_trip: Share
    more_trips: Share

    @property
    def gap(self) -> int:
        """How many cases staff had answered as done while somebody who reported them says that they are not solved."""
        return self.solved.of - self.solved.count


_KEYS = {Grouping.UNIT: "team_id", Grouping.KIND: "kind_key"}
_LEVELS = {Grouping.SUBDISTRICT: Level.SUBDISTRICT, Grouping.DISTRICT: Level.DISTRICT}
_RATES = """
SELECT {key} AS key, COUNT(*) AS reported, SUM(taken-taken_late) AS responded, SUM(contacted) AS contacted,
  SUM(answered) AS answered, SUM(answered-answered_late) AS in_time, SUM(ended) AS done,
  COUNT(solved) AS said_solved, SUM(solved) AS solved, COUNT(satisfied) AS said_satisfied, SUM(satisfied) AS satisfied,
  SUM(redone) AS redone, SUM(sent) AS sent, SUM(sent*sent_back) AS sent_back,
  SUM(CASE WHEN trips+came=0 THEN 1 ELSE 0 END) AS no_trip, SUM(CASE WHEN trips+came=1 THEN 1 ELSE 0 END) AS one_trip,
  SUM(CASE WHEN trips+came>1 THEN 1 ELSE 0 END) AS more_trips
FROM case_tally WHERE place_id IN ({here}) AND created_at>=$1 AND created_at<$2 AND is_counted=1 GROUP BY {key}
"""
"""One walk along an index over narrow rows (``models.case_tally``): no step is read here. How often somebody came
because of a case: to report it at the desk, and each time that was written down since."""


async def rates(by: Grouping = Grouping.PLACE, *, viewer: Viewer, days: int = 30) -> list[Rates]:
    """指标: the cases that came in during the last ``days`` days, most cases first; four statements at most. What has
    no 街道 or 区 that the viewer reads figures of is summed under the highest place of which they do."""
    allow(viewer, "figures.read", None)
    since = clock.now() - dt.timedelta(days=days)
    places = {place.id: place.name for place in await figures.neighbourhoods(viewer=viewer)}
    sums = _RATES.format(key=_KEYS.get(by, "place_id"), here=listed(places))
    rows = await fetch(sums, since, clock.now() + SOON)
    if by in _LEVELS:
        above = await _places_above(_LEVELS[by], viewer=viewer)
        rows, places = _gathered(rows, above), {place.id: place.name for place in above.values()}
    names = await _names(by, places, rows)
    found = [_rates(row, names.get(str(row["key"]), str(row["key"]))) for row in rows]
    return sorted(found, key=lambda one: (-one.reported, one.key))


async def groupings(*, viewer: Viewer) -> tuple[Grouping, ...]:
    """By what there is something to compare: by 街道 and 区 for who reads figures of several neighbourhoods."""
    allow(viewer, "figures.read", None)
    several = len(await figures.neighbourhoods(viewer=viewer)) > 1
    return tuple(one for one in Grouping if several or one not in _LEVELS)


async def _places_above(level: Level, *, viewer: Viewer) -> dict[int, Place]:
    """For each place the one of this level above it, or the highest on the way there of which the viewer reads figures;
    itself where there is none."""
    places = {place.id: place for place in await Place.all()}
    mine = places_for(viewer, "figures.read")
    return {one: _highest(places[one], places, level=level, mine=mine) for one in places}


def _highest(place: Place, places: Mapping[int, Place], *, level: Level, mine: frozenset[int] | None) -> Place:
    chain = [place]
    while chain[-1].level is not level and chain[-1].parent_id is not None:
        chain.append(places[chain[-1].parent_id])
    reach = len(chain) - 1
    while reach > 0 and mine is not None and mine.isdisjoint(_and_above(chain[reach], places)):
        reach -= 1
    return chain[reach]


def _and_above(place: Place, places: Mapping[int, Place]) -> set[int]:
    found = {place.id}
    while place.parent_id is not None:
        place = places[place.parent_id]
        found.add(place.id)
    return found


def _gathered(rows: Sequence[Row], above: Mapping[int, Place]) -> list[Row]:
    """Rows of places, added up by the place above them."""
    found: dict[int, Row] = {}
    for row in rows:
        into = found.setdefault(above[row["key"]].id, {"key": above[row["key"]].id})
        for name, value in row.items():
            if name != "key":
                into[name] = into.get(name, 0) + int(value or 0)
    return [*found.values()]


async def _names(by: Grouping, places: dict[int, str], rows: Sequence[Row]) -> dict[str, str]:
    if by not in _KEYS:
        return {str(key): name for key, name in places.items()}
    if by is Grouping.KIND:
        return {key: kind.name for key, kind in (await catalogue.kinds_of(None)).items()}
    teams = await Team.filter(id__in=[row["key"] for row in rows])
    return {NO_UNIT: "", **{str(team.id): team.name for team in teams}}


def share(row: Row, count: str, of: str) -> Share:
    """A share of two sums of a row; a sum of nothing is 0."""
    return Share(int(row[count] or 0), int(row[of] or 0))


def trips_of(row: Row, of: str) -> dict[str, Share]:
    """零跑, 一次 and 多次 of a row."""
    return {name: share(row, name, of) for name in ("no_trip", "one_trip", "more_trips")}


def _rates(row: Row, name: str) -> Rates:
    return Rates(
        key=str(row["key"]),
        name=name,
        reported=int(row["reported"]),
        responded=share(row, "responded", "reported"),
        contacted=share(row, "contacted", "reported"),
        in_time=share(row, "in_time", "answered"),
        done=share(row, "done", "reported"),
        solved=share(row, "solved", "said_solved"),
        satisfied=share(row, "satisfied", "said_satisfied"),
        redone=share(row, "redone", "reported"),
        sent_back=share(row, "sent_back", "sent"),
        **trips_of(row, "reported"),
    )
