"""What every verb on a mediation leaves behind: the row held, the guarded move, a step, an audit line, and a signal."""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.loop import move
from courier import signals
from models import clock
from models.errors import NotFound
from models.mediation import Mediation, MediationSide, MediationStep, Party
from models.transaction import execute
from people.audit import record
from people.viewers import Viewer

NO_FACTS: Mapping[str, object] = {}


async def hold(mediation_id: int) -> Mediation:
    """A mediation as it stands now; nobody else changes it, or its sides, until the commit."""
    await execute("UPDATE mediation SET version=version WHERE id=$1", mediation_id)
    found = await Mediation.get_or_none(id=mediation_id)
    if found is None:
        raise NotFound("mediation.not_found")
    return found


async def side_of(mediation: Mediation, party: Party) -> MediationSide:
    """One of its two sides."""
    return await MediationSide.get(mediation_id=mediation.id, party=party)


def across(party: Party) -> Party:
    """The other side of a side."""
    return Party.OTHER if party is Party.APPLICANT else Party.APPLICANT


async def act(
    mediation: Mediation,
    verb: str,
    *,
    by: Viewer,
    party: Party | None = None,
    facts: Mapping[str, object] = NO_FACTS,
    **changes: object,
) -> None:
    """Do a verb: move the row under its guard, then write it down."""
    await move(mediation, verb, **changes)
    await note_down(mediation, verb, by=by, party=party, facts=facts)


async def note_down(
    mediation: Mediation,
    verb: str,
    *,
    by: Viewer,
    party: Party | None = None,
    facts: Mapping[str, object] = NO_FACTS,
) -> None:
    """Write the step and the audit line of a verb that was done, and wake who looks at it."""
    await MediationStep.create(
        created_at=clock.now(),
        mediation_id=mediation.id,
        place_id=mediation.place_id,
        verb=verb,
        by_id=by.person_id,
        party=party.value if party else "",
        state=mediation.state,
        facts=json.dumps(dict(facts), ensure_ascii=False),
    )
    await record(by, verb, subject="mediation", subject_id=mediation.id, place_id=mediation.place_id)
    signals.publish(signals.desk_topic(mediation.place_id))
