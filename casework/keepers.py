"""Who keeps up which desk's entries (管哪条线) in a place, and whom to tell of an entry to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.versions import in_force
from models import clock
from models.errors import Invalid
from models.person import Keeper
from models.transaction import fetch, transaction
from people.audit import record
from people.permissions import allow
from people.ranks import must_belong
from people.scope import must_see
from people.viewers import Viewer


async def desks(*, viewer: Viewer, place_id: int) -> list[str]:
    """Every desk that the entries of a place name, by name."""
    must_see(viewer, "user.read", place_id, thing="place")
    return await _desks(place_id)


async def _desks(place_id: int) -> list[str]:
    rows = [row for row in await in_force(clock.today()) if row.place_id in {None, place_id}]
    return sorted({row.content.owner_desk for row in rows})


async def kept(*, viewer: Viewer, place_id: int) -> Mapping[int, tuple[str, ...]]:
    """The desks that each of a place's staff keeps up."""
    must_see(viewer, "user.read", place_id, thing="place")
    found: dict[int, tuple[str, ...]] = {}
    rows = await fetch("SELECT person_id, owner_desk FROM keeper WHERE place_id=$1 ORDER BY owner_desk", place_id)
    for row in rows:
        found[row["person_id"]] = (*found.get(row["person_id"], ()), row["owner_desk"])
    return found


async def keep(person_id: int, *, by: Viewer, place_id: int, desks: Sequence[str]) -> None:
    """管哪条线: which desks' entries somebody keeps up from now on, instead of those before."""
    allow(by, "user.keep", place_id)
    await must_belong(person_id, place_id, by=by)
    if not set(desks) <= set(await _desks(place_id)):
        raise Invalid("user.no_such_desk")
    async with transaction():
        await Keeper.filter(person_id=person_id, place_id=place_id).delete()
        for desk in sorted(set(desks)):
            await Keeper.create(created_at=clock.now(), person_id=person_id, place_id=place_id, owner_desk=desk)
        await record(by, "user.keep", subject="person", subject_id=person_id, place_id=place_id)
