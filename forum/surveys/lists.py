"""Lists of surveys: those of a neighbourhood that are open, then those that are over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum import board_list
from forum.notices import targets
from forum.notices.targets import Target
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.transaction import fetch, moment
from people.permissions import may
from people.viewers import Viewer

MOST = 50


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey in a list, and where the viewer stands."""

    post_id: int
    title: str
    is_anonymous: bool
    closes_at: dt.datetime
    is_settled: bool
    is_meant: bool
    has_answered: bool

    @property
    def is_open(self) -> bool:
        """Whether it is answered now."""
        return self.closes_at > clock.now()

    @property
    def waits(self) -> bool:
        """Whether the viewer may answer, and has not."""
        return self.is_open and self.is_meant and not self.has_answered

    @property
    def last_day(self) -> dt.date:
        """Until the end of which day it is open."""
        return clock.local(self.closes_at - dt.timedelta(minutes=1)).date()


_LINES = (
    "SELECT s.post_id, s.is_anonymous, s.target, s.closes_at, s.settled_at, p.title,"
    " EXISTS (SELECT 1 FROM survey_taker t WHERE t.survey_id=s.id AND t.person_id=$2) AS has_answered"
    " FROM survey s JOIN post p ON p.id=s.post_id"
    f" WHERE s.place_id=$1 AND p.state IN ({SHOWN_SQL}) ORDER BY s.closes_at DESC, s.id DESC LIMIT {MOST}"
)


async def surveys(*, viewer: Viewer, place_id: int) -> list[SurveyLine]:
    """问卷: those that end last first."""
    await board_list.board(BoardName.PROPOSALS.value, viewer=viewer, place_id=place_id)
    reader = await targets.reader_of(viewer, place_id=place_id)
    answers = may(viewer, "survey.answer", place_id)
    return [
        SurveyLine(
            post_id=row["post_id"],
            title=row["title"],
            is_anonymous=bool(row["is_anonymous"]),
            closes_at=moment(row["closes_at"]),
            is_settled=row["settled_at"] is not None,
            is_meant=answers and reader.is_meant(Target.from_json(row["target"])),
            has_answered=bool(row["has_answered"]),
        )
        for row in await fetch(_LINES, place_id, viewer.person_id or 0)
    ]
