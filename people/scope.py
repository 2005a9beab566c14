"""Which neighbourhood's rows a viewer may see: strictly their own. Sums reach further: to whoever stands above."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import NotFound
from models.transaction import fetch, listed
from people.permission_scopes import Scope, given_from_above, scope_of
from people.permissions import PERMISSIONS, may, may_somewhere
from people.viewers import Viewer, ViewerKind


def places_for(viewer: Viewer, verb: str) -> frozenset[int] | None:
    """Places in which the viewer may do ``verb``; None means every place (the system only)."""
    if viewer.kind is ViewerKind.SYSTEM:
        return None if may_somewhere(viewer, verb) else frozenset()
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


async def given_places(viewer: Viewer, verb: str) -> frozenset[int]:
    """Places whose things may be given to the viewer: where they hold a role now that has the verb, and what lies below
    a place in which they stand above. What was given to them elsewhere is theirs no more; the system has no need."""
    held = {(one.role, one.place_id) for one in viewer.roles if one.role in PERMISSIONS.get(verb, ())}
    here = frozenset(place for _, place in held)
    above = sorted({place for role, place in held if given_from_above(verb, role)})
    return here | await _below(above) if above else here


async def given_at(viewer: Viewer, place_id: int) -> Callable[[str], bool]:
    """Whether a thing of one place may be given to the viewer, verb by verb, as ``given_places`` has it; the database
    is asked once for all of them."""
    above = await _above(place_id)

    def may_be_given(verb: str) -> bool:
        held = ((one.role, one.place_id) for one in viewer.roles if one.role in PERMISSIONS.get(verb, ()))
        return any(at == place_id or (at in above and given_from_above(verb, role)) for role, at in held)

    return may_be_given


async def _above(place_id: int) -> frozenset[int]:
    rows = await fetch(
        "SELECT h.parent_id AS near, u.parent_id AS far FROM place h LEFT JOIN place u ON u.id=h.parent_id"
        " WHERE h.id=$1",
        place_id,
    )
    return frozenset(one for row in rows for one in (row["near"], row["far"]) if one is not None)


async def _below(above: list[int]) -> frozenset[int]:
    rows = await fetch(
        "SELECT h.id FROM place h LEFT JOIN place u ON u.id=h.parent_id"
        f" WHERE h.parent_id IN ({listed(above)}) OR u.parent_id IN ({listed(above)})"
    )
    return frozenset(row["id"] for row in rows)


async def neighbourhoods_for(viewer: Viewer, verb: str) -> frozenset[int]:
    """Neighbourhoods in which the viewer may do ``verb``, and, where it reaches what lies below, those below a
    subdistrict or district in which they may: for sums only, never for rows."""
    mine = places_for(viewer, verb)
    rows = await fetch("SELECT id, parent_id, level FROM place")
    above = {row["id"]: row["parent_id"] for row in rows} if scope_of(verb) is Scope.BELOW else {}
    here = (row["id"] for row in rows if row["level"] == "neighbourhood")
    return frozenset(place for place in here if mine is None or not mine.isdisjoint(_and_above(place, above)))


def _and_above(place: int | None, above: dict[int, int | None]) -> set[int]:
    found: set[int] = set()
    while place is not None and place not in found:
        found.add(place)
        place = above.get(place)
    return found
