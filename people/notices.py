"""What staff were told, in a list of their own at the desk, so that nothing is lost where no chat is known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.transaction import execute, fetch, moment
from people.audience import heard
from people.viewers import Viewer

SHOWN = 100


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One thing told to the viewer."""

    id: int
    kind: str
    text: str
    path: str
    told_at: dt.datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """How many notices the viewer has not seen, and the number of the newest of them (0: none)."""

    count: int
    newest_id: int


async def notices(*, viewer: Viewer) -> list[NoticeLine]:
    """The newest things told to the viewer, those not seen first; of a place in which they work no more, nothing."""
    found = await fetch("SELECT DISTINCT needs FROM staff_notice WHERE person_id=$1", viewer.person_id)
    held = await heard(viewer, [row["needs"] for row in found])
    marks = ", ".join(f"${place}" for place in range(3, 3 + len(held))) or "NULL"
    rows = await fetch(
        "SELECT id, kind, text, path, created_at, read_at FROM staff_notice WHERE person_id=$1"
        f" AND needs IN ({marks}) ORDER BY CASE WHEN read_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $2",
        viewer.person_id,
        SHOWN,
        *held,
    )
    return [
        NoticeLine(
            row["id"],
            row["kind"],
            row["text"],
            row["path"],
            moment(row["created_at"]),
            is_read=row["read_at"] is not None,
        )
        for row in rows
    ]


async def unread(*, viewer: Viewer) -> Unread:
    """How many of them are not seen yet."""
    rows = await fetch(
        "SELECT needs, count(*) AS n, max(id) AS newest FROM staff_notice WHERE person_id=$1 AND read_at IS NULL"
        " GROUP BY needs",
        viewer.person_id,
    )
    held = await heard(viewer, [row["needs"] for row in rows])
    theirs = [row for row in rows if row["needs"] in held]
    return Unread(sum(row["n"] for row in theirs), max((row["newest"] for row in theirs), default=0))


async def mark_read(*, by: Viewer, until: int) -> int:
    """看过了: those up to a number; what came after the page was opened stays new. Gives how many."""
    return await execute(
        "UPDATE staff_notice SET read_at=$1 WHERE person_id=$2 AND id<=$3 AND read_at IS NULL",
        clock.now(),
        by.person_id,
        until,
    )


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete what was seen and is older than a moment, so many at a time; what nobody has seen stays."""
    return await execute(
        "DELETE FROM staff_notice WHERE id IN (SELECT id FROM staff_notice WHERE created_at<$1 AND read_at IS NOT NULL"
        " ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
