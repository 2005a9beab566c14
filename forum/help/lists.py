"""Lists of wishes: those that wait for somebody, one's own, and those one took on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forum import board_list
from forum.help.sight import LIVES, READ, Asked, Side, mark_of, read, side_of, words_for
from forum.items.telling import neighbourly
from forum.sight import found
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.rules import rules
from models.transaction import Row, fetch, listed
from models.wish import WishKind
from models.wording import say
from people import shown
from people.scope import must_see
from people.shown import Shown
from people.viewers import Viewer

PAGE, MOST_OWN, EXCERPT = 20, 50, 80


@dataclass(frozen=True, slots=True)
class WishLine:
    """A wish in a list; ``mark`` is its state in a word, ``words`` in a sentence, for who reads it."""

    post_id: int
    title: str
    excerpt: str
    author: Shown | None
    kind: WishKind
    is_for_other: bool
    only_volunteers: bool
    mark: str
    words: str
    side: Side
    is_open: bool
    fresh_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of wishes; ``next`` is how many stand before the following page, 0 at the end."""

    lines: tuple[WishLine, ...]
    next: int


_WAITING = (
    f"{READ} WHERE w.place_id=$1 AND w.state='open' AND w.fresh_at>$2 AND p.board='mutual_help'"
    f" AND p.state IN ({SHOWN_SQL}) AND {LIVES}"
)


async def waiting(*, viewer: Viewer, place_id: int, skip: int = 0, most: int = PAGE) -> Page:
    """等人接的: what nobody took on yet, the newest first."""
    await board_list.board(BoardName.MUTUAL_HELP.value, viewer=viewer, place_id=place_id)
    expired = clock.now() - dt.timedelta(days=rules().wishes.expires_days)
    order = f" ORDER BY w.fresh_at DESC, w.id DESC LIMIT {most + 1} OFFSET {max(0, skip)}"
    rows = await fetch(f"{_WAITING}{order}", place_id, expired)
    lines = await _lines(rows[:most], viewer=viewer, place_id=place_id)
    return Page(lines, skip + most if len(rows) > most else 0)


async def own_wishes(*, viewer: Viewer, place_id: int) -> tuple[WishLine, ...]:
    """我求的: what one asked for, the newest first."""
    must_see(viewer, "board.read", place_id, thing="place")
    where = f" WHERE p.author_id=$1 AND w.place_id=$2 AND p.state<>'deleted' ORDER BY w.id DESC LIMIT {MOST_OWN}"
    rows = await fetch(f"{READ}{where}", viewer.person_id, place_id)
    return await _lines(rows, viewer=viewer, place_id=place_id)


async def claimed_wishes(*, viewer: Viewer, place_id: int) -> tuple[WishLine, ...]:
    """我接的: what one took on, also what is done."""
    must_see(viewer, "board.read", place_id, thing="place")
    where = f" WHERE w.claimed_by_id=$1 AND w.place_id=$2 AND p.state IN ({SHOWN_SQL})"
    rows = await fetch(f"{READ}{where} ORDER BY w.id DESC LIMIT {MOST_OWN}", viewer.person_id, place_id)
    return await _lines(rows, viewer=viewer, place_id=place_id)


async def marks(posts: Sequence[int], *, viewer: Viewer, place_id: int) -> dict[int, str]:
    """The state of the wishes among some posts that a caller found, in a word, by post."""
    if not posts:
        return {}
    must_see(viewer, "board.read", place_id, thing="place")
    rows = await fetch(f"{READ} WHERE p.place_id=$1 AND p.id IN ({listed(posts)})", place_id)
    return {row["id"]: _mark(read(row, found(row)), viewer) for row in rows}


def _mark(one: Asked, viewer: Viewer) -> str:
    return say("wish.mark_line", kind=say(f"wish.kind.{one.kind.value}"), mark=mark_of(one, side_of(one, viewer)))


async def _lines(rows: Sequence[Row], *, viewer: Viewer, place_id: int) -> tuple[WishLine, ...]:
    wishes = [read(row, found(row)) for row in rows]
    ids = {one for wish in wishes for one in (wish.post.author_id, wish.claimed_by_id) if one is not None}
    people = await shown.shown(ids, viewer=viewer, place_id=place_id)
    return tuple(_line(one, people.get(one.post.author_id), _helper(one, people), viewer=viewer) for one in wishes)


def _helper(one: Asked, people: Mapping[int, Shown]) -> str:
    who = people.get(one.claimed_by_id or 0)
    return neighbourly(who.building, who.name) if who else say("privacy.gone")


def _line(one: Asked, author: Shown | None, helper: str, *, viewer: Viewer) -> WishLine:
    side, flat = side_of(one, viewer), " ".join(one.post.text.split())
    return WishLine(
        post_id=one.post.id,
        title=one.post.title,
        excerpt="" if flat == one.post.title else flat[:EXCERPT],
        author=author,
        kind=one.kind,
        is_for_other=one.for_person_id is not None,
        only_volunteers=one.only_volunteers,
        mark=mark_of(one, side),
        words=words_for(one, side, helper),
        side=side,
        is_open=one.is_open,
        fresh_at=one.fresh_at,
    )
