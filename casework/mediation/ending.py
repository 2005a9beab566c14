"""How a mediation ends: a side stops it, it does not come to terms, or what was agreed is kept, or not (回访)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from casework.mediation import kept_words, ways
from casework.mediation.agreements import FURTHEST
from casework.mediation.reminding import morning_of
from casework.mediation.sight import as_side, on_hand
from casework.mediation.steps import act
from casework.mediation.telling import tell_both, tell_workers
from models import clock
from models.errors import Invalid, WrongState
from models.mediation import Mediation
from models.transaction import transaction
from models.wording import say_date
from people.viewers import Viewer


class FailReason(StrEnum):
    """Why it was not settled."""

    NO_TERMS = "no_terms"
    ABSENT = "absent"
    NOT_HERE = "not_here"
    STOPPED = "stopped"
    BROKEN = "broken"


SAYABLE = (FailReason.NO_TERMS, FailReason.ABSENT, FailReason.NOT_HERE)
"""Reasons that the mediator gives; the others come of what happened."""


async def stop(mediation_id: int, *, by: Viewer) -> Mediation:
    """不调了: either side may at any time before both have signed; nobody is asked why."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.stop")
        facts = {"reason": FailReason.STOPPED.value}
        await act(mediation, "mediation.stop", by=by, party=side.party, facts=facts, **_ended())
        await tell_both(mediation, "mediation.stopped", by=by, ways=ways.in_words(mediation))
        await tell_workers(mediation, "mediation.stopped")
    return mediation


async def fail(
    mediation_id: int, *, by: Viewer, reason: FailReason | str, seen_version: int | None = None
) -> Mediation:
    """没有调成: with a reason of the list; both sides hear where they can go from here, and until when."""
    if reason not in {one.value for one in SAYABLE}:
        raise Invalid("mediation.fail_reason")
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.fail", seen_version=seen_version)
        await act(mediation, "mediation.fail", by=by, facts={"reason": FailReason(reason).value}, **_ended())
        await tell_both(mediation, "mediation.failed", by=by, ways=ways.in_words(mediation))
        await tell_workers(mediation, "mediation.failed", but=by.person_id)
    return mediation


async def keep(mediation_id: int, *, by: Viewer, seen_version: int | None = None) -> Mediation:
    """回访：履行了: what was agreed is done, and neither side says otherwise."""
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.keep", seen_version=seen_version)
        if await kept_words.is_broken(mediation.id):
            raise WrongState("mediation.said_otherwise")
        await act(mediation, "mediation.keep", by=by, **_ended())
        await tell_both(mediation, "mediation.kept", by=by)
        await tell_workers(mediation, "mediation.kept", but=by.person_id)
    return mediation


async def put_off(
    mediation_id: int, *, by: Viewer, follow_up_on: dt.date | None, seen_version: int | None = None
) -> Mediation:
    """再回访一次: not yet all done; another day is set, which both sides hear, and on which they are asked anew."""
    if follow_up_on is None or not clock.today() < follow_up_on <= clock.today() + FURTHEST:
        raise Invalid("mediation.follow_up_day")
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.put_off", seen_version=seen_version)
        changes: dict[str, Any] = {"follow_up_on": follow_up_on, "remind_at": morning_of(follow_up_on)}
        await act(mediation, "mediation.put_off", by=by, facts={"until": follow_up_on.isoformat()}, **changes)
        await tell_both(mediation, "mediation.put_off", by=by, day=say_date(follow_up_on))
        await tell_workers(mediation, "mediation.put_off", but=by.person_id, day=say_date(follow_up_on))
    return mediation


async def breach(mediation_id: int, *, by: Viewer, seen_version: int | None = None) -> Mediation:
    """回访：没有履行: both sides hear what can be done about it, and until when."""
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.breach", seen_version=seen_version)
        facts = {"reason": FailReason.BROKEN.value}
        await act(mediation, "mediation.breach", by=by, facts=facts, **_ended())
        await tell_both(mediation, "mediation.breached", by=by, ways=ways.in_words(mediation))
        await tell_workers(mediation, "mediation.breached", but=by.person_id)
    return mediation


def _ended() -> dict[str, Any]:
    return {"closed_at": clock.now(), "remind_at": None}
