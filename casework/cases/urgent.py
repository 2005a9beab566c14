"""Danger in a report: by which words it is known, what to do first, and that whoever is on duty is paged for it."""

from __future__ import annotations

from dataclasses import dataclass

from casework import alarms, guide
from casework.cases.kinds import Kind
from models.case import Case
from models.errors import Refusal
from models.transaction import savepoint
from models.wording import say
from nlp.emergency import find_emergency
from people.viewers import Viewer

OTHER = "other"
"""The kind of an alarm that only a kind of work makes one."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What cannot wait: the kind of its alarm, and what to do first."""

    kind: str
    first: str


def of_kind(kind: Kind) -> Urgent:
    """What cannot wait because somebody said so, whatever its words."""
    return Urgent(OTHER, kind.emergency)


def urgent(text: str, kind: Kind | None) -> Urgent | None:
    """What a report says of danger, by its words or by its kind of work; None where it can wait."""
    words = guide.words()
    found = find_emergency(words.canonical(text), words=words)
    if found is not None:
        return Urgent(found.kind.value, say(f"pages.danger.{found.kind.value}", call=found.call))
    if kind is not None and kind.sounds_dangerous(text):
        return of_kind(kind)
    return None


async def page(case: Case, *, by: Viewer, told: Urgent, conversation_id: int | None) -> None:
    """Page who is on duty because of a case, in the transaction that takes it in; where nobody can be paged the report
    stands. ``conversation_id``: in which an answer is read, None where it was told in none."""
    try:
        async with savepoint():
            await alarms.raise_alarm(by=by, conversation_id=conversation_id, kind=told.kind, text=case.text, case=case)
    except Refusal:
        return
