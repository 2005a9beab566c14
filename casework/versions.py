"""Which version of each entry is in force on a day: the one shown last among those published, if it has not ended.

A version that a later one replaced stays replaced, also after the later one has ended: old text never comes back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from models import clock
from models.entry_content import EntryContent
from models.transaction import fetch, listed


@dataclass(frozen=True, slots=True)
class InForce:
    """The version of an entry in force on a day; ``body`` is the content as JSON."""

    version_id: int
    entry_id: int
    key: str
    category_slug: str
    position: int
    place_id: int | None
    number: int
    body: str

    @property
    def content(self) -> EntryContent:
        """What it says, parsed."""
        return EntryContent.model_validate_json(self.body)


def first_day(content: EntryContent) -> dt.date:
    """From when on a version is shown unless somebody says otherwise: today, or the later day its rule begins."""
    today = clock.today()
    return max(today, content.valid_from.date or today)


_IN_FORCE = """
SELECT version_id, entry_id, key, category_slug, position, place_id, number, body FROM (
  SELECT v.id AS version_id, v.entry_id, e.key, e.category_slug, e.position, e.place_id, v.number, v.body, v.shown_to,
    ROW_NUMBER() OVER (
      PARTITION BY v.entry_id ORDER BY v.shown_from DESC, COALESCE(v.decided_at, v.created_at) DESC, v.number DESC
    ) AS place_in_line
  FROM entry_version v JOIN entry e ON e.id=v.entry_id
  WHERE v.state='published' AND v.shown_from<=$1 {one}
) latest WHERE place_in_line=1 AND (shown_to IS NULL OR shown_to>=$1) ORDER BY category_slug, position, key
"""
_ALL = _IN_FORCE.format(one="")
_OF_PLACES = _IN_FORCE.format(one="AND (e.place_id IS NULL OR e.place_id IN ({here}))")
_OF_ENTRY = _IN_FORCE.format(one="AND e.key=$2")


async def in_force(day: dt.date) -> list[InForce]:
    """Every entry that shows something on a day, in the order of the pack."""
    return [InForce(**row) for row in await fetch(_ALL, day)]


async def in_force_at(place_ids: Collection[int], day: dt.date) -> list[InForce]:
    """The same, of what all places share and of some places' own."""
    here = listed(sorted(place_ids))
    return [InForce(**row) for row in await fetch(_OF_PLACES.format(here=here), day)]


async def in_force_of(key: str, day: dt.date) -> InForce | None:
    """What one entry shows on a day, or None."""
    rows = await fetch(_OF_ENTRY, day, key)
    return InForce(**rows[0]) if rows else None
