"""Which neighbourhood's rows a viewer may see: strictly their own."""

from __future__ import annotations

from models.errors import NotFound
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
