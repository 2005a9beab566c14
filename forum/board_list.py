"""The boards of a neighbourhood: which are on, what is set about each, and where something is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.boards import kind_of, kinds
from forum.defaults import defaults
from forum.kinds import BoardKind
from models import clock
from models.board import BoardName
from models.errors import NotFound
from models.transaction import Row, execute, fetch, fetch_one, moment
from people.scope import must_see
from people.viewers import Viewer, ViewerKind


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A board of a place. ``reply_hours``: within how many working hours an answer is owed, None: none is.

    ``is_public``: everybody may read what its offices publish there. ``is_new``: something came there since the viewer
    last looked. ``named_id`` is whom the board is about.
    """

    kind: BoardKind
    place_id: int
    is_on: bool
    is_set: bool
    is_public: bool
    reply_hours: float | None
    intro: str
    named_id: int | None
    posts: int
    last_at: dt.datetime | None
    is_new: bool

    @property
    def path(self) -> str:
        """Where it is."""
        return self.kind.path or f"/boards/{self.kind.key}"


_ROWS = (
    "SELECT b.name, b.is_on, b.is_public, b.reply_hours, b.intro, b.named_id, b.post_count, b.last_at, s.seen_at"
    " FROM board b"
    " LEFT JOIN board_seen s ON s.place_id=b.place_id AND s.board=b.name AND s.person_id=$2 WHERE b.place_id=$1"
)


async def boards(*, viewer: Viewer, place_id: int) -> list[BoardLine]:
    """板块: those that are on and that the viewer may read, in the community's order; two statements."""
    must_see(viewer, "board.read", place_id, thing="place")
    return [
        line
        for line in await all_lines(place_id, seen_by=viewer.person_id)
        if line.is_on and may_read(viewer, line.kind, place_id)
    ]


async def all_lines(place_id: int, *, seen_by: int | None) -> list[BoardLine]:
    """Every kind there is as it stands in a place, for a caller who has looked whether it may be seen."""
    place = await fetch_one("SELECT is_rural FROM place WHERE id=$1", place_id)
    if place is None:
        raise NotFound("place.not_found")
    rows = {row["name"]: row for row in await fetch(_ROWS, place_id, seen_by or 0)}
    lines = [
        _line(kind, rows.get(kind.key), place_id=place_id, is_rural=bool(place["is_rural"]))
        for kind in kinds().values()
    ]
    return sorted(lines, key=lambda line: defaults().order(line.kind.key))


async def as_set(name: BoardName, *, place_id: int) -> BoardLine:
    """A board as it stands in a place, on or off, for a caller who has looked whether it may be seen."""
    return next(line for line in await all_lines(place_id, seen_by=None) if line.kind.key is name)


def _line(kind: BoardKind, row: Row | None, *, place_id: int, is_rural: bool) -> BoardLine:
    begins_on = defaults().is_on(kind.key, is_rural=is_rural)
    if row is None:
        return BoardLine(kind, place_id, begins_on, False, False, _hours(kind, None), "", None, 0, None, False)  # noqa: FBT003
    last = moment(row["last_at"]) if row["last_at"] else None
    seen = moment(row["seen_at"]) if row["seen_at"] else None
    return BoardLine(
        kind=kind,
        place_id=place_id,
        is_on=begins_on if row["is_on"] is None else bool(row["is_on"]),
        is_set=row["is_on"] is not None,
        is_public=kind.may_be_public and bool(row["is_public"]),
        reply_hours=_hours(kind, row["reply_hours"]),
        intro=row["intro"],
        named_id=row["named_id"],
        posts=row["post_count"],
        last_at=last,
        is_new=last is not None and (seen is None or seen < last),
    )


def _hours(kind: BoardKind, own: float | None) -> float | None:
    """A neighbourhood's own, the community's, or the kind's; nothing where the kind owes no answer."""
    if not kind.has_clock:
        return None
    return own if own is not None else defaults().reply_hours.get(kind.key, kind.reply_hours)


def may_read(viewer: Viewer, kind: BoardKind, place_id: int) -> bool:
    """Whether the viewer is one of those who read this kind of board in a place."""
    if viewer.kind is ViewerKind.SYSTEM:
        return True
    return any(held.role in kind.reads and held.place_id == place_id for held in viewer.roles)


async def board(name: str, *, viewer: Viewer, place_id: int) -> BoardLine:
    """One board that is on; NotFound for whoever may not read it."""
    kind = kind_of(name)
    found = next((one for one in await boards(viewer=viewer, place_id=place_id) if one.kind.key == kind.key), None)
    if found is None:
        raise NotFound("board.not_found")
    return found


async def mark_seen(name: BoardName, *, by: Viewer, place_id: int) -> None:
    """Somebody has looked at a board: what is there now is no longer new to them."""
    if by.person_id is None:
        return
    await execute(
        "INSERT INTO board_seen (created_at, person_id, place_id, board, seen_at) VALUES ($1,$2,$3,$4,$1)"
        " ON CONFLICT (person_id, place_id, board) DO UPDATE SET seen_at=excluded.seen_at",
        clock.now(),
        by.person_id,
        place_id,
        name.value,
    )
