"""What somebody wrote, offered and was told on boards, for their own page and copy; of each the newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.board import BoardName
from models.moderation import MeasureKind
from models.transaction import Row, fetch, moment


@dataclass(frozen=True, slots=True)
class PostKept:
    """What they wrote on a board: a post, or a reply to one (then without a title)."""

    board: BoardName
    title: str
    text: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ThingKept:
    """What they offered or stood in line for, did not come to, asked for or took on, and how far it is."""

    thing: str
    title: str
    standing: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class MeasureKept:
    """What was done about something they wrote, why, and what they said to it."""

    measure: MeasureKind
    board: BoardName
    title: str
    why: str
    at: dt.datetime
    appeal: str


@dataclass(frozen=True, slots=True)
class NoticeKept:
    """A notice of the committee that was for them, and when they read it and said that they know."""

    title: str
    at: dt.datetime
    read_at: dt.datetime | None
    acknowledged_at: dt.datetime | None


_MEASURES = (
    "SELECT m.kind, m.board, m.title, m.reason, m.created_at, a.text AS appeal FROM measure m LEFT JOIN appeal a"
    " ON a.measure_id=m.id WHERE m.person_id=$1 AND m.told_at IS NOT NULL ORDER BY m.id DESC LIMIT $2"
)
_POSTS = (
    "SELECT board, title, text, created_at FROM post WHERE author_id=$1 UNION ALL"
    " SELECT p.board, '', r.text, r.created_at FROM reply r JOIN post p ON p.id=r.post_id WHERE r.author_id=$1"
    " ORDER BY created_at DESC LIMIT $2"
)
_NOTICES = (
    "SELECT p.title, r.created_at, r.read_at, r.acknowledged_at FROM notice_receipt r JOIN notice n ON n.id=r.notice_id"
    " JOIN post p ON p.id=n.post_id WHERE r.person_id=$1 ORDER BY r.id DESC LIMIT $2"
)
_THINGS = (
    "SELECT 'item' AS thing, p.title, i.state AS standing, i.created_at AS made_at FROM item i JOIN post p"
    " ON p.id=i.post_id WHERE p.author_id=$1 UNION ALL SELECT 'line', p.title, r.state, r.created_at FROM reservation r"
    " JOIN item i ON i.id=r.item_id JOIN post p ON p.id=i.post_id WHERE r.person_id=$1 UNION ALL"
    " SELECT 'no_show', p.title, CASE WHEN n.struck_at IS NULL THEN 'noted' ELSE 'struck' END, n.created_at"
    " FROM no_show n JOIN reservation r ON r.id=n.reservation_id JOIN item i ON i.id=r.item_id"
    " JOIN post p ON p.id=i.post_id WHERE n.person_id=$1 UNION ALL SELECT 'wish', p.title, w.state, w.created_at"
    " FROM wish w JOIN post p ON p.id=w.post_id WHERE p.author_id=$1 OR w.for_person_id=$1 UNION ALL"
    " SELECT 'claim', p.title, w.state, w.claimed_at FROM wish w JOIN post p ON p.id=w.post_id"
    " WHERE w.claimed_by_id=$1 ORDER BY made_at DESC LIMIT $2"
)


async def posts(person_id: int, *, most: int) -> tuple[PostKept, ...]:
    """Their posts and replies."""
    return tuple([_post(row) for row in await fetch(_POSTS, person_id, most)])


def _post(row: Row) -> PostKept:
    return PostKept(BoardName(row["board"]), row["title"], row["text"], moment(row["created_at"]))


async def things(person_id: int, *, most: int) -> tuple[ThingKept, ...]:
    """Idle items and wishes they have a part in."""
    return tuple([_thing(row) for row in await fetch(_THINGS, person_id, most)])


def _thing(row: Row) -> ThingKept:
    return ThingKept(row["thing"], row["title"], row["standing"], moment(row["made_at"]))


async def measures(person_id: int, *, most: int) -> tuple[MeasureKept, ...]:
    """What was done about something they wrote."""
    return tuple([_measure(row) for row in await fetch(_MEASURES, person_id, most)])


def _measure(row: Row) -> MeasureKept:
    kind, board = MeasureKind(row["kind"]), BoardName(row["board"])
    return MeasureKept(kind, board, row["title"], row["reason"], moment(row["created_at"]), row["appeal"] or "")


async def notices(person_id: int, *, most: int) -> tuple[NoticeKept, ...]:
    """Notices that were for them."""
    return tuple([_notice(row) for row in await fetch(_NOTICES, person_id, most)])


def _notice(row: Row) -> NoticeKept:
    read, known = (moment(row[at]) if row[at] else None for at in ("read_at", "acknowledged_at"))
    return NoticeKept(row["title"], moment(row["created_at"]), read, known)
