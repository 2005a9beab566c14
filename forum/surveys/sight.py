"""A survey as the database has it, and where the viewer stands: whether it is for them, and whether they answered."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from forum.notices import targets
from forum.notices.targets import Target
from forum.sight import Found, visible
from forum.states import STATES
from forum.surveys.forms import Question
from models import clock
from models.errors import NotFound, WrongState
from models.survey import QuestionKind
from models.transaction import Row, fetch, fetch_one, is_postgres, moment
from people.permissions import may
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey as it was just read. ``own``: what the viewer answered under their name, by position.

    ``answered`` is how many people have, for who looks after it and after the end.
    """

    id: int
    post: Found
    is_anonymous: bool
    target: Target
    closes_at: dt.datetime
    is_settled: bool
    answered: int
    questions: Mapping[int, Question]
    question_ids: Mapping[int, int]
    is_meant: bool
    has_answered: bool
    own: Mapping[int, str]
    looks_after: bool

    @property
    def is_over(self) -> bool:
        """Whether its last day has ended."""
        return self.closes_at <= clock.now()

    @property
    def is_open(self) -> bool:
        """Whether it is answered now."""
        return not self.is_over and STATES[self.post.state].is_shown

    @property
    def may_answer(self) -> bool:
        """Whether the viewer may, and has not."""
        return self.is_open and self.is_meant and not self.has_answered

    @property
    def may_change(self) -> bool:
        """Whether the viewer may change what they said: under their name, until the end."""
        return self.is_open and self.is_meant and self.has_answered and not self.is_anonymous

    @property
    def shows_results(self) -> bool:
        """Whether the viewer sees sums: everybody once it is counted, staff of a named one at any time."""
        return self.is_settled or (self.looks_after and not self.is_anonymous)

    @property
    def last_day(self) -> dt.date:
        """Until the end of which day it is open."""
        return clock.local(self.closes_at - dt.timedelta(minutes=1)).date()


_SURVEY = (
    "SELECT s.*, {takers} AS takers,"
    " EXISTS (SELECT 1 FROM survey_taker t WHERE t.survey_id=s.id AND t.person_id=$2) AS has_answered"
    " FROM survey s WHERE s.post_id=$1"
)
_TAKERS = "(SELECT count(*) FROM survey_taker t WHERE t.survey_id=s.id)"
_QUESTIONS = (
    "SELECT q.id, q.position, q.kind, q.text, q.options, a.value FROM survey_question q"
    " LEFT JOIN named_answer a ON a.question_id=q.id AND a.person_id=$2 WHERE q.survey_id=$1 ORDER BY q.position"
)


async def survey(post_id: int, *, viewer: Viewer) -> Asked:
    """看问卷: the survey of a post, for whoever sees the post; NotFound where it has none."""
    post = await visible(post_id, viewer)
    looks_after = may(viewer, "survey.look_after", post.place_id)
    sql = _SURVEY.format(takers=f"CASE WHEN s.settled_at IS NULL THEN {_TAKERS} END" if looks_after else "NULL")
    row = await fetch_one(sql, post_id, viewer.person_id or 0)
    if row is None:
        raise NotFound("survey.not_found")
    target = Target.from_json(row["target"])
    reader = await targets.reader_of(viewer, place_id=post.place_id)
    may_answer = may(viewer, "survey.answer", post.place_id) and reader.is_meant(target)
    rows = await fetch(_QUESTIONS, row["id"], viewer.person_id or 0)
    return _read(row, post, rows=rows, is_meant=may_answer, looks_after=looks_after)


def _read(row: Row, post: Found, *, rows: list[Row], is_meant: bool, looks_after: bool) -> Asked:
    is_settled = row["settled_at"] is not None
    count = row["answered"] if is_settled else row["takers"] or 0
    return Asked(
        id=row["id"],
        post=post,
        is_anonymous=bool(row["is_anonymous"]),
        target=Target.from_json(row["target"]),
        closes_at=moment(row["closes_at"]),
        is_settled=is_settled,
        answered=count,
        questions={one["position"]: _question(one) for one in rows},
        question_ids={one["position"]: one["id"] for one in rows},
        is_meant=is_meant,
        has_answered=bool(row["has_answered"]),
        own={one["position"]: one["value"] for one in rows if one["value"] is not None},
        looks_after=looks_after,
    )


def _question(row: Row) -> Question:
    return Question(QuestionKind(row["kind"]), row["text"], tuple(json.loads(row["options"])))


async def stands_on(post: Found) -> bool:
    """Whether a post that its caller found carries a survey."""
    return await fetch_one("SELECT 1 AS one FROM survey WHERE post_id=$1", post.id) is not None


async def hold_open(asked: Asked) -> None:
    """Hold a survey until the commit, so that it is not counted meanwhile; WrongState once its time is over."""
    lock = " FOR SHARE" if is_postgres() else ""
    row = await fetch_one(f"SELECT closes_at, settled_at FROM survey WHERE id=$1{lock}", asked.id)
    if row is None or row["settled_at"] is not None or moment(row["closes_at"]) <= clock.now() or not asked.is_open:
        raise WrongState("survey.over")
