"""跑一趟: a side had to come to the desk because of its mediation; 零跑, 一次 and 多次 are counted from these steps and
from who came to a talk, never typed. What is noted here for a side on a day (in Shanghai) on which it came to a talk at
a place is that same visit, whichever was written down first: it stands among the steps and is not counted again."""

from __future__ import annotations

import datetime as dt

from casework.mediation.sight import on_hand
from casework.mediation.steps import act, note_down
from models import clock
from models.errors import Invalid, Taken
from models.mediation import Mediation, MediationStep, Party
from models.transaction import transaction
from people.viewers import Viewer

VERB = "mediation.trip"
TWICE = dt.timedelta(minutes=10)
"""For so long a second press is the same trip."""


async def trip(mediation_id: int, *, by: Viewer, party: Party | str, booking_id: int | None = None) -> Mediation:
    """来跑了一趟: a side came to the desk once more; ``booking_id``: at a time it had booked."""
    if party not in {*Party}:
        raise Invalid("mediation.way_missing")
    party = Party(party)
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb=VERB)
        lately = MediationStep.filter(mediation_id=mediation.id, verb=VERB, party=party.value)
        if await lately.filter(created_at__gt=clock.now() - TWICE).exists():
            raise Taken("mediation.came_already")
        facts: dict[str, object] = {"way": "desk"} if booking_id is None else {"way": "desk", "booking": booking_id}
        await act(mediation, VERB, by=by, party=party, facts=facts)
    return mediation


async def came_to_ask(mediation: Mediation, *, by: Viewer) -> None:
    """Who asked for it came to the desk to do so."""
    await note_down(mediation, VERB, by=by, party=Party.APPLICANT, facts={"way": "desk"})
