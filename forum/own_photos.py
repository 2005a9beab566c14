"""我的照片: what somebody put on boards, and taking one away everywhere: row, file and preview, for everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import signals
from forum import photo_sight
from models.errors import NotFound
from models.transaction import fetch, fetch_one, moment, transaction
from people import files
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_SHOWN = 200
_OF_BOARDS = f"f.parent_kind IN ('{photo_sight.POST}', '{photo_sight.REPLY}')"
_THREAD = (
    "FROM file f LEFT JOIN reply r ON f.parent_kind='reply' AND r.id=f.parent_id"
    " JOIN post p ON p.id=CASE WHEN f.parent_kind='post' THEN f.parent_id ELSE r.post_id END"
    f" WHERE f.person_id=$1 AND f.state='kept' AND {_OF_BOARDS}"
)


@dataclass(frozen=True, slots=True)
class OwnPhoto:
    """A photo of one's own, and the thread it stands in."""

    name: str
    at: dt.datetime
    post_id: int
    title: str


async def own_photos(*, viewer: Viewer) -> list[OwnPhoto]:
    """我的照片, the newest first."""
    allow(viewer, "post.drop_photo", None)
    rows = await fetch(
        f"SELECT f.name, f.created_at, p.id, p.title {_THREAD} ORDER BY f.id DESC LIMIT {MOST_SHOWN}", viewer.person_id
    )
    return [OwnPhoto(row["name"], moment(row["created_at"]), row["id"], row["title"]) for row in rows]


async def drop_photo(name: str, *, by: Viewer) -> None:
    """删除照片: one's own, at once and for everybody."""
    allow(by, "post.drop_photo", None)
    async with transaction():
        row = await fetch_one(f"SELECT f.id, f.place_id, p.id AS post_id {_THREAD} AND f.name=$2", by.person_id, name)
        if row is None:
            raise NotFound("file.not_found")
        await files.drop_where("id=$1", row["id"])
        await record(by, "post.drop_photo", subject="file", subject_id=row["id"], place_id=row["place_id"])
        signals.publish(signals.thread_topic(row["post_id"]))
