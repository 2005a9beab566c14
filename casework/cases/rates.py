"""指标: how the cases of a time went, per place, unit or kind, counted from their steps; sums only, never a row.

The shares are those of the hotline (12345): 响应率, 先行联系率, 按时办结率, 实际解决率, 满意率, 重办率, 退单率, 零跑率.
What staff call done stands beside what residents say is solved. Every share counts the cases that came in within the
time, as they stand now; what a bulk action did and undid does not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework import figures
from casework.cases import catalogue
from casework.cases.history import UNDOES
from casework.cases.repeats import STANDS, WITHIN
from models import clock
from models.case import CaseSource
from models.team import Team
from models.transaction import Row, fetch, listed
from people.permissions import allow
from people.viewers import Viewer

NO_UNIT = "0"
SOON = dt.timedelta(seconds=1)
"""What came in this very moment counts too."""
LATE = '"late": true'
"""How a step says in its facts that it was done after its due time."""


class Grouping(StrEnum):
    """By what the cases are counted."""

    PLACE = "place"
    UNIT = "unit"
    KIND = "kind"


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


_COUNTED = ", ".join(
    f"'case.{verb}'"
    for verb in (
        *("accept", "refuse", "contact", "reply", "reopen", "dispatch", "decide", "send_back", "send_back_again"),
        "trip",
    )
)
_KEYS = {Grouping.PLACE: "c.place_id", Grouping.UNIT: "coalesce(c.team_id, 0)", Grouping.KIND: "c.kind_key"}


def _of_bulk(step: str) -> str:
    """SQL: that a step was done by bulk action ``k``, as its facts say."""
    number = "CAST(k.bulk_id AS TEXT)"
    return (
        f"({step}.facts LIKE '%\"bulk\": ' || {number} || '}}%' OR {step}.facts LIKE '%\"bulk\": ' || {number} || ',%')"
    )


_UNDONE = (
    " AND (s.facts NOT LIKE '%\"bulk\"%' OR NOT EXISTS (SELECT 1 FROM bulk_case k"
    f" JOIN case_step u ON u.case_id=k.case_id AND u.verb='{UNDOES}' AND {_of_bulk('u')}"
    f" WHERE k.case_id=s.case_id AND {_of_bulk('s')}))"
)
"""The condition that leaves out the steps of bulk actions that were undone, case by case."""
_WITHIN = "place_id IN ({here}) AND created_at>=$1 AND created_at<$2"
_CASES = f"""
SELECT c.id, {{key}} AS key, CASE WHEN c.state IN ('answered','closed','struck_off') THEN 1 ELSE 0 END AS ended,
  CASE WHEN c.source='{CaseSource.WALK_IN.value}' THEN 1 ELSE 0 END AS came, 0 AS taken, 0 AS taken_late,
  0 AS contacted, 0 AS answered, 0 AS answered_late, 0 AS redone, 0 AS sent, 0 AS sent_back, 0 AS trips,
  CAST(NULL AS INTEGER) AS solved, CAST(NULL AS INTEGER) AS satisfied
FROM cases c WHERE {_WITHIN} AND c.state NOT IN ('merged','withdrawn')
"""
_STEPS = f"""
SELECT s.case_id, NULL, 0, 0, MAX(CASE WHEN s.verb IN ('case.accept','case.refuse') THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb IN ('case.accept','case.refuse') AND s.facts LIKE '%{LATE}%' THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb='case.contact' THEN 1 ELSE 0 END), MAX(CASE WHEN s.verb='case.reply' THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb='case.reply' AND s.facts LIKE '%{LATE}%' THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb='case.reopen' THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb IN ('case.dispatch','case.decide') THEN 1 ELSE 0 END),
  MAX(CASE WHEN s.verb IN ('case.send_back','case.send_back_again') THEN 1 ELSE 0 END),
  SUM(CASE WHEN s.verb='case.trip' THEN 1 ELSE 0 END), NULL, NULL
FROM case_step s WHERE s.place_id IN ({{here}}) AND s.verb IN ({_COUNTED}) AND s.created_at>=$1{{undone}}
GROUP BY s.case_id
"""
"""Of a case that came in before $1, too: it has no key beside it and is left out in the end."""
_SAID = f"""
SELECT r.case_id, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  MIN(CASE WHEN r.solved IS NULL THEN NULL WHEN r.solved THEN 1 ELSE 0 END),
  MIN(CASE WHEN r.satisfied IS NULL THEN NULL WHEN r.satisfied THEN 1 ELSE 0 END)
