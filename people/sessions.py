"""Where somebody is signed in, and ending that at once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from models import clock
from models.errors import NotFound
from models.transaction import execute, fetch, moment, transaction
from people.audit import record
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser in which the viewer is signed in."""

    id: int
    device: str
    started_at: dt.datetime
    expires_at: dt.datetime


async def sessions(*, viewer: Viewer) -> list[SessionLine]:
    """Every live session of the viewer's own, the newest first."""
    rows = await fetch(
        "SELECT id, data, created_at, expires_at FROM web_session"
        " WHERE person_id=$1 AND revoked_at IS NULL AND expires_at>$2 ORDER BY id DESC",
        viewer.person_id,
        clock.now(),
    )
    return [
        SessionLine(
            row["id"],
            str(json.loads(row["data"]).get("device", "")),
            moment(row["created_at"]),
            moment(row["expires_at"]),
        )
        for row in rows
    ]


async def revoke(session_id: int, *, by: Viewer) -> None:
    """退出登录: end one of one's own sessions at once."""
    async with transaction():
        changed = await execute(
            "UPDATE web_session SET revoked_at=$1 WHERE id=$2 AND person_id=$3 AND revoked_at IS NULL",
            clock.now(),
            session_id,
            by.person_id,
        )
        if changed != 1:
            raise NotFound("session.not_found")
        await record(by, "session.revoke", subject="web_session", subject_id=session_id, place_id=by.place_id)


async def revoke_others(*, by: Viewer, kept: int) -> int:
    """退出其他登录: end every other session of one's own; gives how many."""
    async with transaction():
        changed = await execute(
            "UPDATE web_session SET revoked_at=$1 WHERE person_id=$2 AND id<>$3 AND revoked_at IS NULL",
            clock.now(),
            by.person_id,
            kept,
        )
        await record(by, "session.revoke", subject="web_session", subject_id=None, place_id=by.place_id)
    return changed
