"""同意调解: each side says for itself whether it wants this; without both there is none, and a no ends it kindly."""

from __future__ import annotations

from enum import StrEnum

from casework.mediation import mediators, reminding, telling
from casework.mediation.sight import as_side, on_hand
from casework.mediation.steps import across, act, hold, note_down, side_of
from casework.mediation.telling import tell_side, tell_staff
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.mediation import Mediation, MediationSide, MediationState, Party
from models.sealed import seal, unseal
from models.transaction import fetch_one, transaction
from people.viewers import Viewer


class Way(StrEnum):
    """How a side said it where they did not press it themselves."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    PAPER = "paper"


async def consent(mediation_id: int, *, by: Viewer, wish_id: int | None = None) -> Mediation:
    """同意: by the side itself; of a home, whoever answers first is the side from now on."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.consent")
        if side.consented_at is not None:
            return mediation
        wish = await mediators.wished(wish_id, mediation.place_id)
        await MediationSide.filter(id=side.id).update(person_id=by.person_id, home_id=None, wish_id=wish)
        await give(mediation, side.party, by=by)
    return mediation


async def give(mediation: Mediation, party: Party, *, by: Viewer, way: Way | None = None) -> None:
    """A side's yes: the second one opens the way to a mediator, the first one lets the other side be asked."""
    side, other = await side_of(mediation, party), await side_of(mediation, across(party))
    is_last = other.consented_at is not None
    verb = "mediation.consent_both" if is_last else "mediation.consent"
    changes = {"remind_at": clock.now() + reminding.UNCHOSEN} if is_last else {}
    await act(mediation, verb, by=by, party=party, facts={"way": way.value} if way else {}, **changes)
    await MediationSide.filter(id=side.id).update(
        consented_at=clock.now(), consent_way=way.value if way else "", consent_by_id=by.person_id
    )
    if is_last:
        await telling.tell_both(mediation, "mediation.agreed", by=by)
        await tell_staff(mediation, [mediation.owner_id], "mediation.agreed")
    elif party is Party.APPLICANT:
        await ask_other(mediation)


async def ask_other(mediation: Mediation) -> None:
    """Ask the other side; whom no chat reaches, its owner asks by telephone or at the door."""
    applicant, matter = await side_of(mediation, Party.APPLICANT), unseal(mediation.matter_sealed)
    side = await side_of(mediation, Party.OTHER)
    if side.person_id is None and side.home_id is None:
        await tell_staff(mediation, [mediation.owner_id], "mediation.find_other")
        return
    await telling.ask_consent(mediation, Party.OTHER, name=unseal(applicant.name_sealed), matter=matter)
    reached = await telling.is_reached(mediation, Party.OTHER)
    await tell_staff(mediation, [mediation.owner_id], "mediation.applied" if reached else "mediation.call_other")


async def refuse(mediation_id: int, *, by: Viewer) -> Mediation:
    """不同意: by the side itself; it ends there, nobody is asked why."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.refuse")
        if side.consented_at is not None:
            raise WrongState("mediation.refuse", state=mediation.state)
        await MediationSide.filter(id=side.id).update(person_id=by.person_id, home_id=None)
        await _refused(mediation, side.party, by=by)
    return mediation


async def _refused(mediation: Mediation, party: Party, *, by: Viewer, way: Way | None = None) -> None:
    facts = {"way": way.value} if way else {}
    ends = {"closed_at": clock.now(), "remind_at": None}
    await act(mediation, "mediation.refuse", by=by, party=party, facts=facts, **ends)
    await tell_side(mediation, party, "mediation.refused_own", by=by)
    if (await side_of(mediation, across(party))).told_at is not None:
        await tell_side(mediation, across(party), "mediation.refused")
    await tell_staff(mediation, [mediation.owner_id], "mediation.refused")


async def withdraw(mediation_id: int, *, by: Viewer) -> Mediation:
    """不申请了: by who asked for it, while not both have agreed."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.withdraw")
        if side.party is not Party.APPLICANT:
            raise NotAllowed("not_allowed", verb="mediation.withdraw")
        ends = {"closed_at": clock.now(), "remind_at": None}
        await act(mediation, "mediation.withdraw", by=by, party=side.party, **ends)
        if (await side_of(mediation, Party.OTHER)).told_at is not None:
            await tell_side(mediation, Party.OTHER, "mediation.withdrawn")
        await tell_staff(mediation, [mediation.owner_id], "mediation.withdrawn")
    return mediation


async def record_consent(
    mediation_id: int, *, by: Viewer, party: Party | str, way: Way | str, agrees: bool
) -> Mediation:
    """记下答复: what a side said by telephone, in person or on paper; the side is told that it was written down. Of a
    home whose yes it was those who live there hear it, and read no more of it: nobody knows who of them it is."""
    if party not in {*Party} or way not in {*Way}:
        raise Invalid("mediation.way_missing")
    party, way = Party(party), Way(way)
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.record_consent")
        side, other = await side_of(mediation, party), await side_of(mediation, across(party))
        if party is Party.OTHER and other.consented_at is None:
            raise WrongState("mediation.applicant_first")
        if side.consented_at is not None:
            raise WrongState("mediation.consented")
        await MediationSide.filter(id=side.id, told_at=None).update(told_at=clock.now())
        if agrees:
            if side.person_id is None and side.home_id is not None:
                await tell_side(mediation, party, "mediation.written_down_at_home", is_shown=False)
            await give(mediation, party, by=by, way=way)
            await tell_side(mediation, party, "mediation.written_down")
        else:
            await _refused(mediation, party, by=by, way=way)
    return mediation


async def point_out(mediation_id: int, *, by: Viewer, person_id: int | None = None, phone: str = "") -> Mediation:
    """找到对方: staff say who of the people on record the other side is, or by which number they are reached. How the
    applicant calls them stays as it is: nobody learns a name from asking."""
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.point_out")
        if mediation.state is not MediationState.ASKED:
            raise WrongState("mediation.point_out", state=mediation.state)
        applicant, side = await side_of(mediation, Party.APPLICANT), await side_of(mediation, Party.OTHER)
        if side.consented_at is not None:
            raise WrongState("mediation.consented")
        values = await _pointed_at(mediation, applicant, person_id=person_id, phone=phone)
        await MediationSide.filter(id=side.id).update(**values)
        await note_down(mediation, "mediation.point_out", by=by, party=Party.OTHER)
        if applicant.consented_at is not None and person_id is not None:
            await ask_other(await hold(mediation_id))
    return mediation


async def _pointed_at(
    mediation: Mediation, applicant: MediationSide, *, person_id: int | None, phone: str
) -> dict[str, object]:
    if person_id is None:
        if not phone.strip():
            raise Invalid("mediation.no_phone")
        return {"phone_sealed": seal(phone.strip()[:40])}
    if person_id == applicant.person_id:
        raise Invalid("mediation.same_person")
    row = await fetch_one(
        "SELECT p.id FROM residence d JOIN person p ON p.id=d.person_id"
        " WHERE d.person_id=$1 AND d.place_id=$2 AND d.state='living' AND p.is_active LIMIT 1",
        person_id,
        mediation.place_id,
    )
    if row is None:
        raise NotFound("person.not_found")
    return {"person_id": person_id, "home_id": None}
