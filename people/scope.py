"""Which neighbourhood's rows a viewer may see: strictly their own. Sums reach further: to whoever stands above."""

from __future__ import annotations

from models.errors import NotFound
from models.transaction import fetch
from people.permissions import may
from people.viewers import Viewer, ViewerKind


def places_for(viewer: Viewer, verb: str) -> frozenset[int] | None:
    """Places in which the viewer may do ``verb``; None means every place (the system only)."""
    if viewer.kind is ViewerKind.SYSTEM:
        return None if may(viewer, verb, None) else frozenset()
    candidates = {held.place_id for held in viewer.roles} | ({viewer.place_id} - {None})
    return frozenset(place for place in candidates if place is not None and may(viewer, verb, place))


def sees(viewer: Viewer, verb: str, place_id: int) -> bool:
    """Whether a row of this place may reach the viewer."""
    places = places_for(viewer, verb)
    return places is None or place_id in places


def must_see(viewer: Viewer, verb: str, place_id: int, *, thing: str) -> None:
    """Refuse as if the thing did not exist, so that other neighbourhoods' rows cannot even be guessed."""
    if not sees(viewer, verb, place_id):
        raise NotFound(f"{thing}.not_found")


async def neighbourhoods_for(viewer: Viewer, verb: str) -> frozenset[int]:
    """Neighbourhoods in which the viewer may do ``verb``, and those below a subdistrict or district in which they may:
    for sums only, never for rows."""
    mine = places_for(viewer, verb)
    rows = await fetch("SELECT id, parent_id, level FROM place")
    above = {row["id"]: row["parent_id"] for row in rows}
    here = (row["id"] for row in rows if row["level"] == "neighbourhood")
    return frozenset(place for place in here if mine is None or not mine.isdisjoint(_and_above(place, above)))


def _and_above(place: int | None, above: dict[int, int | None]) -> set[int]:
    found: set[int] = set()
    while place is not None and place not in found:
        found.add(place)
        place = above.get(place)
    return found
