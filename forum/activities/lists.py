"""Lists of activities: what is to come in a neighbourhood, what was, and what somebody signed up for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum import board_list
from forum.states import SHOWN_SQL
from models import clock
from models.activity import ActivityState, SignUpState
from models.board import BoardName
from models.rules import rules
from models.transaction import Row, fetch, moment
from people.permissions import allow
from people.viewers import Viewer

MOST_COMING, MOST_PAST = 50, 20


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity in a list; ``own`` is where the viewer stands, None for who did not sign up."""

    post_id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    places: int
    taken: int
    waiting: int
    state: ActivityState
    is_volunteering: bool
    own: SignUpState | None

    @property
    def left(self) -> int:
        """How many places nobody has."""
        return max(0, self.places - self.taken)


_LINES = (
    "SELECT a.post_id, p.title, a.starts_at, a.ends_at, a.venue, a.places, a.taken, a.state, a.is_volunteering,"
    " (SELECT count(*) FROM sign_up w WHERE w.activity_id=a.id AND w.state='waiting') AS waiting, m.state AS own"
    " FROM activity a JOIN post p ON p.id=a.post_id LEFT JOIN sign_up m ON m.activity_id=a.id AND m.person_id=$2"
    f" AND m.open_for IS NOT NULL WHERE a.place_id=$1 AND p.state IN ({SHOWN_SQL}) AND p.board='activities'"
)


async def coming(*, viewer: Viewer, place_id: int) -> list[ActivityLine]:
    """近期活动: what has not ended, the next first."""
    await board_list.board(BoardName.ACTIVITIES.value, viewer=viewer, place_id=place_id)
    sql = f"{_LINES} AND a.ends_at>$3 ORDER BY a.starts_at, a.id LIMIT {MOST_COMING}"
    return [_line(row) for row in await fetch(sql, place_id, viewer.person_id or 0, clock.now())]


async def past(*, viewer: Viewer, place_id: int) -> list[ActivityLine]:
    """办过的活动: the latest first."""
    await board_list.board(BoardName.ACTIVITIES.value, viewer=viewer, place_id=place_id)
    sql = f"{_LINES} AND a.ends_at<=$3 ORDER BY a.starts_at DESC, a.id DESC LIMIT {MOST_PAST}"
    return [_line(row) for row in await fetch(sql, place_id, viewer.person_id or 0, clock.now())]


async def mine(*, viewer: Viewer) -> list[ActivityLine]:
    """我报名的活动: what has not ended, the next first."""
    allow(viewer, "activity.cancel", None)
    if viewer.place_id is None:
        return []
    sql = f"{_LINES} AND m.id IS NOT NULL AND a.ends_at>$3 ORDER BY a.starts_at, a.id LIMIT {MOST_COMING}"
    return [_line(row) for row in await fetch(sql, viewer.place_id, viewer.person_id or 0, clock.now())]


async def checking_in(*, viewer: Viewer, place_id: int) -> list[ActivityLine]:
    """现在可以签到的 in a neighbourhood: where the viewer has a place, and is not signed in yet."""
    allow(viewer, "activity.cancel", None)
    early = dt.timedelta(minutes=rules().activities.check_in_minutes)
    sql = f"{_LINES} AND m.state='in' AND m.present_at IS NULL AND a.state='on' AND a.starts_at<=$3 AND a.ends_at>$4"
    now = clock.now()
    rows = await fetch(f"{sql} ORDER BY a.starts_at, a.id", place_id, viewer.person_id, now + early, now - early)
    return [_line(row) for row in rows]


def _line(row: Row) -> ActivityLine:
    return ActivityLine(
        post_id=row["post_id"],
        title=row["title"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        venue=row["venue"],
        places=row["places"],
        taken=row["taken"],
        waiting=row["waiting"],
        state=ActivityState(row["state"]),
        is_volunteering=bool(row["is_volunteering"]),
        own=SignUpState(row["own"]) if row["own"] else None,
    )
