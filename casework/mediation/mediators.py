"""定调解员: who may lead talks in a place, and who leads these; never somebody who is a side, or lives with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.loop import AGREED, ASSIGNED
from casework.mediation import reminding
from casework.mediation.sight import concerned, on_hand
from casework.mediation.steps import act
from casework.mediation.telling import tell_both, tell_staff
from models import clock
from models.errors import Invalid
from models.mediation import Mediation
from models.transaction import fetch, transaction
from people.permissions import allow
from people.viewers import Viewer

_HERE = (
    "SELECT p.id, p.shown_name, (SELECT count(*) FROM mediation m WHERE m.mediator_id=p.id AND m.closed_at IS NULL)"
    " AS open FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1 AND r.name='mediator' AND p.is_active"
    " ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class MediatorLine:
    """A mediator of the place, and how many talks they lead now (for staff; residents read 0)."""

    person_id: int
    name: str
    open: int


async def mediators(*, viewer: Viewer, place_id: int) -> list[MediatorLine]:
    """调解员名单: for those who live or work in the place."""
    allow(viewer, "mediation.see_mediators", place_id)
    rows = await fetch(_HERE, place_id)
    return [MediatorLine(row["id"], row["shown_name"], row["open"] if viewer.is_staff else 0) for row in rows]


async def wished(mediator_id: int | None, place_id: int) -> int | None:
    """Whom a side wishes for, as far as they are on the place's list."""
    return next((row["id"] for row in await fetch(_HERE, place_id) if row["id"] == mediator_id), None)


async def choose(mediation_id: int, *, by: Viewer, mediator_id: int, seen_version: int | None = None) -> Mediation:
    """定调解员: of the list; both sides hear who it is."""
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.choose", seen_version=seen_version)
        names = {row["id"]: row["shown_name"] for row in await fetch(_HERE, mediation.place_id)}
        if mediator_id not in names:
            raise Invalid("mediation.not_a_mediator")
        if mediation.id in await concerned(mediator_id):
            raise Invalid("mediation.mediator_concerned")
        facts = {"mediator": mediator_id}
        begins = mediation.state in {AGREED, ASSIGNED}
        when: dict[str, Any] = {"remind_at": clock.now() + reminding.IDLE} if begins else {}
        await act(mediation, "mediation.choose", by=by, facts=facts, mediator_id=mediator_id, **when)
        await tell_both(mediation, "mediation.chosen", by=by, mediator=names[mediator_id])
        await tell_staff(mediation, [mediator_id], "mediation.chosen")
    return mediation
