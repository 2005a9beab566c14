"""Who sees a mediation: those who work in its place, its mediator, and either side their own half of it.

Whoever is a side, or lives with one, is no staff of it: at the desk it does not exist for them. Private words are read
by the mediator alone; who leads the place opens them with an audit line (``private.unseal``).
"""

from __future__ import annotations

from tortoise.expressions import Q

from casework.cases.sight import wide_places
from casework.mediation.steps import hold
from models.errors import NotAllowed, NotFound, Taken
from models.mediation import Mediation, MediationSide, Party
from models.person import RoleName
from models.transaction import fetch, fetch_one
from people.permissions import PERMISSIONS, allow
from people.viewers import Viewer, ViewerKind

READ = "mediation.read"
_LIVING = "SELECT d.open_home_id FROM residence d WHERE d.person_id=$1 AND d.state='living'"
CONCERNED = (
    "SELECT s.mediation_id FROM mediation_side s WHERE s.person_id={me} OR s.home_id IN"
    " (SELECT d.open_home_id FROM residence d WHERE d.person_id={me} AND d.state='living') OR s.person_id IN"
    " (SELECT e.person_id FROM residence e JOIN residence d ON d.open_home_id=e.open_home_id WHERE e.state='living'"
    " AND d.person_id={me} AND d.state='living')"
)
"""Mediations of which somebody, ``me``, is a side or lives with one."""
_OF_THEM = (
    "SELECT s.person_id FROM mediation_side s WHERE s.mediation_id=$1 UNION SELECT e.person_id FROM mediation_side s"
    " JOIN residence d ON d.state='living' AND (d.open_home_id=s.home_id OR d.person_id=s.person_id)"
    " JOIN residence e ON e.open_home_id=d.open_home_id AND e.state='living' WHERE s.mediation_id=$1"
)


async def concerned(person_id: int | None) -> list[int]:
    """Mediations of which somebody is a side, or lives with one."""
    if person_id is None:
        return []
    return [row["mediation_id"] for row in await fetch(CONCERNED.format(me=int(person_id)))]


async def people_concerned(mediation_id: int) -> set[int]:
    """Everybody who is a side of a mediation, or lives with one."""
    return {row["person_id"] for row in await fetch(_OF_THEM, mediation_id) if row["person_id"] is not None}


async def seen_by(viewer: Viewer) -> Q:
    """The condition on mediations under which this viewer sees a row at the desk."""
    places = wide_places(viewer, READ)
    if places is None:
        return Q()
    seen = Q(place_id__in=[*places] or [0])
    leads = [held.place_id for held in viewer.roles if held.role is RoleName.MEDIATOR]
    if viewer.person_id is not None and leads:
        seen |= Q(mediator_id=viewer.person_id, place_id__in=leads)
    theirs = await concerned(viewer.person_id)
    return Q(seen, Q(id__not_in=theirs)) if theirs else seen


async def visible(mediation_id: int, viewer: Viewer) -> Mediation:
    """A mediation at the desk, or NotFound for whoever may not see it."""
    found = await Mediation.get_or_none(await seen_by(viewer), id=mediation_id)
    if found is None:
        raise NotFound("mediation.not_found")
    return found


async def on_hand(mediation_id: int, *, by: Viewer, verb: str, seen_version: int | None = None) -> Mediation:
    """A mediation held for a verb of the desk or the mediator: NotFound unless they see it, NotAllowed unless what they
    are to it may do the verb, Taken when it changed since it was seen."""
    allow(by, verb, None)
    await visible(mediation_id, by)
    found = await hold(mediation_id)
    if not _may(found, by, verb):
        raise NotAllowed("not_allowed", verb=verb)
    if seen_version is not None and seen_version != found.version:
        raise Taken("mediation.changed", number=found.number)
    return found


def _may(mediation: Mediation, by: Viewer, verb: str) -> bool:
    places = wide_places(by, verb)
    if places is None or mediation.place_id in places:
        return True
    return is_mediator(mediation, by) and RoleName.MEDIATOR in PERMISSIONS.get(verb, ())


def is_mediator(mediation: Mediation, viewer: Viewer) -> bool:
    """Whether they lead its talks, and still hold that role."""
    is_chosen = viewer.person_id is not None and viewer.person_id == mediation.mediator_id
    return is_chosen and viewer.holds(RoleName.MEDIATOR, mediation.place_id)


def leads(mediation: Mediation, viewer: Viewer) -> bool:
    """Whether they lead its place, or are the system."""
    if viewer.kind is ViewerKind.SYSTEM:
        return True
    return any(viewer.holds(role, mediation.place_id) for role in (RoleName.SECRETARY, RoleName.ADMIN))


_AS_SIDE = (
    "(s.person_id=$1 OR (s.person_id IS NULL AND s.consented_at IS NULL"
    f" AND s.home_id IN ({_LIVING} AND d.created_at<=s.told_at)))"
)
"""Its person; of a home that nobody has agreed for, who lived there when it was told: nobody who came later."""
_MY_SIDE = (
    f"SELECT s.id FROM mediation_side s WHERE s.mediation_id=$2 AND s.told_at IS NOT NULL AND {_AS_SIDE}"
    " ORDER BY s.person_id IS NULL, s.id LIMIT 1"
)


async def my_side(mediation_id: int, viewer: Viewer) -> MediationSide:
    """The side that somebody is, as far as they were told of it; of a home, whoever lives there until one has answered.
    NotFound for everybody else."""
    row = await fetch_one(_MY_SIDE, viewer.person_id, mediation_id) if viewer.person_id is not None else None
    if row is None:
        raise NotFound("mediation.not_found")
    return await MediationSide.get(id=row["id"])


async def as_side(mediation_id: int, *, by: Viewer, verb: str) -> tuple[Mediation, MediationSide]:
    """A mediation held for a verb of one of its sides, and that side as it stands under the hold."""
    allow(by, verb, None)
    await my_side(mediation_id, by)
    found = await hold(mediation_id)
    return found, await my_side(mediation_id, by)


async def mine(viewer: Viewer) -> list[tuple[int, Party]]:
    """The mediations of which somebody is a side, the newest first, and which side."""
    rows = await fetch(
        f"SELECT s.mediation_id, s.party FROM mediation_side s WHERE s.told_at IS NOT NULL AND {_AS_SIDE}"
        " ORDER BY s.mediation_id DESC LIMIT 100",
        viewer.person_id or 0,
    )
    return [(row["mediation_id"], Party(row["party"])) for row in rows]
