"""我的调解: what either side reads of its own mediation: how it stands, what both agreed to, its own private words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from casework.loop import MEDIATION_STATES, WaitsFor
from casework.mediation import kept_words, ways
from casework.mediation.kept_words import SaidWord
from casework.mediation.private import NoteLine, own_notes
from casework.mediation.sessions import SessionLine, line_of
from casework.mediation.sight import mine, my_side
from casework.mediation.steps import across, side_of
from casework.mediation.ways import Way
from models import clock
from models.mediation import Mediation, MediationSession, MediationSide, MediationState, MediationStep, Party
from models.person import Person
from models.sealed import unseal
from people.permissions import allow
from people.viewers import Viewer

SHOWN = frozenset(
    {
        *("mediation.apply", "mediation.take_down", "mediation.consent", "mediation.consent_both", "mediation.refuse"),
        *("mediation.withdraw", "mediation.choose", "mediation.meet", "mediation.cancel_meeting", "mediation.draft"),
        *("mediation.confirm", "mediation.confirm_both", "mediation.object", "mediation.stop", "mediation.fail"),
        *("mediation.keep", "mediation.put_off", "mediation.breach", "mediation.record_session"),
        *("mediation.say_kept", "mediation.say_broken"),
    }
)
"""Steps that both sides read. That the other side has told the mediator something is not among them."""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A mediation of one's own, in a list. ``asks``: it waits for one's own word."""

    id: int
    number: str
    state: MediationState
    party: Party
    other: str
    asked_at: dt.datetime
    asks: bool


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step as both sides read it; ``is_mine``: one's own side did it, None where nobody's did."""

    verb: str
    at: dt.datetime
    is_mine: bool | None


@dataclass(frozen=True, slots=True)
class OwnMediation:
    """A mediation as one side reads it; nothing of it comes from the other side's private words. ``kept_word``: what
    one's own side says of the agreement, ``kept``, ``broken`` or '' ; ``other_kept_word``: the other side."""

    line: OwnLine
    place_id: int
    waits_for: WaitsFor
    matter: str
    mediator: str
    has_consented: bool
    other_has_consented: bool
    has_confirmed: bool
    other_has_confirmed: bool
    agreement: str
    agreement_number: int
    follow_up_on: dt.date | None
    sessions: tuple[SessionLine, ...]
    steps: tuple[OwnStep, ...]
    notes: tuple[NoteLine, ...]
    ways: tuple[Way, ...]
    kept_word: str
    other_kept_word: str


async def own_mediations(*, viewer: Viewer) -> list[OwnLine]:
    """我的调解: where the viewer is a side, the newest first."""
    allow(viewer, "mediation.follow", None)
    found = dict(await mine(viewer))
    rows = await Mediation.filter(id__in=[*found]).order_by("-id").prefetch_related("sides")
    said = {row.id: await kept_words.words_of(row.id) for row in rows if _is_followed_up(row)}
    return [
        _line(row, found[row.id], {side.party: side for side in row.sides}, said=said.get(row.id, {})) for row in rows
    ]


def _is_followed_up(row: Mediation) -> bool:
    """Whether its day has come, and both sides are asked."""
    return row.state is MediationState.SIGNED and row.follow_up_on is not None and row.follow_up_on <= clock.today()


def _line(
    row: Mediation, party: Party, sides: dict[Party, MediationSide], *, said: Mapping[Party, SaidWord]
) -> OwnLine:
    own = sides[party]
    tells = _is_followed_up(row) and party not in said
    asks = row.state is MediationState.ASKED and own.consented_at is None
    confirms = row.state is MediationState.DRAFTED and own.confirmed_at is None
    name = unseal(sides[across(party)].name_sealed)
    return OwnLine(row.id, row.number, row.state, party, name, row.created_at, asks or confirms or tells)


async def own_mediation(mediation_id: int, *, viewer: Viewer) -> OwnMediation:
    """One mediation for one of its sides; NotFound for everybody else."""
    allow(viewer, "mediation.follow", None)
    side = await my_side(mediation_id, viewer)
    row = await Mediation.get(id=mediation_id)
    other = await side_of(row, across(side.party))
    mediator = await Person.get_or_none(id=row.mediator_id) if row.mediator_id is not None else None
    said = await kept_words.words_of(row.id) if row.signed_at is not None else {}
    is_broken = row.signed_at is not None and await kept_words.is_broken(row.id)
    return OwnMediation(
        line=_line(row, side.party, {side.party: side, other.party: other}, said=said),
        place_id=row.place_id,
        waits_for=MEDIATION_STATES[row.state].waits_for,
        matter=unseal(row.matter_sealed),
        mediator=mediator.shown_name if mediator else "",
        has_consented=side.consented_at is not None,
        other_has_consented=other.consented_at is not None,
        has_confirmed=side.confirmed_at is not None,
        other_has_confirmed=other.confirmed_at is not None,
        agreement=unseal(row.agreement_sealed) if row.agreement_sealed else "",
        agreement_number=row.agreement_number,
        follow_up_on=row.follow_up_on,
        sessions=tuple(map(line_of, await MediationSession.filter(mediation_id=row.id).order_by("-at"))),
        steps=await _steps(row.id, side.party),
        notes=tuple(await own_notes(row.id, viewer=viewer)),
        ways=ways.ways(row, is_broken=is_broken),
        kept_word=said[side.party].word.value if side.party in said else "",
        other_kept_word=said[other.party].word.value if other.party in said else "",
    )


async def _steps(mediation_id: int, party: Party) -> tuple[OwnStep, ...]:
    rows = await MediationStep.filter(mediation_id=mediation_id, verb__in=[*SHOWN]).order_by("id")
    return tuple(OwnStep(row.verb, row.created_at, row.party == party if row.party else None) for row in rows)
