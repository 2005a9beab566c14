"""Which cases a viewer may see and act on.

Those who work in a place see all of its cases. A unit's people see exactly what was sent to a team of theirs, a
subdistrict's desk exactly what was handed up to its level below it; anybody what they own or are offered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tortoise.expressions import Q

from casework.cases import reading
from casework.cases.teams import UNIT_ROLES, teams_of
from models.case import Case
from models.errors import NotAllowed, NotFound, Taken
from models.person import RoleName
from models.place import Level
from models.transaction import fetch, listed
from people.permissions import PERMISSIONS
from people.scope import given_at, given_places, places_for
from people.viewers import Viewer, ViewerKind

WIDE = frozenset({RoleName.WORKER, RoleName.SECRETARY, RoleName.ADMIN})
"""Roles that see every case of their place."""
READ = "case.read"
_DESK = frozenset({RoleName.SUBDISTRICT_DESK})
_GIVEN_TO = WIDE | _DESK


def wide_places(viewer: Viewer, verb: str = READ) -> frozenset[int] | None:
    """Places of which the viewer sees every case; None: every place."""
    return places_for(_only(viewer, WIDE), verb)


def _only(viewer: Viewer, roles: frozenset[RoleName]) -> Viewer:
    return replace(viewer, place_id=None, roles=frozenset(held for held in viewer.roles if held.role in roles))


def _holds(viewer: Viewer, roles: frozenset[RoleName], verb: str) -> bool:
    return any(held.role in roles and held.role in PERMISSIONS.get(verb, ()) for held in viewer.roles)


async def seen_by(viewer: Viewer) -> Q:
    """The condition on cases under which this viewer may see a row."""
    places = wide_places(viewer)
    if places is None:
        return Q()
    seen = Q(place_id__in=[*places] or [0])
    if viewer.person_id is None:
        return seen
    if given := await _given(viewer, READ) - places:
        mine = Q(owner_id=viewer.person_id) | Q(transfer_to_id=viewer.person_id)
        seen |= Q(mine, place_id__in=[*given])
    if below := await _below(viewer):
        seen |= Q(place_id__in=below, level__in=[Level.SUBDISTRICT, Level.DISTRICT])
    if sent := await _teams(viewer):
        seen |= Q(team_id__in=sent) | Q(id__in=await _called_to(sent))
    return seen


async def places_of(viewer: Viewer) -> frozenset[int] | None:
    """Places of which the viewer sees cases, but for what was sent to a team of theirs; None: every place."""
    places = wide_places(viewer)
    if places is None:
        return None
    return places | await _given(viewer, READ) | frozenset(await _below(viewer))


async def _given(viewer: Viewer, verb: str) -> frozenset[int]:
    """Places whose cases somebody who answers for them may own or be offered, as far as their roles go now."""
    return await given_places(_only(viewer, _GIVEN_TO), verb)


async def _called_to(team_ids: list[int]) -> list[int]:
    """Cases because of which a team was called (约请)."""
    rows = await fetch(
        "SELECT DISTINCT u.case_id FROM called_team t JOIN unit_call u ON u.id=t.call_id"
        f" WHERE t.team_id IN ({listed(team_ids)}) ORDER BY u.case_id"
    )
    return [row["case_id"] for row in rows]


async def _teams(viewer: Viewer) -> list[int]:
    if viewer.person_id is None or not _holds(viewer, frozenset(UNIT_ROLES), READ):
        return []
    return await teams_of(viewer.person_id)


async def _below(viewer: Viewer) -> list[int]:
    """Neighbourhoods under the subdistricts at whose desk the viewer sits."""
    desks = [str(held.place_id) for held in viewer.roles if held.role is RoleName.SUBDISTRICT_DESK]
    if not desks:
        return []
    return [row["id"] for row in await fetch(f"SELECT id FROM place WHERE parent_id IN ({', '.join(desks)})")]


async def is_unit_only(case: Case, viewer: Viewer) -> bool:
    """Whether the viewer sees this case for no other reason than that it was sent to their unit."""
    if viewer.kind is ViewerKind.SYSTEM:
        return False
    places = wide_places(viewer)
    wide = places is None or case.place_id in places
    return not (wide or await _is_given(case, viewer, READ) or await _is_level_of(case, viewer))


async def _is_level_of(case: Case, viewer: Viewer) -> bool:
    return case.level is not Level.NEIGHBOURHOOD and case.place_id in await _below(viewer)


def is_theirs(case: Case, viewer: Viewer) -> bool:
    """Whether it is the viewer's own, or offered to them."""
    return viewer.person_id is not None and viewer.person_id in {case.owner_id, case.transfer_to_id}


