"""Notices as staff see them: what is planned and what went out, how many were told and have read, and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.notices import photos, targets
from forum.notices.found import COLUMNS, FROM, READ, Found, found, visible
from models.notice import NoticeState, RunKind
from models.transaction import Row, fetch, fetch_one
from people.files import FileLine
from people.permissions import allow
from people.viewers import Viewer

PAGE, MOST_UNREAD = 30, 500


@dataclass(frozen=True, slots=True)
class Counts:
    """For how many it is, how many have a chat in which it was told, have read it, and said 收到."""

    people: int
    told: int
    read: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with its counts; ``is_reminded``: those who had not read it were reminded, which is done once."""

    notice: Found
    target: str
    counts: Counts
    is_reminded: bool
    all_clear: str
    photos: tuple[FileLine, ...]

    @property
    def may_remind(self) -> bool:
        """Whether somebody has not read it, and nobody was reminded."""
        done = self.counts.acknowledged if self.notice.is_emergency else self.counts.read
        is_over = self.notice.cleared_at is not None
        return (
            self.notice.state is NoticeState.SENT and not self.is_reminded and not is_over and done < self.counts.people
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """Somebody who has not read a notice, or of an emergency not said 收到."""

    person_id: int
    name: str
    building: str
    home: str
    has_chat: bool
    has_read: bool


@dataclass(frozen=True, slots=True)
class BuildingUnread:
    """The people of a building who have not; '' where no home of theirs is known."""

    building: str
    people: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class UnreadList:
    """By building; ``more``: how many do not stand here."""

    buildings: tuple[BuildingUnread, ...]
    count: int
    more: int


_COUNTS = (
    " (SELECT count(*) FROM notice_receipt r WHERE r.notice_id=n.id) AS people,"
    " (SELECT count(*) FROM notice_receipt r WHERE r.notice_id=n.id AND r.has_chat) AS told,"
    " (SELECT count(*) FROM notice_receipt r WHERE r.notice_id=n.id AND r.read_at IS NOT NULL) AS has_read,"
    " (SELECT count(*) FROM notice_receipt r WHERE r.notice_id=n.id AND r.acknowledged_at IS NOT NULL) AS known,"
    f" (SELECT count(*) FROM notice_run u WHERE u.notice_id=n.id AND u.kind='{RunKind.REMIND.value}') AS reminded,"
    f" (SELECT u.text FROM notice_run u WHERE u.notice_id=n.id AND u.kind='{RunKind.CLEAR.value}') AS all_clear"
)


async def notices(*, viewer: Viewer, place_id: int, after: int = 0) -> list[NoticeLine]:
    """公告的列表: the newest first, behind one that was shown; nobody but who works at them."""
    allow(viewer, READ, place_id)
    beyond = f" AND n.id<{int(after)}" if after else ""
    rows = await fetch(
        f"SELECT {COLUMNS},{_COUNTS} {FROM} WHERE n.place_id=$1{beyond} ORDER BY n.id DESC LIMIT {PAGE}", place_id
    )
    return await _lines(rows)


async def notice(notice_id: int, *, viewer: Viewer) -> NoticeLine:
    """一条公告."""
    await visible(notice_id, viewer)
    row = await fetch_one(f"SELECT {COLUMNS},{_COUNTS} {FROM} WHERE n.id=$1", notice_id)
    assert row is not None
    return (await _lines([row]))[0]


async def _lines(rows: Sequence[Row]) -> list[NoticeLine]:
    seen = [found(row) for row in rows]
    names = await targets.building_names(one.target for one in seen)
    pictures = await _photos(seen)
    return [
        _line(row, one, targets.in_words(one.target, names), photos=pictures.get(one.id, ()))
        for row, one in zip(rows, seen, strict=True)
    ]


async def _photos(seen: Sequence[Found]) -> dict[int, tuple[FileLine, ...]]:
    """By notice; once it has gone out they are those of its post."""
    waiting = await photos.waiting([one.id for one in seen if one.post_id is None])
    shown = await photos.shown([one.post_id for one in seen if one.post_id is not None])
    found = {one.id: waiting.get(one.id, []) if one.post_id is None else shown.get(one.post_id, []) for one in seen}
    return {at: tuple(one for one in files if one.is_kept) for at, files in found.items()}


def _line(row: Row, one: Found, target: str, *, photos: tuple[FileLine, ...]) -> NoticeLine:
    counts = Counts(row["people"], row["told"], row["has_read"], row["known"])
    return NoticeLine(one, target, counts, bool(row["reminded"]), row["all_clear"] or "", photos)


_UNREAD = (
    "SELECT r.person_id, r.has_chat, r.read_at, p.name, e.name AS estate, b.name AS building, h.label"
    " FROM notice_receipt r JOIN person p ON p.id=r.person_id AND p.is_active"
    " LEFT JOIN residence d ON d.id=(SELECT min(o.id) FROM residence o WHERE o.person_id=r.person_id"
    " AND o.place_id=$2 AND o.state='living') LEFT JOIN home h ON h.id=d.home_id"
    " LEFT JOIN building b ON b.id=h.building_id LEFT JOIN estate e ON e.id=b.estate_id WHERE r.notice_id=$1"
)


async def unread(notice_id: int, *, viewer: Viewer, most: int = MOST_UNREAD) -> UnreadList:
    """还没看的人: by building and home, of an emergency those who have not said 收到; no numbers, these are seen by the
    person's card, on record."""
    one = await visible(notice_id, viewer)
    done = "acknowledged_at" if one.is_emergency else "read_at"
    rows = await fetch(
        f"{_UNREAD} AND r.{done} IS NULL ORDER BY e.name, b.sort, h.sort, p.name, p.id LIMIT {int(most)}",
        one.id,
        one.place_id,
    )
    total = await fetch_one(
        "SELECT count(*) AS n FROM notice_receipt r JOIN person p ON p.id=r.person_id AND p.is_active"
        f" WHERE r.notice_id=$1 AND r.{done} IS NULL",
        one.id,
    )
    count = total["n"] if total else 0
    return UnreadList(_by_building([_person(row) for row in rows]), count, count - len(rows))


def _person(row: Row) -> Unread:
    building = f"{row['estate']} {row['building']}" if row["building"] else ""
    is_read = row["read_at"] is not None
    return Unread(row["person_id"], row["name"], building, row["label"] or "", bool(row["has_chat"]), is_read)


def _by_building(people: Sequence[Unread]) -> tuple[BuildingUnread, ...]:
    named: dict[str, list[Unread]] = {}
    for one in people:
        named.setdefault(one.building, []).append(one)
    return tuple(BuildingUnread(name, tuple(these)) for name, these in named.items())
