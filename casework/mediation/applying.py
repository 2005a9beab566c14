"""申请调解: by a resident, taken down by staff, or made of a case; the other side hears of it once this one agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases.reporting import short
from casework.cases.sight import visible as visible_case
from casework.cases.steps import words
from casework.loop import CALLED_OFF, DECLINED
from casework.mediation import consents, finding, mediators, reminding, trips
from casework.mediation.finding import Known
from casework.mediation.steps import NO_FACTS, note_down
from casework.mediation.telling import ask_consent, tell_staff
from courier import limits
from models import clock
from models.case import Case, CaseReporter
from models.counters import next_value
from models.errors import Invalid, NotFound, Taken
from models.mediation import Mediation, MediationNote, MediationSide, NoteKind, Party
from models.sealed import seal, unseal
from models.transaction import fetch_one, transaction
from people.permissions import allow
from people.viewers import Viewer

RATE = "5/hour"
MOST_OPEN = 3
"""So many a resident may have asked for that are not ended."""
PEACE, TYPED = dt.timedelta(days=30), dt.timedelta(minutes=10)
"""For so long nobody asks somebody again who did not want it; and a form sent again is the same one."""
_THEIRS = "_of_theirs"
"""Said to staff of whom they write for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is typed: what it is about, read by both sides; ``other`` is how the other side is called, ``where`` where
    they live, ``phone`` a number for somebody outside; ``private`` is for the mediator only."""

    matter: str
    other: str = ""
    where: str = ""
    phone: str = ""
    private: str = ""
    wish_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakenDown:
    """Who asks, where staff take it down: somebody who lives here, or a name and a number; ``came``: to the desk."""

    name: str = ""
    where: str = ""
    phone: str = ""
    came: bool = False


async def apply(asked: Asked, *, by: Viewer, place_id: int | None = None) -> Mediation:
    """申请调解: by somebody who lives there (None: in the place that keeps them). Whoever the other side is, and
    whether we know them, it answers alike."""
    place_id = place_id or by.place_id
    allow(by, "mediation.apply", place_id)
    assert place_id is not None
    assert by.person_id is not None
    _must_say(asked)
    await limits.spend("mediations", str(by.person_id), rate=RATE)
    known = await _known(asked, place_id=place_id, but=by.person_id)
    wish = await mediators.wished(asked.wish_id, place_id)
    async with transaction():
        await _hold_applicant(by.person_id)
        known = await _must_be_new(by.person_id, asked, known)
        applicant = _Applicant(by.name, by.person_id, None)
        made = await _make(asked, place_id=place_id, known=known, applicant=applicant, wish_id=wish)
        await _other(made, asked, known)
        await _keep_private(made, asked.private, by=by)
        await note_down(made, "mediation.apply", by=by, party=Party.APPLICANT)
        await consents.give(made, Party.APPLICANT, by=by)
    return made


async def take_down(asked: Asked, who: TakenDown, *, by: Viewer, place_id: int) -> Mediation:
    """代为登记: somebody asks at the desk or by telephone; they are asked for their consent like the other side."""
    allow(by, "mediation.take_down", place_id)
    _must_say(asked)
    if not short(who.name, 60):
        raise Invalid("mediation.applicant_missing")
    found = await finding.other_side(where=who.where, name=short(who.name, 60), place_id=place_id, but=None)
    applicant = _Applicant(who.name, found.person_id, _sealed_phone(who.phone))
    async with transaction():
        made = await _taken_down(asked, applicant, by=by, place_id=place_id)
        if who.came:
            await trips.came_to_ask(made, by=by)
    return made


async def of_case(case_id: int, asked: Asked, *, by: Viewer) -> Mediation:
    """转调解: of a case, with the one who reported it as the applicant; they are asked before the other side hears."""
    async with transaction():
        case = await visible_case(case_id, by)
        allow(by, "mediation.take_down", case.place_id)
        _must_say(asked)
        reporter = await CaseReporter.filter(case_id=case.id, left_at=None, is_first=True).first()
        if reporter is None:
            raise NotFound("mediation.no_reporter")
        person_id = reporter.person_id or await _behind(reporter.conversation_id)
        name = reporter.name or await _name_of(person_id)
        applicant = _Applicant(name, person_id, reporter.phone_sealed)
        return await _taken_down(asked, applicant, by=by, place_id=case.place_id, case=case)


@dataclass(frozen=True, slots=True)
class _Applicant:
    name: str
    person_id: int | None
    phone_sealed: str | None


async def _taken_down(
    asked: Asked, applicant: _Applicant, *, by: Viewer, place_id: int, case: Case | None = None
) -> Mediation:
    """Whoever asked at the desk, or reported a case, says it once more for themselves; its owner sees to it. Who does
    not want to be asked is left in peace here as well."""
    assert by.person_id is not None
    known = await _known(asked, place_id=place_id, but=applicant.person_id)
    for one in sorted({by.person_id, applicant.person_id or by.person_id}):
        await _hold_applicant(one)
    await _must_be_typed_once(asked, applicant, place_id=place_id)
    if applicant.person_id is not None:
        known = await _must_be_new(applicant.person_id, asked, known, of=_THEIRS)
    case_id, facts = (case.id, {"case": case.number}) if case else (None, NO_FACTS)
    made = await _make(asked, place_id=place_id, known=known, applicant=applicant, case_id=case_id)
    await _other(made, asked, known)
    await note_down(made, "mediation.take_down", by=by, party=Party.APPLICANT, facts=facts)
    await ask_consent(made, Party.APPLICANT, name=short(asked.other, 60), matter=words(asked.matter))
    await tell_staff(made, [made.owner_id], "mediation.taken_down")
    return made


def _must_say(asked: Asked) -> None:
    if not words(asked.matter):
        raise Invalid("mediation.no_matter")
    if not (short(asked.other, 60) or short(asked.where, 60)):
        raise Invalid("mediation.no_other")


async def _known(asked: Asked, *, place_id: int, but: int | None) -> Known:
    """Who is meant; somebody of one's own home has to be named."""
    name = short(asked.other, 60)
    known = await finding.other_side(where=asked.where, name=name, place_id=place_id, but=but)
    if known.home_id is not None and await finding.lives_in(but, known.home_id):
        raise Invalid("mediation.name_needed")
    return known


