"""It was not me: what was signed in or connected in somebody's name in the last day ends at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import notices
from courier.letters import Letter
from models import clock
from models.errors import NotAllowed
from models.transaction import execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.ending import ENDED, NOT_ENDED, end_sessions
from people.permissions import allow
from people.viewers import Viewer

REACH = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Disowned:
    """How many sessions and how many chats were ended."""

    sessions: int
    chats: int

    @property
    def any(self) -> bool:
        """Whether there was anything to end."""
        return bool(self.sessions or self.chats)


async def disown(*, by: Viewer) -> Disowned:
    """不是我: sessions begun and chats connected in the last day, later than the chat that says so; codes go too."""
    allow(by, "session.disown", None)
    if by.contact_id is None or by.person_id is None:
        raise NotAllowed("not_allowed", verb="session.disown")
    async with transaction():
        now = clock.now()
        since = await _since(by.contact_id)
        sessions = await end_sessions(
            "person_id=$2 AND created_at>=$3 AND (contact_id IS NULL OR contact_id<>$4)",
            by.person_id,
            since,
            by.contact_id,
        )
        chats = await _let_chats_go(by, since=since, now=now)
        if not sessions and not chats:
            return Disowned(0, 0)
        gone = Disowned(sessions, len(chats))
        await execute("DELETE FROM login_code WHERE person_id=$1", by.person_id)
        await execute(
            "UPDATE bind_code SET used_at=$1 WHERE person_id=$2 AND used_at IS NULL", clock.now(), by.person_id
        )
        detail = f"{gone.sessions} sessions, {gone.chats} chats"
        await record(
            by, "session.disown", subject="person", subject_id=by.person_id, place_id=by.place_id, detail=detail
        )
        for contact_id in chats:
            await notices.tell_contact(Letter(say("bind.unbound")), contact_id=contact_id, kind="contact.unbind")
    return gone


async def _since(contact_id: int) -> dt.datetime:
    """A day ago, or when this very chat was connected, if that is later: a new chat ends no older one."""
    row = await fetch_one("SELECT bound_at FROM contact WHERE id=$1 AND bound_at>$2", contact_id, clock.now() - REACH)
    return row["bound_at"] if row else clock.now() - REACH


async def _let_chats_go(by: Viewer, *, since: dt.datetime, now: dt.datetime) -> list[int]:
    """They never were theirs, nor were the browsers' chats that ended just now: nothing that was said there is. Gives
    those to be told, by the names of their lanes."""
    rows = await fetch(
        "UPDATE contact SET person_id=NULL, bound_at=NULL WHERE person_id=$1 AND bound_at>=$2 AND id<>$3"
        f" AND ({NOT_ENDED} OR closed_at>=$4) RETURNING id, channel, address",
        by.person_id,
        since,
        by.contact_id,
        now,
    )
    left = [row for row in rows if not row["address"].startswith(f"{ENDED}:")]
    return [row["id"] for row in sorted(left, key=lambda row: (row["channel"], row["address"]))]
