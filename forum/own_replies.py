"""我的回复: what somebody answered in threads here, as long as they see the thread; a page at a time by key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum import board_list
from forum.boards import kind_of
from forum.feeds import excerpt, names_sql
from forum.kinds import BoardKind
from forum.states import OWN_SQL, SHOWN_SQL
from models.post import PostState
from models.transaction import Row, fetch, moment
from people.permissions import allow
from people.viewers import Viewer

PAGE, NEWEST = 20, 2**63 - 1


@dataclass(frozen=True, slots=True)
class OwnReply:
    """A reply of one's own, and the thread it stands in; ``state`` also where neighbours do not see it."""

    id: int
    post_id: int
    kind: BoardKind
    title: str
    excerpt: str
    state: PostState
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class OwnReplies:
    """A page of them; ``next`` is the ``before`` of the following one, None at the end."""

    lines: tuple[OwnReply, ...]
    next: int | None


# The author's index is meant: their few replies are sorted, and those of the place are not read through for them.
_READ = (
    "SELECT r.id, r.post_id, r.state, r.created_at, substr(r.text, 1, 400) AS text, p.title, p.board FROM reply r"
    " JOIN post p ON p.id=r.post_id WHERE r.author_id=$1 AND r.place_id+0=$2 AND r.id<$3"
    f" AND r.state IN ({OWN_SQL}) AND (p.author_id=$1 OR (p.state IN ({SHOWN_SQL}) AND NOT p.is_private))"
    f" AND p.state IN ({OWN_SQL}) AND p.board IN ({{boards}}) ORDER BY r.id DESC LIMIT {PAGE + 1}"
)


async def own_replies(*, viewer: Viewer, place_id: int, before: int = 0) -> OwnReplies:
    """我的回复, the newest first; of private questions those in the viewer's own."""
    allow(viewer, "post.reply", place_id)
    boards = names_sql(await board_list.boards(viewer=viewer, place_id=place_id))
    rows = await fetch(_READ.format(boards=boards), viewer.person_id or 0, place_id, before or NEWEST)
    here = tuple(_line(row) for row in rows[:PAGE])
    return OwnReplies(here, here[-1].id if len(rows) > PAGE else None)


def _line(row: Row) -> OwnReply:
    return OwnReply(
        id=row["id"],
        post_id=row["post_id"],
        kind=kind_of(row["board"]),
        title=row["title"],
        excerpt=excerpt(row["text"], ""),
        state=PostState(row["state"]),
        at=moment(row["created_at"]),
    )
