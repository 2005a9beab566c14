"""Danger in a report: it is taken in without a question, says what to do first, and pages whoever is on duty."""

from __future__ import annotations

from dataclasses import dataclass

from casework import alarms, guide
from casework.cases.kinds import Kind
from models.errors import Refusal
from models.transaction import savepoint
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


async def alarm(told: Urgent, text: str, *, by: Viewer, conversation_id: int) -> bool:
    """Page who is on duty, who is answered in that conversation; False where nobody can be: the report goes on."""
    try:
        async with savepoint():
            await alarms.raise_alarm(by=by, conversation_id=conversation_id, kind=told.kind, text=mask(text).text)
    except Refusal:
        return False
    return True
