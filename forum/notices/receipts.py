"""Who a notice is for and what became of it: told is not read; read is who opened it, or said 已读 or 收到 in chat."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.sight import maybe
from forum.states import SHOWN_SQL
from models import clock
from models.errors import NotFound
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST = 20


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice as whoever it is for sees it: nothing of whom it is for. ``is_open``: an emergency that is not over."""

    id: int
    post_id: int
    board: str
    title: str
    text: str
    at: dt.datetime
    is_emergency: bool
    is_pinned: bool
    cleared_at: dt.datetime | None
    all_clear: str
    is_for_me: bool
    read_at: dt.datetime | None
    acknowledged_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is an emergency that is not over."""
        return self.is_emergency and self.cleared_at is None

    @property
    def asks(self) -> bool:
        """Whether 收到 is still to be said."""
        return self.is_open and self.is_for_me and self.acknowledged_at is None


_OWN = (
    "SELECT n.id, n.post_id, n.board, p.title, p.text, n.sent_at, n.is_emergency, n.pinned_until, n.cleared_at,"
    " (SELECT u.text FROM notice_run u WHERE u.notice_id=n.id AND u.kind='clear') AS all_clear, r.id AS receipt_id,"
    " r.read_at, r.acknowledged_at FROM notice n JOIN post p ON p.id=n.post_id"
    " LEFT JOIN notice_receipt r ON r.notice_id=n.id AND r.person_id=$1"
)
_SEEN = f"p.state IN ({SHOWN_SQL}) AND (NOT p.is_private OR r.id IS NOT NULL OR p.author_id=$1)"


def _own(row: Row) -> OwnNotice:
    pinned = maybe(row["pinned_until"])
    return OwnNotice(
        id=row["id"],
        post_id=row["post_id"],
        board=row["board"],
        title=row["title"],
        text=row["text"],
        at=moment(row["sent_at"]),
        is_emergency=bool(row["is_emergency"]),
        is_pinned=pinned is not None and pinned > clock.now(),
        cleared_at=maybe(row["cleared_at"]),
        all_clear=row["all_clear"] or "",
        is_for_me=row["receipt_id"] is not None,
        read_at=maybe(row["read_at"]),
        acknowledged_at=maybe(row["acknowledged_at"]),
    )


async def of_post(post_id: int, *, viewer: Viewer) -> OwnNotice | None:
    """The notice behind a post, for whoever sees the post; None where there is none."""
    row = await fetch_one(f"{_OWN} WHERE n.post_id=$2", viewer.person_id or 0, post_id)
    return _own(row) if row else None


async def on_top(*, viewer: Viewer, place_id: int, board: str = "") -> list[OwnNotice]:
    """置顶和紧急的: what stands on top of a board (none named: of all) now, emergencies before anything else."""
    allow(viewer, "board.read", place_id)
    which = " AND n.board=$4" if board else ""
    values = (viewer.person_id or 0, place_id, clock.now(), *((board,) if board else ()))
    rows = await fetch(
        f"{_OWN} WHERE n.place_id=$2 AND {_SEEN} AND ((n.is_emergency AND n.cleared_at IS NULL)"
        f" OR n.pinned_until>$3){which} ORDER BY n.is_emergency DESC, n.id DESC LIMIT {MOST}",
        *values,
    )
    return [_own(row) for row in rows]


async def emergencies(*, viewer: Viewer, place_id: int) -> list[OwnNotice]:
    """还没有解除的紧急通知."""
    return [one for one in await on_top(viewer=viewer, place_id=place_id) if one.is_open]


async def own_unread(*, viewer: Viewer, place_id: int) -> list[OwnNotice]:
    """我没看的公告: those for the viewer that they have not read, the newest first."""
    allow(viewer, "board.read", place_id)
    rows = await fetch(
        f"{_OWN} WHERE n.place_id=$2 AND p.state IN ({SHOWN_SQL}) AND r.id IS NOT NULL AND r.read_at IS NULL"
        f" ORDER BY n.is_emergency DESC, n.id DESC LIMIT {MOST}",
        viewer.person_id or 0,
        place_id,
    )
    return [_own(row) for row in rows]


async def mark_read(post_id: int, *, by: Viewer) -> None:
    """Somebody has opened the post of a notice; the first time counts."""
    if by.person_id is None:
        return
    await execute(
        "UPDATE notice_receipt SET read_at=$1 WHERE person_id=$2 AND read_at IS NULL"
        " AND notice_id=(SELECT n.id FROM notice n WHERE n.post_id=$3)",
        clock.now(),
        by.person_id,
        post_id,
    )


async def acknowledge(notice_id: int, *, by: Viewer) -> OwnNotice:
    """收到: somebody says that they know of it, which is also that they have read it; twice is once."""
    allow(by, "notice.acknowledge", None)
    row = await fetch_one(f"{_OWN} WHERE n.id=$2 AND {_SEEN} AND r.id IS NOT NULL", by.person_id or 0, notice_id)
    if row is None:
        raise NotFound("notice.not_found")
    async with transaction():
        changed = await execute(
            "UPDATE notice_receipt SET acknowledged_at=$1, read_at=COALESCE(read_at, $1) WHERE notice_id=$2"
            " AND person_id=$3 AND acknowledged_at IS NULL",
            clock.now(),
            notice_id,
            by.person_id,
        )
        if changed:
            place = await fetch_one("SELECT place_id FROM notice WHERE id=$1", notice_id)
            assert place is not None
            await record(by, "notice.acknowledge", subject="notice", subject_id=notice_id, place_id=place["place_id"])
    return _own(row)


async def acknowledge_post(post_id: int, *, by: Viewer) -> OwnNotice:
    """收到, said to the post of a notice."""
    row = await fetch_one("SELECT id FROM notice WHERE post_id=$1", post_id)
    if row is None:
        raise NotFound("notice.not_found")
    return await acknowledge(row["id"], by=by)


async def newest_to_acknowledge(*, viewer: Viewer) -> int | None:
    """The emergency of which the viewer has not said 收到, the newest."""
    row = await _newest("r.acknowledged_at IS NULL AND n.is_emergency AND n.cleared_at IS NULL", viewer)
    return row["id"] if row else None


async def newest_told(*, viewer: Viewer) -> OwnNotice | None:
    """The newest notice that the viewer was told of and has not read."""
    row = await _newest("r.read_at IS NULL AND r.has_chat", viewer)
    return _own(row) if row else None


async def _newest(which: str, viewer: Viewer) -> Row | None:
    return await fetch_one(
        f"{_OWN} WHERE r.person_id=$1 AND {which} AND p.state IN ({SHOWN_SQL}) ORDER BY n.id DESC LIMIT 1",
        viewer.person_id or 0,
    )
