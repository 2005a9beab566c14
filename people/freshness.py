"""Whether somebody has just proved who they are, which deeds that destroy or carry out ask for once more."""

from __future__ import annotations

import datetime as dt

from models import clock
from models.errors import NotAllowed
from models.transaction import execute, fetch_one, moment
from people import login, second_step
from people.viewers import Viewer

LENGTH = dt.timedelta(minutes=5)
_CODE_DIGITS = 6


def is_fresh(fresh_at: dt.datetime | None) -> bool:
    """Whether the proof is not older than five minutes."""
    return fresh_at is not None and clock.now() - fresh_at < LENGTH


async def must_be_fresh(session_id: int | None) -> None:
    """Refuse where the session's last proof is too old."""
    row = await fetch_one("SELECT fresh_at FROM web_session WHERE id=$1", session_id)
    if row is None or not is_fresh(moment(row["fresh_at"]) if row["fresh_at"] else None):
        raise NotAllowed("login.not_fresh")


async def prove(secret: str, *, by: Viewer, session_id: int) -> None:
    """再确认: by one's password, or by a code of the app where one is in force."""
    written = "".join(secret.split())
    if len(written) == _CODE_DIGITS and written.isdecimal() and await login.has_second_step(by.person_id):
        await second_step.must_know(written, person_id=by.person_id)
    else:
        await login.must_know(secret, by=by)
    await execute("UPDATE web_session SET fresh_at=$1 WHERE id=$2 AND revoked_at IS NULL", clock.now(), session_id)
