"""候补: who waits moves up by themselves when a place is free; by the clock what nobody's press has set right."""

from __future__ import annotations

from forum.activities import telling
from forum.activities.ending import end
from forum.activities.sight import LIVES, Called
from forum.states import SHOWN_SQL
from models import clock
from models.transaction import execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST = 200
_NEXT = (
    f"SELECT s.id, s.person_id FROM sign_up s WHERE s.activity_id=$1 AND s.state='waiting' AND {LIVES}"
    " ORDER BY s.id LIMIT $2"
)
_FREE = "SELECT places-taken AS n FROM activity WHERE id=$1 AND state='on' AND starts_at>$2"


async def move_up(found: Called) -> int:
    """Give free places to those who wait longest, and tell them; in the transaction that holds the activity's row."""
    return await _move_up(found.id)


async def _move_up(activity_id: int) -> int:
    row = await fetch_one(_FREE, activity_id, clock.now())
    if row is None or row["n"] <= 0:
        return 0
    moved = await fetch(_NEXT, activity_id, row["n"])
    for one in moved:
        await execute("UPDATE sign_up SET state='in' WHERE id=$1 AND state='waiting'", one["id"])
    await telling.tell(activity_id, [one["person_id"] for one in moved], "moved_up")
    return len(moved)


_GONE = (
    f"SELECT s.id, s.activity_id, s.place_id FROM sign_up s JOIN activity a ON a.id=s.activity_id"
    f" WHERE s.open_for IS NOT NULL AND a.state='on' AND a.starts_at>$1 AND NOT {LIVES} ORDER BY s.id LIMIT {MOST}"
)
_WAITED_FOR = (
    "SELECT a.id, a.place_id FROM activity a JOIN post p ON p.id=a.post_id WHERE a.state='on' AND a.starts_at>$1"
    f" AND p.state IN ({SHOWN_SQL}) AND a.taken<a.places AND EXISTS"
    f" (SELECT 1 FROM sign_up s WHERE s.activity_id=a.id AND s.state='waiting' AND {LIVES}) ORDER BY a.id LIMIT {MOST}"
)
_DELETED = (
    "SELECT a.id, a.place_id FROM activity a JOIN post p ON p.id=a.post_id WHERE a.state='on' AND a.starts_at>$1"
    f" AND p.state='deleted' ORDER BY a.id LIMIT {MOST}"
)


async def settle(*, by: Viewer) -> int:
    """活动名额: who moved away has no place any more, free places go to those who wait, and what its author took away
    does not take place; gives how many activities changed."""
    allow(by, "activity.settle", None)
    now = clock.now()
    for row in await fetch(_DELETED, now):
        await _call_off(row["id"], place_id=row["place_id"], by=by)
    for row in await fetch(_GONE, now):
        async with transaction():
            await execute("UPDATE activity SET version=version+1 WHERE id=$1", row["activity_id"])
            await fetch_one(LEAVE, now, row["id"])
            await record(by, "activity.settle", subject="sign_up", subject_id=row["id"], place_id=row["place_id"])
    waited_for = await fetch(_WAITED_FOR, now)
    for row in waited_for:
        async with transaction():
            await execute("UPDATE activity SET version=version+1 WHERE id=$1", row["id"])
            await _move_up(row["id"])
            await record(by, "activity.settle", subject="activity", subject_id=row["id"], place_id=row["place_id"])
    return len(waited_for)


LEAVE = "UPDATE sign_up SET state='left', open_for=NULL, left_at=$1 WHERE id=$2 AND open_for IS NOT NULL RETURNING id"
"""Give a place back, or stop waiting for one."""


async def _call_off(activity_id: int, *, place_id: int, by: Viewer) -> None:
    why = say("activity.tell.deleted")
    async with transaction():
        if await end(activity_id, reason=why):
            await record(by, "activity.settle", subject="activity", subject_id=activity_id, place_id=place_id)
            await telling.tell_everybody(activity_id, "called_off", why=why)
