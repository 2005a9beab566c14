"""The lists of duty as they count in a place: the shared ones of ``community/duties``, and over them a place's own.

Each process keeps both in memory and looks every few seconds whether a place changed its own (``refresh``), so that
reading the lists costs no query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.duties.items import Heading, Item, Lists, read
from models.duty_item import DutyItem
from models.errors import NotFound
from models.transaction import fetch, fetch_one
from nlp.normalise import normalise
from nlp.similar import grams
from people.scope import must_see
from people.viewers import Viewer

REVISION = "duty_items"
_community = Path(__file__).parents[2] / "community"
_own: Mapping[int, Mapping[str, Item | None]] = {}
_seen: int | None = None
LIKELY, AHEAD, MOST_LIKELY = 0.6, 0.15, 3
"""How much of a name must be said, how far ahead the first must be, and how many are named where that is not sure."""


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list with its items as a place has them."""

    heading: Heading
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ItemStep:
    """One version of a place's own item: who wrote it, when and why; no ``item``: it was taken out."""

    number: int
    by_id: int | None
    at: dt.datetime
    note: str
    item: Item | None
    is_in_force: bool


def use_folder(community: Path) -> None:
    """Choose the community folder, once at start; Invalid where a list cannot be read."""
    global _community
    _community = community
    shared.cache_clear()
    shared()


@lru_cache(maxsize=1)
def shared() -> Lists:
    """The lists that all neighbourhoods share."""
    return read(_community / "duties")


def forget() -> None:
    """Nothing is known of what places have, as in a new process."""
    global _own, _seen
    _own, _seen = {}, None


async def refresh() -> bool:
    """Read what places have of their own where it changed since the last look; gives whether it did."""
    global _own, _seen
    row = await fetch_one("SELECT value FROM counter WHERE name=$1", REVISION)
    revision = int(row["value"]) if row else 0
    if revision == _seen:
        return False
    own: dict[int, dict[str, Item | None]] = {}
    for kept in await fetch("SELECT place_id, key, body FROM duty_item WHERE in_force IS NOT NULL ORDER BY id"):
        own.setdefault(kept["place_id"], {})[kept["key"]] = _item(kept["body"])
    _own, _seen = own, revision
    return True


def _item(body: str) -> Item | None:
    return Item.model_validate_json(body) if body else None


def put(place_id: int, key: str, item: Item | None) -> None:
    """What this process has just written counts at once."""
    global _own
    _own = {**_own, place_id: {**_own.get(place_id, {}), key: item}}


def put_back(place_id: int, key: str) -> None:
    """The shared item counts again at once."""
    global _own
    _own = {**_own, place_id: {known: item for known, item in _own.get(place_id, {}).items() if known != key}}


def own_of(place_id: int) -> Mapping[str, Item | None]:
    """What a place has of its own, by key; None: an item it took out."""
    return _own.get(place_id, {})


def items_of(place_id: int) -> dict[str, Item]:
    """Every item that counts in a place, by key, the shared ones first; for rules and turns."""
    every: dict[str, Item | None] = {item.id: item for item in shared().items} | dict(own_of(place_id))
    return {key: item for key, item in every.items() if item is not None}


async def lists(*, viewer: Viewer, place_id: int) -> list[ShownList]:
    """职责清单: the four lists of a place, for everybody."""
    must_see(viewer, "duty.read", place_id, thing="place")
    every = items_of(place_id).values()
    return [
        ShownList(heading, tuple(item for item in every if item.list is heading.list)) for heading in shared().headings
    ]


async def item(key: str, *, viewer: Viewer, place_id: int) -> Item:
    """One item as it counts in a place."""
    must_see(viewer, "duty.read", place_id, thing="place")
    found = items_of(place_id).get(key)
    if found is None:
        raise NotFound("duty.not_found")
    return found


async def versions(key: str, *, viewer: Viewer, place_id: int) -> list[ItemStep]:
    """变更记录: every version of an item that a place wrote itself, the newest first."""
    must_see(viewer, "duty.change", place_id, thing="place")
    rows = await DutyItem.filter(place_id=place_id, key=key).order_by("-number")
    return [
        ItemStep(row.number, row.by_id, row.created_at, row.note, _item(row.body), row.in_force is not None)
        for row in rows
    ]


def meant(text: str, *, place_id: int) -> list[Item]:
    """Items that a text may mean, the likeliest first: one where that is sure, up to three otherwise, or none."""
    said, pairs = normalise(text), grams(text)
    scored = [(max(_share(name, said, pairs) for name in (one.name, *one.spoken)), one) for one in _every(place_id)]
    likely = sorted((one for one in scored if one[0] >= LIKELY), key=lambda one: -one[0])
    if len(likely) > 1 and likely[0][0] - likely[1][0] >= AHEAD:
        return [likely[0][1]]
    return [one for _, one in likely[:MOST_LIKELY]]


def _every(place_id: int) -> Sequence[Item]:
    return [*items_of(place_id).values()]


def _share(name: str, said: str, pairs: frozenset[str]) -> float:
    whole, wanted = _heard(name)
    if whole in said:
        return 1.0 + len(name) / 100  # Of two names said whole the longer says more.
    return len(wanted & pairs) / len(wanted)


@lru_cache(maxsize=2048)
def _heard(name: str) -> tuple[str, frozenset[str]]:
    """A name as it is compared."""
    return normalise(name), grams(name)
