"""Neighbourhoods: the one this installation serves to guests, and looking them up."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import NotFound
from models.transaction import Row, fetch_one, fetch_one_by_key


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What pages and answers say of a place."""

    id: int
    slug: str
    name: str
    address: str
    hours: str
    phone: str
    parent_id: int | None
    motto: str = ""
    accent: str = "green"


_home: PlaceFacts | None = None


def _facts(row: Row) -> PlaceFacts:
    return PlaceFacts(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        address=row["address"],
        hours=row["hours"],
        phone=row["phone"],
        parent_id=row["parent_id"],
        motto=row["motto"] or "",
        accent=row["accent"] or "green",
    )


async def place(place_id: int) -> PlaceFacts:
    """A place by id."""
    row = await fetch_one_by_key("SELECT * FROM place WHERE id=$1", place_id)
    if row is None:
        raise NotFound("place.not_found")
    return _facts(row)


async def place_by_slug(slug: str) -> PlaceFacts:
    """A place by its short name."""
    row = await fetch_one("SELECT * FROM place WHERE slug=$1", slug)
    if row is None:
        raise NotFound("place.not_found", slug=slug)
    return _facts(row)


async def settle_home(slug: str) -> PlaceFacts:
    """Choose the neighbourhood that guests of this installation belong to; once at start."""
    global _home
    _home = await place_by_slug(slug)
    return _home


async def refresh_home() -> None:
    """Read the home neighbourhood anew: somebody may have corrected its address, hours or phone."""
    global _home
    row = await fetch_one("SELECT * FROM place WHERE id=$1", _home.id) if _home else None
    if row is not None:
        _home = _facts(row)


def home() -> PlaceFacts:
    """The neighbourhood of guests."""
    if _home is None:
        raise RuntimeError("settle_home() was not called at start")
    return _home


def home_place_id() -> int:
    """Its id."""
    return home().id
