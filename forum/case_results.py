"""What became of the case that a thread led to, read where the thread is shown: nothing of it is copied here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.loop import CASE_STATES
from forum.sight import Found, maybe
from models.case import CaseState
from models.transaction import fetch, fetch_one
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case as a thread shows it: its number, how far it is, who has it, and once it was answered what was said.

    Of a private case there is only the number and how far it is.
    """

    id: int
    number: str
    state: CaseState
    is_open: bool
    unit: str
    words: str
    at: dt.datetime | None


_READ = (
    "SELECT c.id, c.number, c.state, c.is_private, t.name AS unit,"
    " (SELECT s.id FROM case_step s WHERE s.case_id=c.id AND s.verb='case.reply' AND s.is_public"
    " ORDER BY s.id DESC LIMIT 1) AS step_id FROM cases c LEFT JOIN team t ON t.id=c.team_id WHERE c.id=$1"
)
_TOLD = (CaseState.ANSWERED, CaseState.CLOSED, CaseState.STRUCK_OFF)


async def of_post(post: Found) -> CaseResult | None:
    """办理结果: the case of a post that its caller found."""
    row = await fetch_one(_READ, post.case_id)
    if row is None:
        return None
    state, is_open = CaseState(row["state"]), not row["is_private"]
    step = await fetch_one("SELECT note, created_at FROM case_step WHERE id=$1", row["step_id"] or 0)
    is_told = step is not None and state in _TOLD and is_open
    return CaseResult(
        id=row["id"],
        number=row["number"],
        state=state,
        is_open=CASE_STATES[state].is_open,
        unit=(row["unit"] or "") if is_open else "",
        words=step["note"] if step is not None and is_told else "",
        at=maybe(step["created_at"]) if step is not None and is_told else None,
    )


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """A thread that led to a case or tells of it."""

    id: int
    title: str


async def threads_of(case_id: int, *, viewer: Viewer) -> list[ThreadLink]:
    """相关的帖子: of a case that its caller may see, those of the viewer's own places that every neighbour sees."""
    rows = await fetch(
        "SELECT id, title, place_id FROM post WHERE case_id=$1 AND state IN ('published','locked') AND NOT is_private"
        " ORDER BY id",
        case_id,
    )
    held = {held.place_id for held in viewer.roles}
    return [ThreadLink(row["id"], row["title"]) for row in rows if row["place_id"] in held]
