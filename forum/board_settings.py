"""Setting a board of a neighbourhood: on or off, how soon answers are owed, who stands for it, what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from forum.board_list import BoardLine, all_lines
from forum.boards import kind_of
from forum.kinds import OFFICES, BoardKind
from forum.words import one_line
from models import clock
from models.errors import Invalid
from models.transaction import execute, fetch, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

MOST_INTRO, MOST_HOURS = 200, 400


async def settings(*, viewer: Viewer, place_id: int) -> list[BoardLine]:
    """板块设置: every kind there is, on or off."""
    must_see(viewer, "board.set", place_id, thing="place")
    return await all_lines(place_id, seen_by=viewer.person_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be set about a board; ``is_on`` and ``reply_hours``, where None, fall back to the community's.

    ``is_public``: what its offices publish is in a feed for everybody.
    """

    is_on: bool | None = None
    reply_hours: float | None = None
    intro: str = ""
    named_id: int | None = None
    is_public: bool = False


_SET = (
    "INSERT INTO board (created_at, place_id, name, is_on, reply_hours, intro, named_id, is_public, post_count)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,0) ON CONFLICT (place_id, name) DO UPDATE SET is_on=excluded.is_on,"
    " reply_hours=excluded.reply_hours, intro=excluded.intro, named_id=excluded.named_id,"
    " is_public=excluded.is_public"
)


async def set_board(name: str, wanted: Wanted, *, by: Viewer, place_id: int) -> None:
    """板块设置: switch a board on or off, say how soon answers are owed, who stands for it, and what it is for."""
    allow(by, "board.set", place_id)
    kind = kind_of(name)
    intro = _intro(wanted.intro)
    if wanted.reply_hours is not None and not (kind.has_clock and 0 < wanted.reply_hours <= MOST_HOURS):
        raise Invalid("board.hours_wrong", most=MOST_HOURS)
    if wanted.is_public and not kind.may_be_public:
        raise Invalid("board.never_public", board=kind.name)
    await _must_stand_for(wanted.named_id, kind, place_id)
    async with transaction():
        values = (wanted.is_on, wanted.reply_hours, intro, wanted.named_id, wanted.is_public)
        await execute(_SET, clock.now(), place_id, kind.key.value, *values)
        detail = f"{kind.key} on={wanted.is_on} hours={wanted.reply_hours} named={wanted.named_id}"
        detail += f" public={wanted.is_public}"
        await record(by, "board.set", subject="board", subject_id=None, place_id=place_id, detail=detail)


def _intro(typed: str) -> str:
    found = one_line(typed)
    if len(found) > MOST_INTRO:
        raise Invalid("board.intro_too_long", most=MOST_INTRO)
    return found


async def _must_stand_for(person_id: int | None, kind: BoardKind, place_id: int) -> None:
    """Whom a board is about holds an office there."""
    if person_id is None:
        return
    offices = ", ".join(f"'{role.value}'" for role in OFFICES if role in kind.officials)
    held = await fetch_one(
        f"SELECT id FROM role WHERE person_id=$1 AND place_id=$2 AND name IN ({offices}) LIMIT 1", person_id, place_id
    )
    if held is None:
        raise Invalid("board.named_no_office")


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who holds an office in a place."""

    person_id: int
    name: str
    roles: tuple[str, ...]


async def officials(*, viewer: Viewer, place_id: int) -> list[Official]:
    """Who may stand for a board here."""
    must_see(viewer, "board.set", place_id, thing="place")
    listed = ", ".join(f"'{role.value}'" for role in OFFICES)
    found: dict[int, tuple[str, list[str]]] = {}
    for row in await fetch(
        "SELECT p.id, p.shown_name, r.name FROM role r JOIN person p ON p.id=r.person_id"
        f" WHERE r.place_id=$1 AND r.name IN ({listed}) AND p.is_active ORDER BY p.id, r.id",
        place_id,
    ):
        found.setdefault(row["id"], (row["shown_name"], []))[1].append(row["name"])
    return [Official(person_id, name, tuple(roles)) for person_id, (name, roles) in found.items()]
