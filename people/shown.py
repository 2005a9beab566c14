"""How somebody is shown: to neighbours as building and chosen name, to staff of the place by the real name.

The one place that decides. Nothing of it is copied anywhere: a badge that is withdrawn, a role that is taken, a name
that is changed is so at once on everything old and new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.errors import NotFound
from models.person import NEIGHBOURS, RoleName
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.keeping import seen_in
from people.names import check_shown_name
from people.permissions import allow, may
from people.scope import must_see
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody as a viewer sees them. ``name`` is the chosen one, ``real`` is '' unless the viewer may know it.

    ``roles`` are those held in the place, without that of a resident; ``is_party``: a party member who shows it.
    """

    person_id: int
    name: str
    real: str
    building: str
    roles: tuple[RoleName, ...]
    is_party: bool

    @property
    def words(self) -> str:
        """One line, as 3号楼 阿芳, and for who may know it the real name behind."""
        is_in_name = bool(self.building) and self.name.startswith(self.building)
        shown = self.name if is_in_name else f"{self.building} {self.name}".strip()
        return say("shown.with_real", shown=shown, real=self.real) if self.real else shown


_PEOPLE = (
    "SELECT p.id, p.name, p.shown_name, p.party_marked_at, p.party_shown_at,"
    " (SELECT b.name FROM residence d JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id"
    " WHERE d.person_id=p.id AND d.place_id=$1 AND d.state='living' ORDER BY d.id LIMIT 1) AS building"
    " FROM person p WHERE p.id IN ({marks})"
)
_OF_THE_PLACE = " AND (p.place_id=$1 OR EXISTS (SELECT 1 FROM role r WHERE r.person_id=p.id AND r.place_id=$1))"
_ROLES = "SELECT person_id, name FROM role WHERE place_id=$1 AND person_id IN ({marks}) AND name<>'resident'"


async def shown(person_ids: Iterable[int], *, viewer: Viewer, place_id: int) -> Mapping[int, Shown]:
    """Some people of a place as the viewer sees them, in two statements; who is not of the place is left out."""
    must_see(viewer, "person.see_shown", place_id, thing="place")
    return await _all(person_ids, viewer=viewer, place_id=place_id, which=_OF_THE_PLACE)


async def _all(person_ids: Iterable[int], *, viewer: Viewer, place_id: int, which: str) -> Mapping[int, Shown]:
    ids = sorted(set(person_ids))
    if not ids:
        return {}
    marks = ", ".join(f"${at}" for at in range(2, len(ids) + 2))
    roles: dict[int, list[RoleName]] = {}
    for row in await fetch(_ROLES.format(marks=marks), place_id, *ids):
        roles.setdefault(row["person_id"], []).append(RoleName(row["name"]))
    knows = may(viewer, "person.read", place_id)
    rows = await fetch(_PEOPLE.format(marks=marks) + which, place_id, *ids)
    return {row["id"]: _shown(row, roles.get(row["id"], []), knows=knows) for row in rows}


def _shown(row: Row, roles: list[RoleName], *, knows: bool) -> Shown:
    works = any(role not in NEIGHBOURS for role in roles)
    return Shown(
        person_id=row["id"],
        name=row["shown_name"],
        real=row["name"] if knows and row["name"] != row["shown_name"] else "",
        building="" if works else row["building"] or "",
        roles=tuple(sorted(roles)),
        is_party=row["party_marked_at"] is not None and row["party_shown_at"] is not None,
    )


async def own(*, viewer: Viewer, place_id: int | None = None) -> Shown:
    """The viewer as neighbours see them, in a neighbourhood (None: the one that keeps them)."""
    person_id, place_id = viewer.person_id, place_id or viewer.place_id
    if person_id is None or place_id is None:
        raise NotFound("person.not_found")
    held = sorted({held.role for held in viewer.roles if held.place_id == place_id} - {RoleName.RESIDENT})
    rows = await fetch(_PEOPLE.format(marks="$2"), place_id, person_id)
    return _shown(rows[0], held, knows=False)


async def standing(person_id: int, *, viewer: Viewer) -> Shown:
    """Somebody of the viewer's place, for their card."""
    place_id = await seen_in(person_id, viewer=viewer)
    return (await _all([person_id], viewer=viewer, place_id=place_id, which=""))[person_id]


async def look_up(person_id: int, *, by: Viewer) -> str:
    """看真名: who stands behind a shown name; every look is on record."""
    place_id = await seen_in(person_id, viewer=by)
    row = await fetch_one("SELECT name FROM person WHERE id=$1", person_id)
    assert row is not None
    async with transaction():
        await record(by, "person.look_up", subject="person", subject_id=person_id, place_id=place_id)
    return str(row["name"])


async def choose_name(name: str, *, by: Viewer) -> str:
    """改称呼: the name that neighbours see, at once everywhere. Gives it in the form in which it is shown."""
    allow(by, "person.choose_name", None)
    chosen = check_shown_name(name)
    async with transaction():
        if await execute("UPDATE person SET shown_name=$1 WHERE id=$2 AND is_active", chosen, by.person_id) != 1:
            raise NotFound("person.not_found")
        await record(by, "person.choose_name", subject="person", subject_id=by.person_id, place_id=by.place_id)
    return chosen
