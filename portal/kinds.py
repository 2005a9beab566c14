"""Kinds of work to choose from, with the one that some words sound like."""

from __future__ import annotations

from dataclasses import dataclass

from casework.cases import catalogue
from casework.cases.kinds import OTHER_MATTER, Kind
from casework.cases.recognising import ranked


@dataclass(frozen=True, slots=True)
class Choice:
    """Every kind of a place, and the key of the likeliest."""

    kinds: tuple[Kind, ...]
    likely: str


async def choice_for(text: str, *, place_id: int) -> Choice:
    """The kinds of a place, and which of them a text is about."""
    kinds = tuple((await catalogue.kinds_of(place_id)).values())
    found = ranked(text, kinds)
    return Choice(kinds, found[0].kind.id if found else OTHER_MATTER)
