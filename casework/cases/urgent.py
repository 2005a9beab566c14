"""Danger in a report: it is taken in without a question, says what to do first, and pages whoever is on duty."""

from __future__ import annotations

from dataclasses import dataclass

from casework import alarms, guide
from casework.cases import reporting
from casework.cases.kinds import Kind
from casework.cases.reporting import Facts
from models.case import Case, CaseSource
from models.errors import Refusal
from models.transaction import savepoint, transaction
from models.wording import say
from nlp.emergency import find_emergency
from nlp.mask import mask
from people.viewers import Viewer

OTHER = "other"
"""The kind of an alarm that only a kind of work makes one."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What cannot wait: the kind of its alarm, and what to do first."""

    kind: str
    first: str


def urgent(text: str, kind: Kind | None) -> Urgent | None:
    """What a report says of danger, by its words or by its kind of work; None where it can wait."""
    words = guide.words()
    found = find_emergency(words.canonical(text), words=words)
    if found is not None:
        return Urgent(found.kind.value, say(f"pages.danger.{found.kind.value}", call=found.call))
    if kind is not None and kind.sounds_dangerous(text):
        return Urgent(OTHER, kind.emergency)
    return None


async def take_in(
    facts: Facts, told: Urgent, *, by: Viewer, place_id: int, conversation_id: int | None, alarm_in: int
) -> Case:
    """Report a danger and page who is on duty, neither without the other; ``alarm_in``: the conversation in which an
    answer to the alarm is read. Where nobody can be paged the report stands."""
    async with transaction():
        case = await reporting.report(
            facts, by=by, source=CaseSource.WEB, conversation_id=conversation_id, place_id=place_id
        )
        await _alarm(told, facts.text, by=by, conversation_id=alarm_in)
    return case


async def _alarm(told: Urgent, text: str, *, by: Viewer, conversation_id: int) -> None:
    try:
        async with savepoint():
            await alarms.raise_alarm(by=by, conversation_id=conversation_id, kind=told.kind, text=mask(text).text)
    except Refusal:
        return
