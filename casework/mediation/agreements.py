"""调解协议: drafted by the mediator, and good once each side has said so for itself, by a press or on signed paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.cases.steps import words
from casework.loop import DRAFTED, state_after
from casework.mediation import ways
from casework.mediation.reminding import IDLE, UNCONFIRMED, morning_of
from casework.mediation.sight import as_side, is_mediator, on_hand
from casework.mediation.steps import across, act, side_of
from casework.mediation.telling import ask_confirm, tell_both, tell_side, tell_workers
from models import clock
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.mediation import Mediation, MediationNote, MediationSide, NoteKind, Party
from models.sealed import seal
from models.transaction import transaction
from people.viewers import Viewer

FURTHEST = dt.timedelta(days=366)
PAPER = "paper"
_UNCONFIRMED: dict[str, object] = {"confirmed_at": None, "confirm_way": "", "confirm_by_id": None}


async def draft(
    mediation_id: int, *, by: Viewer, text: str, follow_up_on: dt.date | None, seen_version: int | None = None
) -> Mediation:
    """写协议: both sides read it; what was confirmed of an earlier draft no longer counts."""
    said = words(text)
    if not said:
        raise Invalid("mediation.empty")
    if follow_up_on is None or not clock.today() < follow_up_on <= clock.today() + FURTHEST:
        raise Invalid("mediation.follow_up_day")
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.draft", seen_version=seen_version)
        number = mediation.agreement_number + 1
        changes: dict[str, Any] = {
            "agreement_sealed": seal(said),
            "agreement_number": number,
            "follow_up_on": follow_up_on,
            "remind_at": clock.now() + UNCONFIRMED,
        }
        await act(mediation, "mediation.draft", by=by, facts={"draft": number}, **changes)
        await MediationSide.filter(mediation_id=mediation.id).update(**_UNCONFIRMED)
        await ask_confirm(mediation, text=said)
    return mediation


async def confirm(mediation_id: int, *, by: Viewer, agreement: int) -> Mediation:
    """确认协议: by the side itself, of the draft it has read; Taken when another one was written meanwhile."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.confirm")
        await _confirmed(mediation, side, by=by, agreement=agreement)
    return mediation


async def sign(mediation_id: int, *, by: Viewer, party: Party | str, agreement: int, paper: str) -> Mediation:
    """纸上签了: the mediator writes down that a side signed the draft, and where the paper is; that side is told."""
    kept = words(paper)
    if party not in {*Party} or len(kept) < 2:
        raise Invalid("mediation.no_paper")
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.sign")
        if not is_mediator(mediation, by):
            raise NotAllowed("mediation.mediator_only", verb="mediation.sign")
        side = await side_of(mediation, Party(party))
        await _confirmed(mediation, side, by=by, agreement=agreement, way=PAPER)
        await MediationNote.create(
            created_at=clock.now(),
            mediation_id=mediation.id,
            party=side.party,
            kind=NoteKind.KEPT,
            text_sealed=seal(kept),
            by_id=by.person_id,
        )
        await tell_side(mediation, side.party, "mediation.signed_on_paper")
    return mediation


async def _confirmed(mediation: Mediation, side: MediationSide, *, by: Viewer, agreement: int, way: str = "") -> None:
    if mediation.state is not DRAFTED:
        raise WrongState("mediation.confirm", state=mediation.state)
    if agreement != mediation.agreement_number:
        raise Taken("mediation.draft_changed", number=mediation.number)
    if side.confirmed_at is not None:
        raise WrongState("mediation.confirmed_already")
    other = await side_of(mediation, across(side.party))
    facts = {"draft": agreement, **({"way": way} if way else {})}
    if other.confirmed_at is None:
        await act(mediation, "mediation.confirm", by=by, party=side.party, facts=facts)
    else:
        assert mediation.follow_up_on is not None
        changes = {"signed_at": clock.now(), "remind_at": morning_of(mediation.follow_up_on)}
        await act(mediation, "mediation.confirm_both", by=by, party=side.party, facts=facts, **changes)
    values = {"confirmed_at": clock.now(), "confirm_way": way, "confirm_by_id": by.person_id}
    await MediationSide.filter(id=side.id).update(**values)
    if other.confirmed_at is not None:
        await _signed(mediation, by=by)


async def _signed(mediation: Mediation, *, by: Viewer) -> None:
    await tell_both(mediation, "mediation.signed", by=by, ways=ways.in_words(mediation))
    await tell_workers(mediation, "mediation.signed", but=by.person_id)


async def object_to(mediation_id: int, *, by: Viewer, text: str = "") -> Mediation:
    """要改: a side does not want the draft as it is; why is for the mediator alone."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.object")
        state_after(mediation.state, "mediation.object")
        await act(mediation, "mediation.object", by=by, party=side.party, remind_at=clock.now() + IDLE)
        await MediationSide.filter(mediation_id=mediation.id).update(**_UNCONFIRMED)
        if said := words(text):
            await MediationNote.create(
                created_at=clock.now(),
                mediation_id=mediation.id,
                party=side.party,
                kind=NoteKind.TOLD,
                text_sealed=seal(said),
                by_id=by.person_id,
            )
        await tell_side(mediation, across(side.party), "mediation.objected")
        await tell_workers(mediation, "mediation.objected", but=by.person_id)
    return mediation