FROM case_reporter r WHERE r.case_id IN (SELECT id FROM cases WHERE {_WITHIN}) GROUP BY r.case_id
"""
_PARTS = (
    *("ended", "came", "taken", "taken_late", "contacted", "answered", "answered_late", "redone", "sent", "sent_back"),
    *("trips", "solved", "satisfied"),
)
_ONE = f"""
SELECT MAX(key) AS key, {", ".join(f"SUM({part}) AS {part}" for part in _PARTS)}
FROM ({_CASES} UNION ALL {_STEPS} UNION ALL {_SAID}) each GROUP BY id
"""
"""A row for each case. Its parts are put side by side by their number, and never joined: without fresh statistics a
database may go through the parts of all cases once for each."""
_RATES = f"""
SELECT key, COUNT(*) AS reported, SUM(CASE WHEN taken=1 AND taken_late=0 THEN 1 ELSE 0 END) AS responded,
  SUM(contacted) AS contacted, SUM(answered) AS answered,
  SUM(CASE WHEN answered=1 AND answered_late=0 THEN 1 ELSE 0 END) AS in_time, SUM(ended) AS done,
  COUNT(solved) AS said_solved, SUM(solved) AS solved, COUNT(satisfied) AS said_satisfied, SUM(satisfied) AS satisfied,
  SUM(redone) AS redone, SUM(sent) AS sent, SUM(sent_back) AS sent_back,
  SUM(CASE WHEN trips+came=0 THEN 1 ELSE 0 END) AS no_trip, SUM(CASE WHEN trips+came=1 THEN 1 ELSE 0 END) AS one_trip,
  SUM(CASE WHEN trips+came>1 THEN 1 ELSE 0 END) AS more_trips
FROM ({_ONE}) one WHERE key IS NOT NULL GROUP BY key
"""
"""How often somebody came because of a case: to report it at the desk, and each time that was written down since."""


async def rates(by: Grouping = Grouping.PLACE, *, viewer: Viewer, days: int = 30) -> list[Rates]:
    """指标: the cases that came in during the last ``days`` days, most cases first; three statements."""
    allow(viewer, "figures.read", None)
    since = clock.now() - dt.timedelta(days=days)
    places = {place.id: place.name for place in await figures.neighbourhoods(viewer=viewer)}
    here = listed(places)
    rows = await fetch(_RATES.format(key=_KEYS[by], here=here, undone=_UNDONE), since, clock.now() + SOON)
    names = await _names(by, places, rows)
    found = [_rates(row, names.get(str(row["key"]), str(row["key"]))) for row in rows]
    return sorted(found, key=lambda one: (-one.reported, one.key))


async def _names(by: Grouping, places: dict[int, str], rows: Sequence[Row]) -> dict[str, str]:
    if by is Grouping.PLACE:
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


@dataclass(frozen=True, slots=True)
class Topic:
    """热点: a kind of work this week and the week before; ``joined``: how many more said 我也是; ``repeated``: of how
    many the same had been reported not long before."""

    name: str
    now: int
    before: int
    joined: int
    repeated: int

    @property
    def growth(self) -> int:
        """How many more than the week before."""
        return self.now - self.before


def _again(what: str) -> str:
    """SQL: whether an earlier case of this kind is about the same spot, or by the same people, since $4."""
    first = f"MIN(CASE WHEN {STANDS} THEN c.id END) OVER (PARTITION BY c.place_id, c.kind_key, {what})"
    return f"CASE WHEN {what} IS NOT NULL AND {first}<c.id THEN 1 ELSE 0 END"


_LATELY = "c.place_id IN ({here}) AND c.created_at>=$4 AND c.created_at<$3"
_TOPICS = f"""
SELECT kind_key AS key, SUM(CASE WHEN created_at>=$2 THEN 1 ELSE 0 END) AS now,
  SUM(CASE WHEN created_at<$2 THEN 1 ELSE 0 END) AS before,
  SUM(CASE WHEN created_at>=$2 THEN joined ELSE 0 END) AS joined,
  SUM(CASE WHEN created_at>=$2 THEN again ELSE 0 END) AS repeated
FROM (
  SELECT id, kind_key, created_at, SUM(joined) AS joined, MAX(again) AS again FROM (
    SELECT c.id, c.kind_key, c.created_at, 0 AS joined, {_again("c.building_id")} AS again FROM cases c WHERE {_LATELY}
    UNION ALL SELECT c.id, c.kind_key, c.created_at, CASE WHEN r.is_first THEN 0 ELSE 1 END,
      {_again("r.conversation_id")} FROM cases c JOIN case_reporter r ON r.case_id=c.id WHERE {_LATELY}
    UNION ALL SELECT c.id, c.kind_key, c.created_at, 0, {_again("r.person_id")}
      FROM cases c JOIN case_reporter r ON r.case_id=c.id WHERE {_LATELY}
  ) each WHERE created_at>=$1 GROUP BY id, kind_key, created_at
) one GROUP BY kind_key
"""
WEEK, MOST_TOPICS = dt.timedelta(days=7), 10


async def topics(*, viewer: Viewer) -> list[Topic]:
    """本周热点: the kinds of which most came in during the last seven days, joins counted, what grew most first."""
    allow(viewer, "figures.read", None)
    here = listed(place.id for place in await figures.neighbourhoods(viewer=viewer))
    now, names = clock.now(), await catalogue.kinds_of(None)
    rows = await fetch(_TOPICS.format(here=here), now - 2 * WEEK, now - WEEK, now + SOON, now - WEEK - WITHIN)
    found = [_topic(row, names[row["key"]].name if row["key"] in names else row["key"]) for row in rows if row["now"]]
    return sorted(found, key=lambda one: (-(one.growth + one.joined), -one.now, one.name))[:MOST_TOPICS]


def _topic(row: Row, name: str) -> Topic:
    counted = {one: int(row[one] or 0) for one in ("now", "before", "joined", "repeated")}
    return Topic(name, **counted)
