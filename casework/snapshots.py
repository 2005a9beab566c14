"""What a day shows of the pack: its entries as residents read them, a place's own words on them, and their index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from casework.versions import InForce
from models.entry_content import EntryContent, Shape, Where
from nlp.postings import Shown
from nlp.retrieve import Document, Index


class Overlay(Shape):
    """A neighbourhood's own where-to-go and remark on an entry."""

    where: Where | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as shown to a viewer; ``content.note`` is empty unless they may read staff notes."""

    key: str
    content: EntryContent
    category_slug: str
    position: int
    place_id: int | None
    number: int
    remark: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything shown on one day, with its index."""

    revision: int
    day: dt.date
    versions: tuple[int, ...]
    entries: Mapping[str, ShownEntry]
    overlays: Mapping[tuple[str, int], Overlay]
    index: Index
    masks: dict[int, Shown] = field(default_factory=dict, compare=False, repr=False)

    def mask(self, place_id: int) -> Shown:
        """Which entries a search in a place may show; made once per place."""
        if place_id not in self.masks:
            self.masks[place_id] = self.index.mask(lambda key: self.visible(key, place_id))
        return self.masks[place_id]

    def visible(self, key: str, place_id: int) -> bool:
        """Whether an entry is shown in a place: everybody's, or its own."""
        entry = self.entries.get(key)
        return entry is not None and entry.place_id in (None, place_id)


@lru_cache(maxsize=2_048)
def _content(body: str) -> EntryContent:
    """What an entry says, parsed once: a new snapshot of a few hundred entries differs from the last in one or two."""
    return EntryContent.model_validate_json(body)


def shown_on(row: InForce, day: dt.date) -> ShownEntry:
    """An entry in force as everybody is shown it on a day."""
    content = _content(row.body)
    return ShownEntry(
        key=row.key,
        content=content,
        category_slug=row.category_slug,
        position=row.position,
        place_id=row.place_id,
        number=row.number,
        remark="",
        is_stale=content.review_by < day,
    )


def document(content: EntryContent) -> Document:
    """What is searched of an entry."""
    lists = (content.conditions, content.materials, content.steps)
    lines = [line for part in lists if isinstance(part, list) for line in part]
    options = [f"{option.answer} {option.says}" for variant in content.variants for option in variant.options]
    spoken = [word for variant in content.variants for option in variant.options for word in option.words]
    body = [content.summary, content.who, *lines, content.fee, content.amount, content.where.place, *options, *spoken]
    return Document(
        key=content.id,
        title=content.title,
        aliases=tuple(content.aliases),
        phrasings=tuple(content.phrasings),
        keywords=tuple(content.keywords),
        body=" ".join(body),
    )
