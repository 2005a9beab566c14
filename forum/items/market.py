"""Lists of items: what is to be had in a neighbourhood, the one said last to be there first; and one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forum import board_list
from forum.items import money
from forum.items.sight import GIVEN, GIVER_LIVES, LINE_OF, STANDS, Offered, read
from forum.items.views import Side, mark_of, side_of, words_for
from forum.posts import PARENT
from forum.sight import found
from forum.states import SHOWN_SQL
from models import clock
from models.board import BoardName
from models.item import ItemMode
from models.rules import rules
from models.transaction import Row, fetch, listed
from models.wording import say
from people import files, shown
from people.files import FileLine
from people.scope import must_see
from people.shown import Shown
from people.viewers import Viewer

PAGE = 20
MOST_OWN = 50
EXCERPT = 80


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in a list; ``mark`` is its state in a word, ``words`` in a sentence, for who reads it."""

    post_id: int
    title: str
    excerpt: str
    author: Shown | None
    mode: ItemMode
    price: str
    price_fen: int | None
    left: int
    mark: str
    words: str
    side: Side
    is_open: bool
    is_shown: bool
    waiting: int
    fresh_at: dt.datetime
    photo: FileLine | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of items; ``next`` is how many stand before the following page, 0 at the end."""

    lines: tuple[ItemLine, ...]
    next: int


_READ = (
    "SELECT i.id AS item_id, i.mode, i.state AS item_state, i.price_fen, i.quantity, i.lend_days, i.spot, i.fresh_at,"
    f" i.bumps, {GIVEN} AS given, CASE WHEN {GIVER_LIVES} THEN 1 ELSE 0 END AS giver_lives, p.* FROM item i"
    " JOIN post p ON p.id=i.post_id"
)
_ALIVE = f"(i.fresh_at>$2 OR EXISTS (SELECT 1 FROM reservation r WHERE r.item_id=i.id AND {STANDS}))"
_MARKET = (
    f"{_READ} WHERE i.place_id=$1 AND i.state='open' AND p.board='idle_items' AND p.state IN ({SHOWN_SQL})"
    f" AND {GIVER_LIVES} AND {_ALIVE}"
)


async def market(*, viewer: Viewer, place_id: int, mode: str = "", skip: int = 0, most: int = PAGE) -> Page:
    """还在的东西: what is to be had, of one mode or of all."""
    await board_list.board(BoardName.IDLE_ITEMS.value, viewer=viewer, place_id=place_id)
    which = f" AND i.mode='{ItemMode(mode).value}'" if mode in {*ItemMode} else ""
    expired = clock.now() - dt.timedelta(days=rules().items.expires_days)
    order = f" ORDER BY i.fresh_at DESC, i.id DESC LIMIT {most + 1} OFFSET {max(0, skip)}"
    rows = await fetch(f"{_MARKET}{which}{order}", place_id, expired)
    lines = await _lines(rows[:most], viewer=viewer, place_id=place_id)
    return Page(lines, skip + most if len(rows) > most else 0)


async def own_items(*, viewer: Viewer, place_id: int) -> tuple[ItemLine, ...]:
    """我的闲置: what one offers, the newest first."""
    must_see(viewer, "board.read", place_id, thing="place")
    where = f" WHERE p.author_id=$1 AND i.place_id=$2 AND p.state<>'deleted' ORDER BY i.id DESC LIMIT {MOST_OWN}"
    rows = await fetch(f"{_READ}{where}", viewer.person_id, place_id)
    return await _lines(rows, viewer=viewer, place_id=place_id)


async def wanted_items(*, viewer: Viewer, place_id: int) -> tuple[ItemLine, ...]:
    """我要的: what one stands in line for, or has lent."""
    must_see(viewer, "board.read", place_id, thing="place")
    mine = f"EXISTS (SELECT 1 FROM reservation r WHERE r.item_id=i.id AND r.person_id=$1 AND {STANDS})"
    where = f" WHERE i.place_id=$2 AND {mine} ORDER BY i.id DESC LIMIT {MOST_OWN}"
    rows = await fetch(f"{_READ}{where}", viewer.person_id, place_id)
    return await _lines(rows, viewer=viewer, place_id=place_id)


async def marks(posts: Sequence[int], *, viewer: Viewer, place_id: int) -> dict[int, str]:
    """The state of the items among some posts that a caller found, in a word and with the price, by post."""
    if not posts:
        return {}
    must_see(viewer, "board.read", place_id, thing="place")
    rows = await fetch(f"{_READ} WHERE p.place_id=$1 AND p.id IN ({listed(posts)})", place_id)
    return {one.post.id: _mark(one, viewer) for one in await _items(rows)}


def _mark(one: Offered, viewer: Viewer) -> str:
    price = money.yuan(one.price_fen) if one.price_fen is not None else ""
    facts = {"mode": say(f"item.mode.{one.mode.value}"), "mark": mark_of(one, side_of(one, viewer)), "price": price}
    return say("item.mark_priced" if price else "item.mark_line", **facts)


async def _items(rows: Sequence[Row]) -> list[Offered]:
    """The rows with their lines: one statement more, however many there are."""
    standing: dict[int, list[Row]] = {}
    if rows:
        for row in await fetch(LINE_OF.format(items=listed(row["item_id"] for row in rows))):
            standing.setdefault(row["item_id"], []).append(row)
    return [
        read({**row, "id": row["item_id"], "state": row["item_state"]}, found(row), standing.get(row["item_id"], []))
        for row in rows
    ]


async def _lines(rows: Sequence[Row], *, viewer: Viewer, place_id: int) -> tuple[ItemLine, ...]:
    items = await _items(rows)
    ids = {one.post.author_id for one in items} | {first.person_id for one in items for first in one.firsts[:1]}
    people = await shown.shown(ids, viewer=viewer, place_id=place_id)
    photos = await files.of(PARENT, [one.post.id for one in items])
    return tuple(_line(one, people, photos.get(one.post.id, []), viewer=viewer) for one in items)


def _line(one: Offered, people: Mapping[int, Shown], photos: list[FileLine], *, viewer: Viewer) -> ItemLine:
    side, kept = side_of(one, viewer), [photo for photo in photos if photo.is_kept]
    flat, is_seen = " ".join(one.post.text.split()), one.is_shown or side is Side.GIVER
    return ItemLine(
        post_id=one.post.id,
        title=one.post.title if is_seen else "",
        excerpt=flat[:EXCERPT] if is_seen and flat != one.post.title else "",
        author=people.get(one.post.author_id),
        mode=one.mode,
        price=money.yuan(one.price_fen) if one.price_fen is not None else "",
        price_fen=one.price_fen,
        left=one.left,
        mark=mark_of(one, side),
        words=words_for(one, side, viewer=viewer, people=people),
        side=side,
        is_open=one.is_open,
        is_shown=one.is_shown,
        waiting=len(one.waiting),
        fresh_at=one.fresh_at,
        photo=kept[0] if kept and one.is_shown else None,
    )
