"""A notice as staff of its neighbourhood find it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.boards import kind_of
from forum.kinds import BoardKind
from forum.notices.targets import Target
from forum.sight import maybe
from models.errors import NotFound
from models.notice import NoticeState
from models.transaction import Row, fetch_one, moment
from people.scope import must_see
from people.viewers import Viewer

READ = "notice.read"
COLUMNS = (
    "n.id, n.place_id, n.board, n.state, n.version, COALESCE(p.title, n.title) AS title,"
    " COALESCE(p.text, n.text) AS text, n.target, n.is_emergency, n.by_id, n.send_at, n.sent_at, n.pinned_until,"
    " n.cleared_at, n.post_id"
)
FROM = "FROM notice n LEFT JOIN post p ON p.id=n.post_id"


@dataclass(frozen=True, slots=True)
class Found:
    """A notice as it was just read; once it has gone out its words are those of its post."""

    id: int
    place_id: int
    kind: BoardKind
    state: NoticeState
    version: int
    title: str
    text: str
    target: Target
    is_emergency: bool
    by_id: int
    send_at: dt.datetime
    sent_at: dt.datetime | None
    pinned_until: dt.datetime | None
    cleared_at: dt.datetime | None
    post_id: int | None


def found(row: Row) -> Found:
    """A row with ``COLUMNS``."""
    return Found(
        id=row["id"],
        place_id=row["place_id"],
        kind=kind_of(row["board"]),
        state=NoticeState(row["state"]),
        version=row["version"],
        title=row["title"],
        text=row["text"],
        target=Target.from_json(row["target"]),
        is_emergency=bool(row["is_emergency"]),
        by_id=row["by_id"],
        send_at=moment(row["send_at"]),
        sent_at=maybe(row["sent_at"]),
        pinned_until=maybe(row["pinned_until"]),
        cleared_at=maybe(row["cleared_at"]),
        post_id=row["post_id"],
    )


async def visible(notice_id: int, viewer: Viewer) -> Found:
    """A notice, or NotFound for whoever does not work at it: whom it is for is knowledge of staff."""
    row = await fetch_one(f"SELECT {COLUMNS} {FROM} WHERE n.id=$1", notice_id)
    if row is None:
        raise NotFound("notice.not_found")
    must_see(viewer, READ, row["place_id"], thing="notice")
    return found(row)
