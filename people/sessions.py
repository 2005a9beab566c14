"""Where somebody is signed in, and ending that at once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from models import clock
from models.errors import NotFound
from models.transaction import execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.ending import end_sessions
from people.permissions import allow
from people.viewers import Viewer

LOOK = dt.timedelta(minutes=10)
"""How exactly is kept when somebody last looked: a page writes at most once in this time."""

SETTLES_AFTER = dt.timedelta(days=1)
PRINTED = "printed"
"""How a session came about that began with a code on paper."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser in which the viewer is signed in: ``via`` says how they came in, '' where that is not known."""

    id: int
    device: str
    via: str
    started_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


async def sessions(*, viewer: Viewer) -> list[SessionLine]:
    """Every live session of the viewer's own, the newest first."""
    rows = await fetch(
        "SELECT id, data, via, created_at, seen_at, expires_at FROM web_session"
        " WHERE person_id=$1 AND revoked_at IS NULL AND expires_at>$2 ORDER BY id DESC",
        viewer.person_id,
        clock.now(),
    )
    return [
        SessionLine(
            row["id"],
            str(json.loads(row["data"]).get("device", "")),
            row["via"],
            moment(row["created_at"]),
            moment(row["seen_at"] or row["created_at"]),
            moment(row["expires_at"]),
        )
        for row in rows
    ]


async def look(session_id: int, *, slides_to: dt.timedelta | None = None) -> None:
    """Keep that somebody looked just now; with ``slides_to`` the session lasts so long from here."""
    now = clock.now()
    if slides_to is None:
        await execute("UPDATE web_session SET seen_at=$1 WHERE id=$2 AND revoked_at IS NULL", now, session_id)
        return
    await execute(
        "UPDATE web_session SET seen_at=$1, expires_at=$2 WHERE id=$3 AND revoked_at IS NULL",
        now,
        now + slides_to,
        session_id,
    )


async def revoke(session_id: int, *, by: Viewer) -> None:
    """退出登录: end one of one's own sessions at once."""
    allow(by, "session.revoke", None)
    async with transaction():
        if not await end_sessions("id=$2 AND person_id=$3", session_id, by.person_id):
            raise NotFound("session.not_found")
        await record(by, "session.revoke", subject="web_session", subject_id=session_id, place_id=by.place_id)


async def revoke_others(*, by: Viewer, kept: int) -> int:
    """退出其他登录: end every other session of one's own; gives how many."""
    allow(by, "session.revoke", None)
    async with transaction():
        changed = await end_sessions("person_id=$2 AND id<>$3", by.person_id, kept)
        await record(by, "session.revoke", subject="web_session", subject_id=None, place_id=by.place_id)
    return changed


async def is_settled(session_id: int | None) -> bool:
    """Whether a session may be trusted with what cannot be undone: not one that began with a slip of paper, nor one of
    the last day, in which its owner may not have seen the notice of it yet. A password of staff is trusted at once."""
    row = await fetch_one("SELECT via, created_at FROM web_session WHERE id=$1", session_id)
    if row is None or row["via"] == PRINTED:
        return False
    return row["via"] == "" or moment(row["created_at"]) <= clock.now() - SETTLES_AFTER