async def _hold_applicant(person_id: int) -> None:
    """Lock the row of who asks or writes it down, so that of two presses one is counted by the other."""
    await fetch_one("UPDATE person SET name=name WHERE id=$1 RETURNING id", person_id)


async def _must_be_typed_once(asked: Asked, applicant: _Applicant, *, place_id: int) -> None:
    """Refuse what stands there already, as a form that was sent twice."""
    lately = await Mediation.filter(place_id=place_id, created_at__gt=clock.now() - TYPED).prefetch_related("sides")
    names = {finding.key(short(applicant.name, 120)), finding.key(_called(asked))}
    for one in lately:
        if one.closed_at is None and names == {finding.key(unseal(side.name_sealed)) for side in one.sides}:
            raise Taken("mediation.typed_already", number=one.number)


async def _must_be_new(person_id: int, asked: Asked, known: Known, *, of: str = "") -> Known:
    """Refuse too many, and the same words again; that alone says nothing of who lives where. Where other words mean
    somebody who was asked lately, nobody is told by us: staff look."""
    own = await MediationSide.filter(person_id=person_id, party=Party.APPLICANT).values_list("mediation_id", flat=True)
    rows = await Mediation.filter(id__in=[*own])
    if sum(one.closed_at is None for one in rows) >= MOST_OPEN:
        raise Taken(f"mediation.too_many{of}", most=MOST_OPEN)
    lately = [one.id for one in rows if one.closed_at is None or _in_peace(one)]
    others = await MediationSide.filter(mediation_id__in=lately, party=Party.OTHER)
    if finding.key(_called(asked)) in {finding.key(unseal(one.name_sealed)) for one in others}:
        raise Taken(f"mediation.asked_lately{of}", days=PEACE.days)
    return Known() if await _were_asked(known, others) else known


async def _were_asked(known: Known, others: Sequence[MediationSide]) -> bool:
    """Whether who is meant was asked lately: as they are, as whoever of a home, or as somebody they live with."""
    homes = {one.home_id for one in others if one.home_id is not None}
    homes |= await finding.homes_of(one.person_id for one in others if one.person_id is not None)
    meant = await finding.homes_of([known.person_id] if known.person_id is not None else [])
    if known.person_id is not None and known.person_id in {one.person_id for one in others}:
        return True
    return known.home_id in homes or not meant.isdisjoint(homes)


def _in_peace(mediation: Mediation) -> bool:
    ended = mediation.closed_at
    return mediation.state in {DECLINED, CALLED_OFF} and ended is not None and clock.now() - ended < PEACE


async def _make(
    asked: Asked,
    *,
    place_id: int,
    known: Known,
    applicant: _Applicant,
    case_id: int | None = None,
    wish_id: int | None = None,
) -> Mediation:
    """The row and its applicant's side."""
    now = clock.now()
    but = await finding.households(people=(applicant.person_id, known.person_id), home_id=known.home_id)
    made = await Mediation.create(
        created_at=now,
        number=await _next_number(place_id),
        place_id=place_id,
        case_id=case_id,
        matter_sealed=seal(words(asked.matter)),
        owner_id=await reminding.owner_for(place_id, but=but),
        remind_at=now + reminding.UNANSWERED,
    )
    own = {"person_id": applicant.person_id, "phone_sealed": applicant.phone_sealed, "wish_id": wish_id}
    await _side(made, Party.APPLICANT, name=applicant.name, is_told=True, **own)
    return made


async def _next_number(place_id: int) -> str:
    return f"M-{await next_value(f'mediation:{place_id}'):04}"


async def _side(made: Mediation, party: Party, *, name: str, is_told: bool, **columns: Any) -> None:
    await MediationSide.create(
        created_at=clock.now(),
        mediation=made,
        party=party,
        name_sealed=seal(short(name, 120)),
        told_at=clock.now() if is_told else None,
        **columns,
    )


def _sealed_phone(phone: str) -> str | None:
    return seal(short(phone, 40)) if phone else None


async def _other(made: Mediation, asked: Asked, known: Known) -> None:
    await _side(
        made,
        Party.OTHER,
        name=_called(asked),
        phone_sealed=_sealed_phone(asked.phone),
        person_id=known.person_id,
        home_id=known.home_id,
        is_told=False,
    )


def _called(asked: Asked) -> str:
    """How the other side is called, as it was typed."""
    return " ".join(filter(None, (short(asked.where, 60), short(asked.other, 60))))


async def _keep_private(made: Mediation, text: str, *, by: Viewer) -> None:
    if said := words(text):
        await MediationNote.create(
            created_at=clock.now(),
            mediation=made,
            party=Party.APPLICANT,
            kind=NoteKind.TOLD,
            text_sealed=seal(said),
            by_id=by.person_id,
        )


async def _behind(conversation_id: int | None) -> int | None:
    row = await fetch_one(
        "SELECT c.person_id FROM conversation v JOIN contact c ON c.id=v.contact_id WHERE v.id=$1", conversation_id or 0
    )
    return row["person_id"] if row else None


async def _name_of(person_id: int | None) -> str:
    row = await fetch_one("SELECT shown_name FROM person WHERE id=$1", person_id or 0)
    return row["shown_name"] if row else ""