async def _is_given(case: Case, viewer: Viewer, verb: str) -> bool:
    return is_theirs(case, viewer) and case.place_id in await _given(viewer, verb)


async def visible(case_id: int, viewer: Viewer) -> Case:
    """A case, or NotFound for whoever may not see it."""
    case = await reading.kept(("case", case_id, viewer), partial(_seen, case_id, viewer))
    if case is None:
        raise NotFound("case.not_found")
    return case


async def _seen(case_id: int, viewer: Viewer) -> Case | None:
    return await Case.get_or_none(await seen_by(viewer), id=case_id)


async def on_hand(
    case_id: int, *, by: Viewer, verb: str, seen_version: int | None = None, team_id: int | None = None
) -> Case:
    """A case for a verb: NotFound unless they may see it, NotAllowed unless what they are to it may do the verb, Taken
    when it changed since it was seen. ``team_id``: a unit that was called, for which its own people may speak."""
    case = await visible(case_id, by)
    if not await _may(case, by, verb) and not await _speaks_for(team_id, by, verb):
        raise NotAllowed("not_allowed", verb=verb)
    if seen_version is not None and seen_version != case.version:
        raise Taken("case.changed", number=case.number)
    return case


async def _speaks_for(team_id: int | None, by: Viewer, verb: str) -> bool:
    return team_id in await _teams(by) and _holds(by, frozenset(UNIT_ROLES), verb)


async def _may(case: Case, by: Viewer, verb: str) -> bool:
    places = wide_places(by, verb)
    return places is None or case.place_id in places or (await rights(case, by))(verb)


async def rights(case: Case, by: Viewer) -> Callable[[str], bool]:
    """Which verbs somebody may do to a case that they see, whatever its state; the database is asked once for all of
    them."""
    return await reading.kept(("rights", case.id, by), partial(_rights, case, by))


async def _rights(case: Case, by: Viewer) -> Callable[[str], bool]:
    is_units = case.team_id in await _teams(by)
    is_level = await _is_level_of(case, by)
    given = await given_at(_only(by, _GIVEN_TO), case.place_id) if is_theirs(case, by) else _nothing

    def may(verb: str) -> bool:
        places = wide_places(by, verb)
        if places is None or case.place_id in places or given(verb):
            return True
        return (is_units and _holds(by, frozenset(UNIT_ROLES), verb)) or (is_level and _holds(by, _DESK, verb))

    return may


def _nothing(_verb: str) -> bool:
    return False


def leads(case: Case, by: Viewer) -> bool:
    """Whether they lead the case's place, or are the system."""
    if by.kind is ViewerKind.SYSTEM:
        return True
    return any(by.holds(role, case.place_id) for role in (RoleName.SECRETARY, RoleName.ADMIN))


async def coordinates(case: Case, by: Viewer) -> bool:
    """Whether they may decide between units: who leads the place, or the desk of the level it was handed up to."""
    return leads(case, by) or await _is_level_of(case, by)


async def must_coordinate(case: Case, by: Viewer, verb: str) -> None:
    """Refuse whoever may not decide between units."""
    if not await coordinates(case, by):
        raise NotAllowed("case.coordinator_only", verb=verb)


def owns(case: Case, by: Viewer) -> bool:
    """Whether it is theirs to say: who owns the case or leads its place."""
    return by.person_id == case.owner_id or leads(case, by)


def must_own(case: Case, by: Viewer, verb: str) -> None:
    """Refuse whoever neither owns the case nor leads its place."""
    if not owns(case, by):
        raise NotAllowed("case.not_the_owner", verb=verb)
