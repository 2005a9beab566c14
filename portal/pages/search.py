"""Search in the guide: the nearest entries, and which of the words led to each."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from casework import guide
from casework.guide import ShownEntry, Zone
from nlp.emergency import Emergency, find_emergency
from portal.entries import in_order
from portal.render import page
from portal.session import Visitor, visitor

LONGEST = 200
MOST = 6
LEAST_OF_BEST = 0.3
"""An entry with less than this share of the best one's score is not worth showing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One entry found and the words that it shares with the question."""

    entry: ShownEntry
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, and whether the first is likely right."""

    results: tuple[Result, ...] = ()
    is_sure: bool = False
    is_unknown: bool = True


async def _results(text: str, *, who: Visitor) -> Results:
    found = await guide.find(text, viewer=who.viewer, place_id=who.place_id, limit=MOST)
    near = [hit for hit in found.hits if hit.score >= LEAST_OF_BEST * found.hits[0].score]
    results = [
        Result(await guide.entry(hit.key, viewer=who.viewer, place_id=who.place_id), hit.matched) for hit in near
    ]
    return Results(tuple(results), found.zone is Zone.ANSWER, found.zone is Zone.UNKNOWN)


def _danger(text: str) -> Emergency | None:
    words = guide.words()
    return find_emergency(words.canonical(text), words=words)


async def show(request: web.Request) -> web.Response:
    """搜索."""
    who, text = await visitor(request), " ".join(request.query.get("q", "").split())[:LONGEST]
    categories = in_order(await guide.categories(viewer=who.viewer, place_id=who.place_id))
    return await page(
        request,
        "search.html",
        text=text,
        found=await _results(text, who=who) if text else Results(),
        danger=_danger(text) if text else None,
        categories=categories,
    )
