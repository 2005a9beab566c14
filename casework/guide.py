"""The policy pack as residents and staff read it: what is shown on a day in a place, and the search over it.

Truth is the versioned rows. Each process keeps a snapshot of what is shown today with its search index, builds the next
one in a thread when the pack's revision or the day changes, and swaps it in one assignment.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from casework import certificates, indexes
from casework.pack_words import PackWords, load_pack_words
from casework.snapshots import Overlay, ShownEntry, Snapshot, document, shown_on
from casework.versions import InForce, in_force, in_force_of
from models import clock
from models.errors import NotFound
from models.transaction import Row, fetch, fetch_one_by_key
from nlp.intent import warm_up
from nlp.retrieve import Hit, Index
from nlp.segment import Segmenter
from nlp.words import Words, load_words
from people.permissions import may
from people.scope import must_see
from people.viewers import Viewer

ANSWER_FROM = 0.95
OFFER_FROM = 0.35


class Zone(StrEnum):
    """What the ranking's confidence allows: answer outright, offer the nearest, or say that it is not known."""

    ANSWER = "answer"
    OFFER = "offer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its entries in order."""

    slug: str
    name: str
    entries: tuple[ShownEntry, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search result: hits in order of score, two calibrated probabilities, what they allow, whether a topic that the
    pack does not answer is nearer than all of them, and how much of the question the pack knows (0 to 1)."""

    hits: tuple[Hit, ...]
    right_first: float
    right_in_three: float
    zone: Zone
    is_elsewhere: bool = False
    known: float = 0.0


@lru_cache(maxsize=1)
def words() -> Words:
    """The word lists of the community folder."""
    return load_words(_words_folder)


@lru_cache(maxsize=1 << 14)
def canonical(word: str) -> str:
    """A word of the pack as it is compared with what people write; there are few of them, and each is needed often."""
    return words().canonical(word)


@lru_cache(maxsize=1)
def pack_words() -> PackWords:
    """What entries are checked by, of the community folder."""
    return load_pack_words(_words_folder.parent)


_words_folder = Path(__file__).parent.parent / "community" / "words"
_snapshot: Snapshot | None = None
_segmenter: Segmenter | None = None
_building = asyncio.Lock()


def words_folder() -> Path:
    """Where the word lists of the community folder lie."""
    return _words_folder


def use_folder(community: Path) -> None:
    """Choose the community folder, once at start."""
    global _words_folder
    _words_folder = community / "words"
    for remembered in (words, canonical, pack_words):
        remembered.cache_clear()


def forget() -> None:
    """Drop the snapshot, so that the next load reads another database."""
    global _snapshot, _building
    _snapshot, _building = None, asyncio.Lock()
    indexes.forget()


async def revision() -> int:
    """The pack's revision number; 0 before the first import."""
    row = await fetch_one_by_key("SELECT number FROM pack_revision WHERE name='pack'")
    return int(row["number"]) if row else 0


async def refresh_if_changed() -> bool:
    """Build and swap the snapshot when the pack or the day moved on; True when it did."""
    global _snapshot
    async with _building:
        number, day = await revision(), clock.today()
        if _snapshot is not None and (_snapshot.revision, _snapshot.day) == (number, day):
            return False
        _snapshot = await _build(number, day)
    return True


async def current() -> Snapshot:
    """The snapshot in use, built at the first call and anew on a new day: nothing is shown past its last day."""
    if _snapshot is None or _snapshot.day != clock.today():
        await refresh_if_changed()
    assert _snapshot is not None
    return _snapshot


async def _build(number: int, day: dt.date) -> Snapshot:
    rows = await in_force(day)
    overlays = await fetch("SELECT e.key, o.place_id, o.body FROM entry_overlay o JOIN entry e ON e.id=o.entry_id")
    return await asyncio.to_thread(_assemble, number, day, rows=rows, overlays=overlays)


def _assemble(number: int, day: dt.date, *, rows: list[InForce], overlays: list[Row]) -> Snapshot:
    versions = tuple(row.version_id for row in rows)
    before = _snapshot
    warm_up(words())
    entries = {row.key: shown_on(row, day) for row in rows}
    return Snapshot(
        revision=number,
        day=day,
        versions=versions,
        entries=MappingProxyType(entries),
        overlays={(row["key"], row["place_id"]): Overlay.model_validate_json(row["body"]) for row in overlays},
        index=before.index if before is not None and before.versions == versions else _index(entries.values()),
    )


def _index(entries: Iterable[ShownEntry]) -> Index:
    documents = [document(entry.content) for entry in entries]
    return indexes.in_use(documents, segmenter=segmenter(), words=words())


def segmenter() -> Segmenter:
    """The one segmenter of this process, which each index copies; loading it takes half a second, so call it in a
    thread at start."""
    global _segmenter
    if _segmenter is None:
        _segmenter = Segmenter(words().domain)
    return _segmenter


def zone_of(right_first: float, right_in_three: float) -> Zone:
    """What two probabilities allow."""
    if right_first >= ANSWER_FROM:
        return Zone.ANSWER
    return Zone.OFFER if right_in_three >= OFFER_FROM else Zone.UNKNOWN


async def find(
    text: str,
    *,
    viewer: Viewer,
    place_id: int,
    context: str | None = None,
    hangs_on: bool = False,
    limit: int = 5,
) -> Found:
    """Rank what is shown today in a place for a question; ``context`` is the question before it, on which this one may
    hang (``hangs_on``)."""
    must_see(viewer, "guide.read", place_id, thing="place")
    snapshot = await current()
    ranking = snapshot.index.search(
        text, context=context, hangs_on=hangs_on, shown=snapshot.mask(place_id), limit=limit
    )
    if hits := _certificates_first(ranking.hits, text, snapshot=snapshot, place_id=place_id):
        return Found(hits, max(ranking.right_first, ANSWER_FROM), max(ranking.right_in_three, ANSWER_FROM), Zone.ANSWER)
    zone = zone_of(ranking.right_first, ranking.right_in_three) if ranking.hits else Zone.UNKNOWN
    return Found(ranking.hits, ranking.right_first, ranking.right_in_three, zone, ranking.is_elsewhere, ranking.known)


def _certificates_first(
    hits: tuple[Hit, ...], text: str, *, snapshot: Snapshot, place_id: int
) -> tuple[Hit, ...] | None:
    key = pack_words().certificates.entry
    shown = snapshot.entries.get(key)
    if shown is None or not snapshot.visible(key, place_id):
        return None
    return certificates.asked(hits, text, entry=shown.content, words=pack_words())


async def entry(key: str, *, viewer: Viewer, place_id: int, day: dt.date | None = None) -> ShownEntry:
    """One entry as valid on ``day`` (today by default) in a place; NotFound where none is shown then."""
    must_see(viewer, "guide.read", place_id, thing="place")
    snapshot = await current()
    shown = snapshot.entries.get(key) if day in (None, snapshot.day) else None
    if shown is None:
        shown = await _looked_up(key, day or snapshot.day)
    if shown is None or shown.place_id not in (None, place_id):
        raise NotFound("guide.not_found", key=key)
    return _for_viewer(shown, snapshot.overlays.get((key, place_id)), viewer=viewer, place_id=place_id)


async def _looked_up(key: str, day: dt.date) -> ShownEntry | None:
    """An entry on another day, or one so new that whoever was told of it asks before the next snapshot is built."""
    row = await in_force_of(key, day)
    return shown_on(row, day) if row else None


def _for_viewer(shown: ShownEntry, overlay: Overlay | None, *, viewer: Viewer, place_id: int) -> ShownEntry:
    changes: dict[str, object] = {}
    if overlay is not None and overlay.where is not None:
        changes["where"] = overlay.where
    if not may(viewer, "guide.read_notes", place_id):
        changes["note"] = ""
    return ShownEntry(
        key=shown.key,
        content=shown.content.model_copy(update=changes),
        category_slug=shown.category_slug,
        position=shown.position,
        place_id=shown.place_id,
        number=shown.number,
        remark=overlay.remark if overlay else "",
        is_stale=shown.is_stale,
    )


async def categories(*, viewer: Viewer, place_id: int) -> list[Category]:
    """Every category shown in a place with its entries, in the pack's order."""
    must_see(viewer, "guide.read", place_id, thing="place")
    snapshot = await current()
    grouped: dict[str, list[ShownEntry]] = {}
    for shown in sorted(snapshot.entries.values(), key=lambda one: (one.category_slug, one.position, one.key)):
        if snapshot.visible(shown.key, place_id):
            overlay = snapshot.overlays.get((shown.key, place_id))
            grouped.setdefault(shown.category_slug, []).append(
                _for_viewer(shown, overlay, viewer=viewer, place_id=place_id)
            )
    return [Category(slug, entries[0].content.category, tuple(entries)) for slug, entries in grouped.items()]
