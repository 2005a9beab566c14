"""回访: on the day both sides are asked whether what was agreed is kept. Each says so for itself, or it is written down
what they said, on which day and how; what was not kept opens the ways out, and a talk about it."""

from __future__ import annotations

import datetime as dt

from casework.cases.steps import words
from casework.mediation import ways
from casework.mediation.consents import Way
from casework.mediation.kept_words import AGREED, Word, words_of
from casework.mediation.sight import as_side, on_hand
from casework.mediation.steps import act
from casework.mediation.telling import tell_side, tell_workers
from models import clock
from models.errors import Invalid, WrongState
from models.mediation import Mediation, MediationNote, NoteKind, Party
from models.sealed import seal
from models.transaction import transaction
from people.viewers import Viewer


async def say_kept(mediation_id: int, *, by: Viewer) -> Mediation:
    """做到了: by a side; who works on it hears so."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.say_kept")
        await _must_be_new(mediation, side.party, Word.KEPT)
        facts = {"word": Word.KEPT.value}
        await act(mediation, "mediation.say_kept", by=by, party=side.party, facts=facts)
        await tell_workers(mediation, "mediation.said_kept", but=by.person_id)
    return mediation


async def say_broken(mediation_id: int, *, by: Viewer, text: str = "") -> Mediation:
    """没有做到: by a side; what is missing is for the mediator alone. They read at once where they can go."""
    async with transaction():
        mediation, side = await as_side(mediation_id, by=by, verb="mediation.say_broken")
        await _must_be_new(mediation, side.party, Word.BROKEN)
        facts = {"word": Word.BROKEN.value}
        await act(mediation, "mediation.say_broken", by=by, party=side.party, facts=facts)
        if said := words(text):
            await MediationNote.create(
                created_at=clock.now(),
                mediation_id=mediation.id,
                party=side.party,
                kind=NoteKind.TOLD,
                text_sealed=seal(said),
                by_id=by.person_id,
            )
        await tell_workers(mediation, "mediation.said_broken", but=by.person_id)
    return mediation


async def _must_be_new(mediation: Mediation, party: Party, word: Word) -> None:
    """Refuse the same word again: who works on it heard it."""
    said = (await words_of(mediation.id)).get(party)
    if said is not None and said.word is word:
        raise WrongState("mediation.said_already")


async def record_follow_up(
    mediation_id: int, *, by: Viewer, party: Party | str, way: Way | str, day: dt.date | None, is_kept: bool
) -> Mediation:
    """记下回访的答复: what a side said by telephone, in person or on paper, on which day; the side hears that it was
    written down."""
    if party not in {*Party} or way not in {*Way}:
        raise Invalid("mediation.way_missing")
    party, way, word = Party(party), Way(way), Word.KEPT if is_kept else Word.BROKEN
    async with transaction():
        mediation = await on_hand(mediation_id, by=by, verb="mediation.record_follow_up")
        await _must_not_unsay(mediation, party, word, way=way)
        facts = {"word": word.value, "way": way.value, "day": _day_of(mediation, day).isoformat()}
        await act(mediation, "mediation.record_follow_up", by=by, party=party, facts=facts)
        out = ways.in_words(mediation, is_broken=True) if word is Word.BROKEN else ""
        await tell_side(mediation, party, f"mediation.heard_{word.value}", ways=out)
        await tell_workers(mediation, f"mediation.said_{word.value}", but=by.person_id)
    return mediation


async def _must_not_unsay(mediation: Mediation, party: Party, word: Word, *, way: Way) -> None:
    """What a side pressed itself it changes itself, or on paper: nobody says for it that all is well by now."""
    said = (await words_of(mediation.id, since=(AGREED,))).get(party)
    if said is not None and not said.way and said.word is not word and way is not Way.PAPER:
        raise WrongState("mediation.said_itself")


def _day_of(mediation: Mediation, day: dt.date | None) -> dt.date:
    """The day of the call, since the agreement and not to come; today where none is given."""
    found = day or clock.today()
    signed = clock.local(mediation.signed_at).date() if mediation.signed_at is not None else found
    if not signed <= found <= clock.today():
        raise Invalid("mediation.follow_up_past")
    return found
