"""热点: which kinds of work came up most this week beside the week before, how many joined, what came again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import figures
from casework.cases import catalogue
from casework.cases.rates import SOON
from casework.cases.repeats import STANDS_BEFORE, WITHIN
from models import clock
from models.transaction import Row, fetch, is_postgres, listed
from people.permissions import allow
from people.viewers import Viewer

WEEK, MOST_TOPICS = dt.timedelta(days=7), 10


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


def rarely(condition: str) -> str:
    """SQL: a condition that an index answers with a few rows. SQLite's statistics count what is empty (cases of no
    building, reporters without an account) as one value that nearly every row has, and it would rather read all cases
    of the place and kind."""
    return condition if is_postgres() else f"likelihood({condition}, 0.0001)"


_IS_THE_SAME = (
    "CASE WHEN o.place_id=c.place_id AND o.kind_key=c.kind_key AND o.id<c.id AND o.created_at>=$4"
    f" AND {STANDS_BEFORE} THEN 1 ELSE 0 END=1"
)
"""SQL: that ``o`` came before ``c`` and was of its kind; as a CASE, since no index must find ``o`` by these."""


def _by_reporter(same: str) -> str:
    """SQL: whether an earlier case of this kind came from the same conversation or person, since $4: from who reported
    to what else they reported, and each of these looked up by its number, in this order."""
    return (
        "EXISTS (SELECT 1 FROM case_reporter x CROSS JOIN case_reporter y"
        f" WHERE x.case_id=c.id AND {rarely(f'y.{same}=x.{same}')}"
        f" AND (SELECT 1 FROM cases o WHERE o.id=y.case_id AND {_IS_THE_SAME})=1)"
    )


def _topics(here: str) -> str:
    """SQL: what came in is counted along an index over narrow rows; only of this week's is looked for what came
    before, and no earlier than $5: what a building has seen in years is not gone through for each."""
    of_building = f"SELECT 1 FROM cases o WHERE {rarely('o.building_id=c.building_id')} AND o.id>=$5 AND {_IS_THE_SAME}"
    return f"""
SELECT kind_key AS key, SUM(now) AS now, SUM(before) AS before, SUM(joined) AS joined, SUM(again) AS repeated
FROM (
  SELECT kind_key, CASE WHEN created_at>=$2 THEN 1 ELSE 0 END AS now,
    CASE WHEN created_at<$2 THEN 1 ELSE 0 END AS before, 0 AS joined, 0 AS again
  FROM case_tally WHERE place_id IN ({here}) AND created_at>=$1 AND created_at<$3
  UNION ALL SELECT c.kind_key, 0, 0, (SELECT COUNT(*) FROM case_reporter r WHERE r.case_id=c.id AND NOT r.is_first),
    CASE WHEN c.building_id IS NOT NULL AND EXISTS ({of_building})
      OR {_by_reporter("conversation_id")} OR {_by_reporter("person_id")} THEN 1 ELSE 0 END
  FROM cases c WHERE c.place_id IN ({here}) AND c.created_at>=$2 AND c.created_at<$3
) one GROUP BY kind_key
"""


_FIRST = "SELECT COALESCE(MIN(id), 0) AS id FROM cases WHERE place_id IN ({here}) AND created_at>=$1"
"""No earlier one came in since."""


async def topics(*, viewer: Viewer) -> list[Topic]:
    """本周热点: the kinds of which most came in during the last seven days, joins counted, what grew most first."""
    allow(viewer, "figures.read", None)
    here = listed(place.id for place in await figures.neighbourhoods(viewer=viewer))
    now, names = clock.now(), await catalogue.kinds_of(None)
    since = now - WEEK - WITHIN
    first = (await fetch(_FIRST.format(here=here), since))[0]["id"]
    rows = await fetch(_topics(here), now - 2 * WEEK, now - WEEK, now + SOON, since, first)
    found = [_topic(row, names[row["key"]].name if row["key"] in names else row["key"]) for row in rows if row["now"]]
    return sorted(found, key=lambda one: (-(one.growth + one.joined), -one.now, one.name))[:MOST_TOPICS]


def _topic(row: Row, name: str) -> Topic:
    counted = {one: int(row[one] or 0) for one in ("now", "before", "joined", "repeated")}
    return Topic(name, **counted)
