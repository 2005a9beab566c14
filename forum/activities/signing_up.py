"""报名: taking a place or getting in line for one, giving it back, and being reminded the day before."""

from __future__ import annotations

import datetime as dt

from casework.once import is_first
from forum.activities import telling
from forum.activities.moving_up import LEAVE, move_up
from forum.activities.sight import LIVES, OwnPlace, activity, held, must_be_open
from forum.states import SHOWN_SQL
from models import clock
from models.activity import SignUpState
from models.errors import Invalid, NotFound, Taken, WrongState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import Viewer

MOST_WAITING, MOST = 100, 300
_SIGN_UP = (
    "INSERT INTO sign_up (created_at, activity_id, place_id, person_id, state, open_for, tries)"
    " VALUES ($1,$2,$3,$4,$5,$6,"
    "(SELECT COALESCE(max(o.tries),0) FROM sign_up o WHERE o.activity_id=$2 AND o.person_id=$4))"
    " ON CONFLICT (open_for) DO NOTHING RETURNING id"
)
"""Tries of a wrong code stay with who leaves and signs up again."""


async def sign_up(post_id: int, *, by: Viewer) -> OwnPlace:
    """报名: a place, or one in line where none is left; who asks first has it, however many ask at once."""
    found = await activity(post_id, viewer=by)
    allow(by, "activity.sign_up", found.post.place_id)
    if by.person_id is None:
        raise NotFound("activity.not_found")
    async with transaction():
        found = await held(found, viewer=by)
        must_be_open(found)
        if found.own is not None:
            raise WrongState("activity.signed_up")
        state = SignUpState.IN if found.left and not found.waiting else SignUpState.WAITING
        if state is SignUpState.WAITING and found.waiting >= MOST_WAITING:
            raise Invalid("activity.line_full", most=MOST_WAITING)
        place_id, once = found.post.place_id, f"{found.id}:{by.person_id}"
        if await fetch_one(_SIGN_UP, clock.now(), found.id, place_id, by.person_id, state.value, once) is None:
            raise Taken("activity.signed_up")
        await record(by, "activity.sign_up", subject="activity", subject_id=found.id, place_id=place_id)
        own = (await activity(post_id, viewer=by)).own
    if own is None:
        raise Taken("activity.changed")
    return own


async def cancel(post_id: int, *, by: Viewer) -> None:
    """取消报名: one's own, before it begins; whoever waits longest has the place at once, and hears of it."""
    found = await activity(post_id, viewer=by)
    allow(by, "activity.cancel", None)
    async with transaction():
        found = await held(found, viewer=by)
        if found.own is None:
            raise WrongState("activity.not_signed_up")
        must_be_open(found)
        if found.own.is_present:
            raise WrongState("activity.is_present")
        if await fetch_one(LEAVE, clock.now(), found.own.id) is None:
            raise Taken("activity.changed")
        await record(by, "activity.cancel", subject="activity", subject_id=found.id, place_id=found.post.place_id)
        await move_up(found)


_TO_REMIND = (
    "SELECT s.id, s.place_id, s.person_id, s.activity_id FROM sign_up s JOIN activity a ON a.id=s.activity_id"
    f" JOIN post p ON p.id=a.post_id WHERE s.state='in' AND a.state='on' AND p.state IN ({SHOWN_SQL}) AND {LIVES}"
    " AND a.starts_at>$1 AND a.starts_at<$2 AND s.created_at<$3 AND NOT EXISTS"
    " (SELECT 1 FROM counter c WHERE c.name='activity.remind:' || CAST(s.id AS TEXT)) ORDER BY a.starts_at, s.id"
    f" LIMIT {MOST}"
)


async def remind(*, by: Viewer) -> int:
    """提醒活动: by day, who has a place in something that is tomorrow (or today, where the job was late), once; who
    signed up today knows. Gives how many."""
    allow(by, "activity.remind", None)
    now, today = clock.now(), clock.today()
    if is_quiet(now):
        return 0
    until, made = clock.midnight(today + dt.timedelta(days=2)), clock.midnight(today)
    return sum([await _remind(row, by=by) for row in await fetch(_TO_REMIND, now, until, made)])


async def _remind(row: Row, *, by: Viewer) -> bool:
    async with transaction():
        stands = await execute("UPDATE sign_up SET tries=tries WHERE id=$1 AND state='in'", row["id"])
        if not stands or not await is_first(f"activity.remind:{row['id']}"):
            return False
        await record(by, "activity.remind", subject="sign_up", subject_id=row["id"], place_id=row["place_id"])
        await telling.tell(row["activity_id"], [row["person_id"]], "tomorrow")
    return True
