"""Which kind of work somebody means: by the names that residents use, with how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from casework.cases import catalogue
from casework.cases.kinds import OTHER_MATTER, Kind
from nlp.normalise import normalise
from nlp.similar import grams

SURE = 0.6
"""From so high a score on the kind may be taken without asking, if the next is well below."""
AHEAD = 0.15
NEAREST = 5
BEGINS = 200
"""How many characters of a long text are asked what it is about: further down it wanders."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind that may be meant, and how much of one of its names was said, from 0 to 1."""

    kind: Kind
    score: float


async def guesses(text: str, *, place_id: int | None) -> list[Guess]:
    """The likeliest kinds, the best first; none where nothing fits."""
    return ranked(text, (await catalogue.kinds_of(place_id)).values())


async def kind_for(text: str, *, place_id: int, chosen: str = "") -> Kind:
    """The kind that was chosen, or surely meant; staff choose the right one for anything else."""
    meant = None if chosen else sure(await guesses(text, place_id=place_id))
    return meant or await catalogue.kind_of(chosen or OTHER_MATTER, place_id)


async def topic_of(text: str, *, place_id: int) -> str:
    """The id of the kind that something surely is about, by how it begins, for the topics of the week; '' of none."""
    meant = sure(await guesses(text[:BEGINS], place_id=place_id))
    return meant.id if meant else ""


def ranked(text: str, kinds: Iterable[Kind]) -> list[Guess]:
    """Kinds by the share of a name's character pairs that was said; a name said whole counts in full."""
    said, pairs = normalise(text), grams(text)
    scored = [Guess(kind, max(_share(name, said, pairs) for name in (kind.name, *kind.spoken))) for kind in kinds]
    found = sorted((one for one in scored if one.score > 0), key=lambda one: -one.score)
    return found[:NEAREST]


def _share(name: str, said: str, pairs: frozenset[str]) -> float:
    whole, wanted = _heard(name)
    if whole in said:
        return 1.0 + len(name) / 100  # Of two names said whole the longer says more.
    return len(wanted & pairs) / len(wanted)


@lru_cache(maxsize=4096)
def _heard(name: str) -> tuple[str, frozenset[str]]:
    """A name as it is compared; the catalogue has some four hundred, and each report is held against all of them."""
    return normalise(name), grams(name)


def sure(found: list[Guess]) -> Kind | None:
    """The kind that is meant, where that is sure enough not to ask."""
    if not found or found[0].score < SURE:
        return None
    next_score = found[1].score if len(found) > 1 else 0.0
    return found[0].kind if found[0].score - next_score >= AHEAD or found[0].score > 1 > next_score else None
