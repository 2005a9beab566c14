"""Whom somebody may manage: roles not above their own, people who hold none above it, and never the last admin."""

from __future__ import annotations

from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.person import NEIGHBOURS, WORKS_HERE, RoleName
from models.place import Level
from models.transaction import execute, fetch, fetch_one
from people.viewers import Held, Viewer, ViewerKind

_PARTNERS = (
    RoleName.POLICE,
    RoleName.DOCTOR,
    RoleName.PROPERTY,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.MODERATOR,
    RoleName.UNIT_MEMBER,
)
_ROLES: dict[Level, tuple[RoleName, ...]] = {
    Level.NEIGHBOURHOOD: (RoleName.WORKER, RoleName.SECRETARY, *_PARTNERS, RoleName.ADMIN),
    Level.SUBDISTRICT: (
        RoleName.SUBDISTRICT_DESK,
        RoleName.SUBDISTRICT_OBSERVER,
        RoleName.UNIT_MEMBER,
        RoleName.ADMIN,
    ),
    Level.DISTRICT: (RoleName.DISTRICT_OBSERVER, RoleName.ADMIN),
}
"""Roles of those who work in a place of this level."""
NEIGHBOURS_GIVEN = (RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER)
"""Given to residents, who have no password; who lives here is a resident by that alone (people/rights.py)."""
_GIVEN_BY = {
    RoleName.SECRETARY: frozenset({RoleName.WORKER, RoleName.SECRETARY, *_PARTNERS, *NEIGHBOURS_GIVEN}),
    RoleName.ADMIN: frozenset({*(role for roles in _ROLES.values() for role in roles), *NEIGHBOURS_GIVEN}),
}


def may_give(viewer: Viewer, role: RoleName, place_id: int) -> bool:
    """Whether they may give and take a role in a place: a secretary makes no admin."""
    if viewer.kind is ViewerKind.SYSTEM:
        return True
    return any(role in given for held, given in _GIVEN_BY.items() if viewer.holds(held, place_id))


def must_give(viewer: Viewer, role: RoleName, place_id: int) -> None:
    """Refuse a role above their own."""
    if not may_give(viewer, role, place_id):
        raise NotAllowed("user.role_above", role=role.value)


def must_be_of_neighbours(role: RoleName) -> None:
    """Refuse, on somebody's card, what is given with an account: who works here comes in by a password of their own."""
    if role not in NEIGHBOURS_GIVEN:
        raise Invalid("user.needs_account", role=role.value)


def roles_for(level: Level) -> tuple[RoleName, ...]:
    """The roles of those who work in a place of this level, with an account of their own."""
    return _ROLES[level]


async def must_fit(person_id: int, role: RoleName, place_id: int) -> None:
    """Refuse a role that a place of this level has not, and one of residents to who is none there."""
    row = await fetch_one("SELECT level FROM place WHERE id=$1", place_id)
    if row is None:
        raise NotFound("place.not_found")
    level = Level(row["level"])
    if role not in (*roles_for(level), *(NEIGHBOURS if level is Level.NEIGHBOURHOOD else ())):
        raise Invalid("user.role_not_there", role=role.value)
    if role in NEIGHBOURS_GIVEN and not await _lives_there(person_id, place_id):
        raise WrongState("user.no_resident")


async def _lives_there(person_id: int, place_id: int) -> bool:
    held = "SELECT 1 AS found FROM role WHERE person_id=$1 AND place_id=$2 AND name='resident'"
    return await fetch_one(held, person_id, place_id) is not None


async def must_manage(person_id: int, *, by: Viewer) -> None:
    """Refuse a person who holds a role, here or anywhere, that they could not take; the system manages everybody."""
    if by.kind is ViewerKind.SYSTEM:
        return
    held = await roles_of(person_id)
    if not all(may_give(by, one.role, one.place_id) for one in held):
        raise NotAllowed("user.person_above")


async def roles_of(person_id: int) -> list[Held]:
    """Every role of staff that somebody holds."""
    rows = await fetch(f"SELECT name, place_id FROM role WHERE person_id=$1 AND name IN {WORKS_HERE}", person_id)
    return [Held(RoleName(row["name"]), row["place_id"]) for row in rows]


async def must_belong(person_id: int, place_id: int, *, by: Viewer) -> None:
    """Refuse, as if there were nobody, who neither belongs to a place nor holds a role there."""
    if by.kind is ViewerKind.SYSTEM:
        return
    row = await fetch_one(
        "SELECT 1 AS found FROM person p WHERE p.id=$1 AND (p.place_id=$2"
        f" OR EXISTS (SELECT 1 FROM role r WHERE r.person_id=p.id AND r.place_id=$2 AND r.name IN {WORKS_HERE}))",
        person_id,
        place_id,
    )
    if row is None:
        raise NotFound("user.nobody_here")


async def hold_admins(place_id: int) -> None:
    """Let nobody else take an admin from this place until the transaction ends."""
    await execute("UPDATE place SET name=name WHERE id=$1", place_id)


async def must_leave_an_admin(place_id: int) -> None:
    """Refuse, under ``hold_admins``, a change that left a place without an admin who can sign in.

    Somebody with a password to begin with does not count: it may never be used.
    """
    row = await fetch_one(
        "SELECT COUNT(*) AS n FROM role r JOIN person p ON p.id=r.person_id"
        " WHERE r.place_id=$1 AND r.name='admin' AND p.is_active AND p.password_hash IS NOT NULL"
        " AND p.start_until IS NULL",
        place_id,
    )
    if row is None or not row["n"]:
        raise WrongState("user.last_admin")
