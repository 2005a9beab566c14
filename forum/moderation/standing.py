"""Who may not write for a while, on one board or anywhere, until when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.board import BoardName
from models.errors import NotAllowed
from models.transaction import fetch_one, moment
from models.wording import say_moment
from people.viewers import Viewer

_RUNS = (
    "SELECT kind, reason, ends_at FROM measure WHERE person_id=$1 AND place_id=$2 AND ended_at IS NULL AND ends_at>$3"
    " AND (kind='ban' OR (kind='mute' AND board=$4)) ORDER BY ends_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """Somebody may not write; until when, and the reason they were given."""

    is_everywhere: bool
    until: dt.datetime
    reason: str


async def restriction(person_id: int, *, place_id: int, board: BoardName) -> Restriction | None:
    """What keeps somebody from writing on a board now: the one that lasts longest."""
    row = await fetch_one(_RUNS, person_id, place_id, clock.now(), board.value)
    return Restriction(row["kind"] == "ban", moment(row["ends_at"]), row["reason"]) if row else None


async def must_be_able_to_write(by: Viewer, *, place_id: int, board: BoardName) -> None:
    """Refuse with until when and why."""
    if by.person_id is None:
        return
    found = await restriction(by.person_id, place_id=place_id, board=board)
    if found is not None:
        key = "moderation.banned" if found.is_everywhere else "moderation.muted"
        raise NotAllowed(key, until=say_moment(found.until), reason=found.reason)
