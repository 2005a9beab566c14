"""Mediations at the desk: the list, and one with both sides, its talks and its steps; no private words are in here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q

from casework.loop import MEDIATION_STATES, OPEN_MEDIATIONS, WaitsFor
from casework.mediation import kept_words, ways
from casework.mediation.kept_words import SaidWord
from casework.mediation.sessions import SessionLine, line_of
from casework.mediation.sight import is_mediator, leads, on_hand, seen_by, visible
from casework.mediation.telling import is_reached
from casework.mediation.ways import Way
from models.errors import NotFound
from models.mediation import Mediation, MediationSession, MediationSide, MediationState, MediationStep, Party
from models.person import Person
from models.sealed import unseal
from models.transaction import fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST = 100


class MediationList(StrEnum):
    """The lists of the desk."""

    OPEN = "open"
    MINE = "mine"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class MediationLine:
    """A mediation in a list."""

    id: int
    number: str
    place_id: int
    state: MediationState
    waits_for: WaitsFor
    applicant: str
    other: str
    matter: str
    asked_at: dt.datetime
    owner: str
    mediator: str
    mediator_id: int | None
    case_id: int | None
    follow_up_on: dt.date | None
    version: int


@dataclass(frozen=True, slots=True)
class SideLine:
    """One side as staff see it: never what it told the mediator. ``name`` is how the applicant calls them, ``person``
    who that is on record. ``is_reached``: it has a chat. ``kept``: what it says of the agreement since it was asked."""

    party: Party
    name: str
    person: str
    has_phone: bool
    is_known: bool
    is_reached: bool
    told_at: dt.datetime | None
    consented_at: dt.datetime | None
    consent_way: str
    confirmed_at: dt.datetime | None
    confirm_way: str
    wish: str
    kept: SaidWord | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """One verb that was done."""

    verb: str
    by: str
    party: str
    at: dt.datetime
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One mediation at the desk. ``leads_talks``: the viewer is its mediator; ``may_lead``: they lead the place."""

    line: MediationLine
    sides: tuple[SideLine, ...]
    sessions: tuple[SessionLine, ...]
    steps: tuple[StepLine, ...]
    agreement: str
    agreement_number: int
    ways: tuple[Way, ...]
    case_number: str
    leads_talks: bool
    may_lead: bool


async def mediations(
    *, viewer: Viewer, which: MediationList = MediationList.OPEN, after: int = 0
) -> list[MediationLine]:
    """调解: a list of the desk, the newest first; ``after``: how many are passed over."""
    allow(viewer, "mediation.read", None)
    is_open = Q(state__in=[*OPEN_MEDIATIONS])
    wanted = {
        MediationList.OPEN: is_open,
        MediationList.MINE: is_open & (Q(mediator_id=viewer.person_id) | Q(owner_id=viewer.person_id)),
        MediationList.ENDED: ~is_open,
    }[which]
    rows = Mediation.filter(await seen_by(viewer), wanted).order_by("-id").offset(after).limit(MOST)
    return await _lines(await rows.select_related("owner", "mediator").prefetch_related("sides"))


async def of_case(case_id: int, *, viewer: Viewer) -> list[MediationLine]:
    """The mediations that came of a case, as far as the viewer sees them; none for whoever sees no mediations."""
    allow(viewer, "mediation.read", None)
    if await fetch_one("SELECT id FROM mediation WHERE case_id=$1 LIMIT 1", case_id) is None:
        return []  # Most cases have none: the page of every case asks.
    rows = Mediation.filter(await seen_by(viewer), case_id=case_id).order_by("id")
    return await _lines(await rows.select_related("owner", "mediator").prefetch_related("sides"))


async def _lines(rows: list[Mediation]) -> list[MediationLine]:
    return [_line(row, {side.party: unseal(side.name_sealed) for side in row.sides}) for row in rows]


