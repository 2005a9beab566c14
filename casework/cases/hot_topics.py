"""热点: which kinds of work came up most this week beside the week before, in cases, in questions to people and on the
boards; how many joined, and what came again.

A topic is a kind of the catalogue and nothing else: no word that somebody wrote is ever shown. What was said is put
down as the kind it surely means when it is written (``recognising.topic_of``); counted is what is public on a board of
residents, by a resident, and what stands at the desk; what became a case counts as that case.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import figures
from casework.cases import catalogue
from casework.cases.kinds import Kind
from casework.cases.rates import SOON
from casework.cases.repeats import STANDS_BEFORE, WITHIN, rarely
from models import clock
from models.board import BoardName
from models.transaction import Row, fetch, listed
from people.permissions import allow
from people.records.small_groups import LEAST
from people.viewers import Viewer

WEEK, MOST_TOPICS = dt.timedelta(days=7), 10
BOARDS = (
    *(BoardName.ISSUES, BoardName.NEIGHBOURS, BoardName.MUTUAL_HELP, BoardName.DELIBERATION, BoardName.PROPOSALS),
    *(BoardName.PROPERTY, BoardName.POLICE, BoardName.DOCTOR, BoardName.VILLAGE_AFFAIRS),
)
"""Where residents say what bothers them; not where the office speaks, nor where goods and outings are offered."""


@dataclass(frozen=True, slots=True)
class Topic:
    """热点: a kind of work this week, in ``cases``, ``questions`` and ``posts``, and in all ``before``, the week
    before; ``joined``: how many more said 我也是; ``repeated``: of how many cases the same had come not long before."""

    name: str
    cases: int
    questions: int
    posts: int
    before: int
    joined: int
    repeated: int

    @property
    def now(self) -> int:
        """How often it came up this week."""
        return self.cases + self.questions + self.posts

    @property
    def growth(self) -> int:
        """How many more than the week before."""
        return self.now - self.before


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


def _again(first: int) -> str:
    """SQL: whether the same as case ``c`` had come since $4, and no earlier than id ``first``: what a building has seen
    in years is not gone through for each. The id stands in the text: without it PostgreSQL's plan for any value, which
    it takes from the sixth time on, reads every id above for each case."""
    beside = rarely("o.building_id=c.building_id")
    of_building = f"SELECT 1 FROM cases o WHERE {beside} AND o.id>={first} AND {_IS_THE_SAME}"
    by_building = f"c.building_id IS NOT NULL AND EXISTS ({of_building})"
    return f"({by_building} OR {_by_reporter('conversation_id')} OR {_by_reporter('person_id')})"


_NOW, _BEFORE = (f"CASE WHEN {{0}}.created_at{sign}$2 THEN 1 ELSE 0 END" for sign in (">=", "<"))
_LISTED_BOARDS = ", ".join(f"'{one.value}'" for one in BOARDS)
_IS_COUNTED = (
    "p.state IN ('published','locked') AND NOT p.is_private AND p.as_role IS NULL AND p.case_id IS NULL"
    f" AND p.board IN ({_LISTED_BOARDS})"
)


def _topics(here: str, *, first: int) -> str:
    """SQL: what came in is counted along indexes by place and time; only of this week's cases is looked for what came
    before."""
    became_a_case = f"SELECT 1 FROM cases k WHERE {rarely('k.question_id=q.id')}"
    return f"""
SELECT topic, SUM(cases) AS cases, SUM(questions) AS questions, SUM(posts) AS posts, SUM(before) AS before,
  SUM(joined) AS joined, SUM(again) AS repeated
FROM (
  SELECT t.kind_key AS topic, {_NOW.format("t")} AS cases, 0 AS questions, 0 AS posts, {_BEFORE.format("t")} AS before,
    0 AS joined, 0 AS again
  FROM case_tally t WHERE t.place_id IN ({here}) AND t.created_at>=$1 AND t.created_at<$3
  UNION ALL SELECT c.kind_key, 0, 0, 0, 0,
    (SELECT COUNT(*) FROM case_reporter r WHERE r.case_id=c.id AND NOT r.is_first),
    CASE WHEN {_again(first)} THEN 1 ELSE 0 END
  FROM cases c WHERE c.place_id IN ({here}) AND c.created_at>=$2 AND c.created_at<$3
  UNION ALL SELECT q.kind_key, 0, {_NOW.format("q")}, 0, {_BEFORE.format("q")}, 0, 0
  FROM question q WHERE q.place_id IN ({here}) AND q.created_at>=$1 AND q.created_at<$3 AND q.kind_key<>''
    AND NOT EXISTS ({became_a_case})
  UNION ALL SELECT w.kind_key, 0, 0, {_NOW.format("p")}, {_BEFORE.format("p")}, 0, 0
  FROM post p JOIN post_word w ON w.post_id=p.id
  WHERE p.place_id IN ({here}) AND p.last_at>=$1 AND p.created_at>=$1 AND p.created_at<$3 AND w.kind_key<>''
    AND {_IS_COUNTED}
) one GROUP BY topic
"""


_FIRST = "SELECT COALESCE(MIN(id), 0) AS id FROM cases WHERE place_id IN ({here}) AND created_at>=$1"
"""No earlier one came in since."""
_SUMS = ("cases", "questions", "posts", "before", "joined", "repeated")


async def topics(*, viewer: Viewer) -> list[Topic]:
    """本周热点: the kinds of which most came up during the last seven days, joins counted, what grew most first. A
    private kind is named from ``LEAST`` on."""
    allow(viewer, "figures.read", None)
    here = listed(place.id for place in await figures.neighbourhoods(viewer=viewer))
    now, kinds = clock.now(), await catalogue.kinds_of(None)
    since = now - WEEK - WITHIN
    first = int((await fetch(_FIRST.format(here=here), since))[0]["id"])
    rows = await fetch(_topics(here, first=first), now - 2 * WEEK, now - WEEK, now + SOON, since)
    found = [_topic(row, kinds.get(row["topic"])) for row in rows if _is_said(row, kinds.get(row["topic"]))]
    return sorted(found, key=lambda one: (-(one.growth + one.joined), -one.now, one.name))[:MOST_TOPICS]


def _is_said(row: Row, kind: Kind | None) -> bool:
    least = LEAST if kind is not None and kind.is_private else 1
    return sum(int(row[one]) for one in ("cases", "questions", "posts")) >= least


def _topic(row: Row, kind: Kind | None) -> Topic:
    return Topic(kind.name if kind else row["topic"], *(int(row[one] or 0) for one in _SUMS))
