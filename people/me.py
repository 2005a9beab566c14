"""Who somebody is here: what their own page shows of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.errors import NotFound
from models.household import Relation, ResidenceState
from models.person import RoleName
from models.transaction import day, fetch, fetch_one
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home of one's own: where it is, as what, since when; waiting to be let in where ``state`` is pending."""

    estate: str
    building: str
    label: str
    relation: Relation
    state: ResidenceState
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class Me:
    """Name, the name that neighbours see, homes, and the roles held in the neighbourhood."""

    name: str
    shown_name: str
    homes: tuple[HomeLine, ...]
    roles: tuple[RoleName, ...]


async def me(*, viewer: Viewer) -> Me:
    """我的: the viewer's own; two statements."""
    row = await fetch_one("SELECT name, shown_name FROM person WHERE id=$1 AND is_active", viewer.person_id)
    if row is None:
        raise NotFound("person.not_found")
    roles = tuple(sorted({held.role for held in viewer.roles}))
    return Me(row["name"], row["shown_name"], tuple(await _homes(viewer)), roles)


async def _homes(viewer: Viewer) -> list[HomeLine]:
    rows = await fetch(
        "SELECT e.name AS estate, b.name AS building, h.label, d.relation, d.state, d.since FROM residence d"
        " JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id"
        " WHERE d.person_id=$1 ORDER BY d.id",
        viewer.person_id,
    )
    return [
        HomeLine(
            row["estate"],
            row["building"],
            row["label"],
            Relation(row["relation"]),
            ResidenceState(row["state"]),
            day(row["since"]),
        )
        for row in rows
    ]
