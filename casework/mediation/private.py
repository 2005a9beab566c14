"""私下的话: between one side and the mediator. The other side never learns of them, nor do the staff of the place; who
leads it may open them, and that stays on record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tortoise.expressions import Q

from casework.cases.steps import words
from casework.loop import state_after
from casework.mediation.sight import as_side, is_mediator, leads, my_side, on_hand, visible
from casework.mediation.steps import note_down
from casework.mediation.telling import tell_side, tell_staff
from models import clock
from models.errors import Invalid, NotAllowed
from models.mediation import Mediation, MediationNote, MediationStep, NoteKind, Party
from models.sealed import seal
from models.sealed import unseal as unsealed
from models.transaction import transaction
from people.audit import record
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A private word of one side."""

    party: Party
    kind: NoteKind
    text: str
    at: dt.datetime


async def tell(mediation_id: int, *, by: Viewer, text: str) -> Mediation:
    """告诉调解员: by a side; nobody but the mediator reads it."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.tell")
        await _keep(mediation, side.party, kind=NoteKind.TOLD, text=text, by=by, verb="mediation.tell")
        await tell_staff(mediation, [mediation.mediator_id], "mediation.told")
    return mediation


async def note(mediation_id: int, *, by: Viewer, party: Party | str, text: str) -> Mediation:
    """记一笔: what the mediator keeps about a side, for themselves."""
    async with transaction():
        mediation = await _of_mediator(mediation_id, by=by, verb="mediation.note")
        await _keep(mediation, _party(party), kind=NoteKind.KEPT, text=text, by=by, verb="mediation.note")
    return mediation


async def speak(mediation_id: int, *, by: Viewer, party: Party | str, text: str) -> Mediation:
    """对一方说: the mediator to one side. Its chat only says that there is something; the words stand on the side's own
    page, since what a chat shows can be read at the desk."""
    async with transaction():
        mediation = await _of_mediator(mediation_id, by=by, verb="mediation.speak")
        await _keep(mediation, _party(party), kind=NoteKind.SAID, text=text, by=by, verb="mediation.speak")
        await tell_side(mediation, _party(party), "mediation.spoken")
    return mediation


def _party(party: Party | str) -> Party:
    if party not in {*Party}:
        raise Invalid("mediation.way_missing")
    return Party(party)


async def _of_mediator(mediation_id: int, *, by: Viewer, verb: str) -> Mediation:
    mediation = await on_hand(mediation_id, by=by, verb=verb)
    if not is_mediator(mediation, by):
        raise NotAllowed("mediation.mediator_only", verb=verb)
    return mediation


async def _keep(mediation: Mediation, party: Party, *, kind: NoteKind, text: str, by: Viewer, verb: str) -> None:
    said = words(text)
    if not said:
        raise Invalid("mediation.empty")
    state_after(mediation.state, verb)
    await MediationNote.create(
        created_at=clock.now(),
        mediation_id=mediation.id,
        party=party,
        kind=kind,
        text_sealed=seal(said),
        by_id=by.person_id,
    )
    await note_down(mediation, verb, by=by, party=party)


async def notes(mediation_id: int, *, viewer: Viewer) -> list[NoteLine]:
    """The private words of both sides, for the mediator they were meant for; nothing for anybody else who sees the
    mediation. Whoever takes over reads what was told before anybody was chosen, and since they were themselves."""
    mediation = await visible(mediation_id, viewer)
    if not is_mediator(mediation, viewer):
        return []
    chosen = await MediationStep.filter(mediation_id=mediation.id, verb="mediation.choose").order_by("id")
    if len({one.facts for one in chosen}) < 2:
        return await _lines(mediation.id)
    since = Q(created_at__lt=chosen[0].created_at) | Q(created_at__gte=chosen[-1].created_at)
    return await _lines(mediation.id, since | Q(by_id=viewer.person_id))


async def unseal(mediation_id: int, *, by: Viewer) -> list[NoteLine]:
    """看私下的话: by who leads the place; every look is on record."""
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.unseal")
        if not leads(mediation, by):
            raise NotAllowed("not_allowed", verb="mediation.unseal")
        await record(by, "mediation.unseal", subject="mediation", subject_id=mediation.id, place_id=mediation.place_id)
    return await _lines(mediation.id)


async def own_notes(mediation_id: int, *, viewer: Viewer) -> list[NoteLine]:
    """What they told the mediator themselves, and what the mediator said to their side; never what the mediator keeps,
    nor what somebody else told as this side before them."""
    side = await my_side(mediation_id, viewer)
    own = Q(kind=NoteKind.SAID) | Q(kind=NoteKind.TOLD, by_id=viewer.person_id)
    return await _lines(mediation_id, own, party=side.party)


async def _lines(mediation_id: int, *conditions: Q, **which: object) -> list[NoteLine]:
    rows = await MediationNote.filter(*conditions, mediation_id=mediation_id, **which).order_by("id")
    return [NoteLine(row.party, row.kind, unsealed(row.text_sealed), row.created_at) for row in rows]
