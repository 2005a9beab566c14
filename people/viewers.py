"""Who looks or acts: a person with their roles, a guest of a place known only by a contact, or the system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from models.person import NEIGHBOURS, RoleName
from models.transaction import fetch_by_key


class ViewerKind(StrEnum):
    """What sort of viewer this is."""

    PERSON = "person"
    GUEST = "guest"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a place; ``boards`` are those to which a moderator is kept, none: all of them."""

    role: RoleName
    place_id: int
    boards: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Passed to every finder as ``viewer=`` and to every verb as ``by=``. ``contact_id``: their chat."""

    kind: ViewerKind
    person_id: int | None = None
    place_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    roles: frozenset[Held] = frozenset()

    def holds(self, role: RoleName, place_id: int | None) -> bool:
        """Whether they hold a role in a place."""
        return place_id is not None and Held(role, place_id) in self.roles

    @property
    def is_staff(self) -> bool:
        """Whether they work here in any role."""
        return any(held.role not in NEIGHBOURS for held in self.roles)


SYSTEM = Viewer(ViewerKind.SYSTEM)


def guest(place_id: int, *, contact_id: int | None = None) -> Viewer:
    """Somebody not known by name, in a neighbourhood; ``contact_id`` when they speak from a chat."""
    return Viewer(ViewerKind.GUEST, place_id=place_id, contact_id=contact_id)


async def viewer_of(person_id: int, *, contact_id: int | None = None) -> Viewer | None:
    """The person with the roles they hold now; None when there is no such active person."""
    rows = await fetch_by_key(
        "SELECT p.id, p.place_id AS home, p.shown_name, r.name AS role, r.place_id, r.boards FROM person p"
        " LEFT JOIN role r ON r.person_id=p.id WHERE p.id=$1 AND p.is_active",
        person_id,
    )
    if not rows:
        return None
    roles = frozenset(
        Held(RoleName(row["role"]), row["place_id"], frozenset(row["boards"].split())) for row in rows if row["role"]
    )
    return Viewer(
        ViewerKind.PERSON,
        person_id=person_id,
        place_id=rows[0]["home"],
        contact_id=contact_id,
        name=rows[0]["shown_name"],
        roles=roles,
    )
