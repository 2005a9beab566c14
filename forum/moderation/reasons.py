"""Words about a measure or report, as they are kept: on one line, numbers and homes hidden."""

from __future__ import annotations

from forum.words import one_line
from models.errors import Invalid
from nlp.discreet import discreet

MOST_NOTE = 200


def note_of(typed: str) -> str:
    """What somebody says of it; '' where they say nothing."""
    return discreet(one_line(typed))[:MOST_NOTE]


def reason_of(typed: str) -> str:
    """What the author reads; Invalid where there is none."""
    found = note_of(typed)
    if not found:
        raise Invalid("moderation.reason_missing")
    return found