def _line(row: Mediation, names: dict[Party, str]) -> MediationLine:
    return MediationLine(
        id=row.id,
        number=row.number,
        place_id=row.place_id,
        state=row.state,
        waits_for=MEDIATION_STATES[row.state].waits_for,
        applicant=names.get(Party.APPLICANT, ""),
        other=names.get(Party.OTHER, ""),
        matter=unseal(row.matter_sealed),
        asked_at=row.created_at,
        owner=row.owner.shown_name,
        mediator=row.mediator.shown_name if row.mediator else "",
        mediator_id=row.mediator_id,
        case_id=row.case_id,
        follow_up_on=row.follow_up_on,
        version=row.version,
    )


async def mediation(mediation_id: int, *, viewer: Viewer) -> Shown:
    """One mediation, or NotFound for whoever may not see it."""
    allow(viewer, "mediation.read", None)
    found = Mediation.filter(await seen_by(viewer), id=mediation_id)
    row = (
        await found.select_related("owner", "mediator", "case").prefetch_related("sides__wish", "sides__person").first()
    )
    if row is None:
        raise NotFound("mediation.not_found")
    sides = sorted(row.sides, key=lambda side: side.party is Party.OTHER)
    sessions = await MediationSession.filter(mediation_id=row.id).order_by("-at")
    said = await kept_words.words_of(row.id) if row.signed_at is not None else {}
    return Shown(
        line=_line(row, {side.party: unseal(side.name_sealed) for side in sides}),
        sides=tuple([await _side(row, side, kept=said.get(side.party)) for side in sides]),
        sessions=tuple(map(line_of, sessions)),
        steps=await _steps(row.id),
        agreement=unseal(row.agreement_sealed) if row.agreement_sealed else "",
        agreement_number=row.agreement_number,
        ways=ways.ways(row, is_broken=row.signed_at is not None and await kept_words.is_broken(row.id)),
        case_number=row.case.number if row.case else "",
        leads_talks=is_mediator(row, viewer),
        may_lead=leads(row, viewer),
    )


async def _side(row: Mediation, side: MediationSide, *, kept: SaidWord | None) -> SideLine:
    return SideLine(
        party=side.party,
        name=unseal(side.name_sealed),
        person=side.person.name if side.person else "",
        has_phone=side.phone_sealed is not None,
        is_known=side.person_id is not None or side.home_id is not None,
        is_reached=await is_reached(row, side.party),
        told_at=side.told_at,
        consented_at=side.consented_at,
        consent_way=side.consent_way,
        confirmed_at=side.confirmed_at,
        confirm_way=side.confirm_way,
        wish=side.wish.shown_name if side.wish else "",
        kept=kept,
    )


async def _steps(mediation_id: int) -> tuple[StepLine, ...]:
    rows = await MediationStep.filter(mediation_id=mediation_id).order_by("id")
    people = await Person.filter(id__in=[row.by_id for row in rows if row.by_id])
    names = {one.id: one.shown_name for one in people}
    return tuple(
        StepLine(row.verb, names.get(row.by_id or 0, ""), row.party, row.created_at, json.loads(row.facts))
        for row in rows
    )


async def reveal(mediation_id: int, *, by: Viewer, party: Party) -> str:
    """看电话: the number under which a side is reached; every look is on record."""
    async with transaction():
        found = await on_hand(mediation_id, by=by, verb="mediation.reveal")
        side = await MediationSide.get(mediation_id=found.id, party=party)
        if side.phone_sealed is None:
            raise NotFound("mediation.not_found")
        await record(by, "mediation.reveal", subject="mediation_side", subject_id=side.id, place_id=found.place_id)
    return unseal(side.phone_sealed)


async def people_here(mediation_id: int, *, viewer: Viewer, text: str) -> list[tuple[int, str]]:
    """Who of those who live in the place has this name, for staff who look for the other side."""
    found = await visible(mediation_id, viewer)
    allow(viewer, "mediation.point_out", found.place_id)
    if not text.strip():
        return []
    rows = (
        await Person.filter(
            residences__place_id=found.place_id, residences__state="living", is_active=True, name=text.strip()
        )
        .distinct()
        .limit(20)
    )
    return [(one.id, one.name) for one in rows]
