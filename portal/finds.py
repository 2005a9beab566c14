"""What staff find in the guide: entries with their internal notes and the words to put into a reply."""

from __future__ import annotations

from dataclasses import dataclass

from casework import guide
from casework.snapshots import ShownEntry
from models.errors import NotFound
from portal.copying import copy_of
from portal.session import Visitor

LONGEST = 200
MOST = 5


@dataclass(frozen=True, slots=True)
class Find:
    """One entry: how sure the ranking is of it (0 to 1, or None where it was not ranked), and its copy."""

    entry: ShownEntry
    score: float | None
    copy: str


async def find(text: str, *, who: Visitor, most: int = MOST) -> list[Find]:
    """The entries nearest to a question, best first."""
    words = " ".join(text.split())[:LONGEST]
    if not words:
        return []
    found = await guide.find(words, viewer=who.viewer, place_id=who.place_id, limit=most)
    return [await _find(hit.key, hit.score, who=who) for hit in found.hits]


async def candidates(ranked: tuple[tuple[str, float], ...], *, who: Visitor) -> list[Find]:
    """Entries the bot had in mind, with its scores; those withdrawn meanwhile are left out."""
    found: list[Find] = []
    for key, score in ranked:
        try:
            found.append(await _find(key, score, who=who))
        except NotFound:
            continue
    return found


async def _find(key: str, score: float | None, *, who: Visitor) -> Find:
    shown = await guide.entry(key, viewer=who.viewer, place_id=who.place_id)
    return Find(shown, score, copy_of(shown))
