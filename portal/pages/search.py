"""Search: the nearest entries of the guide and which of the words led to each; below, for neighbours, their posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from casework import guide
from casework.guide import Zone
from casework.snapshots import ShownEntry
from forum import board_list
from forum.board_list import BoardLine
from forum.search import searching
from forum.search.searching import Asked, Order, Results
from models.errors import Invalid
from nlp.emergency import Emergency, find_emergency
from portal.entries import in_order
from portal.render import page
from portal.session import Visitor, visitor

LONGEST = 200
MOST, MOST_ABOVE = 6, 3
LEAST_OF_BEST = 0.3
"""An entry with less than this share of the best one's score is not worth showing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One entry found and the words that it shares with the question."""

    entry: ShownEntry
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """What was found in the guide, and whether the first is likely right."""

    results: tuple[Result, ...] = ()
    is_sure: bool = False
    is_unknown: bool = True


async def _entries(text: str, *, who: Visitor) -> Entries:
    found = await guide.find(text, viewer=who.viewer, place_id=who.place_id, limit=MOST)
    near = [hit for hit in found.hits if hit.score >= LEAST_OF_BEST * found.hits[0].score]
    results = [
        Result(await guide.entry(hit.key, viewer=who.viewer, place_id=who.place_id), hit.matched) for hit in near
    ]
    return Entries(tuple(results), found.zone is Zone.ANSWER, found.zone is Zone.UNKNOWN)


def _danger(text: str) -> Emergency | None:
    words = guide.words()
    return find_emergency(words.canonical(text), words=words)


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts that were found, what was asked for, and what else one can ask for; ``way`` leads to the next page."""

    asked: Asked
    results: Results | None
    boards: tuple[BoardLine, ...]
    buildings: tuple[str, ...]
    way: str


async def _posts(request: web.Request, text: str, *, who: Visitor) -> Posts | None:
    """None for who has no boards."""
    if not searching.may_search(who.viewer, who.place_id):
        return None
    asked = asked_in(request, text)
    after = searching.behind(request.query.get("after", ""))
    viewer, place_id = who.viewer, who.place_id
    found = None
    if text:
        found = await searching.search(asked, viewer=viewer, place_id=place_id, after=after, with_guide=False)
    boards = [one for one in await board_list.boards(viewer=viewer, place_id=place_id) if one.kind.has_threads]
    there = await searching.buildings(viewer=viewer, place_id=place_id)
    return Posts(asked, found, tuple(boards), tuple(there), _way(asked, found))


def _above(posts: Posts | None, found: Entries) -> Entries:
    """What stands above posts that were found: of the guide only what is likely meant."""
    if posts is None or posts.results is None or not posts.results.lines:
        return found
    return Entries() if found.is_unknown else replace(found, results=found.results[:MOST_ABOVE])


def asked_in(request: web.Request, text: str) -> Asked:
    """What an address asks for."""
    given = {name: " ".join(request.query.get(name, "").split())[:40] for name in ("board", "building", "who", "order")}
    if given["order"] not in ("", *Order):
        raise Invalid("search.no_order")
    order = Order(given["order"] or Order.RELEVANT)
    return Asked(text, order, given["board"], given["building"], given["who"])


def _way(asked: Asked, found: Results | None) -> str:
    if found is None or found.next is None:
        return ""
    parts = {"q": asked.text, "order": asked.order.value, "board": asked.board, "building": asked.building}
    parts |= {"who": asked.who, "after": str(found.next)}
    return f"/search?{urlencode({name: part for name, part in parts.items() if part})}"


async def show(request: web.Request) -> web.Response:
    """搜索."""
    who, text = await visitor(request), " ".join(request.query.get("q", "").split())[:LONGEST]
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    posts = await _posts(request, text, who=who)
    is_first = posts is None or "after" not in request.query
    found = await _entries(text, who=who) if text and is_first else Entries()
    return await page(
        request,
        "search.html",
        text=text,
        found=_above(posts, found),
        posts=posts,
        is_first=is_first,
        danger=_danger(text) if text else None,
        categories=categories,
    )
