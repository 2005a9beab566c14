"""What a problem is, before anything is done with it: its kind where that is sure, its place, what may be the same."""

from __future__ import annotations

from collections.abc import Collection

from bot.words import parts_said
from casework import guide
from casework.cases import joining, recognising
from casework.cases.joining import Likely
from casework.cases.kinds import Kind
from casework.cases.spotting import spot_of
from models.errors import Refusal
from models.rules import rules
from nlp.normalise import normalise
from people.viewers import Viewer

MOST_OPEN = 3
"""So many open cases of one conversation may come from the chat alone; what comes then a person looks at first."""
LONGEST_PLACE = 60
ALARM = "other"
"""What an alarm is called for a problem that cannot wait."""


async def kind_meant(text: str, *, place_id: int) -> Kind | None:
    """The kind of work that a report surely means; None where it is not sure, or cases are not taken from chats."""
    if not rules().cases.from_chat:
        return None
    return recognising.sure(await recognising.guesses(text, place_id=place_id))


def place_in(text: str) -> str:
    """Where it is, out of words that say more: neighbours may read the place of a case, but not its words."""
    return "".join(dict.fromkeys(parts_said("somewhere", normalise(text))))[:LONGEST_PLACE]


def time_in(text: str) -> str:
    """Since when it is so, out of words that say more; '' where they do not say."""
    return "".join(dict.fromkeys(parts_said("when", normalise(text))))[:LONGEST_PLACE]


def whom_in(text: str) -> str:
    """Whom it concerns, out of words that say more; '' where they do not say."""
    return "、".join(dict.fromkeys(parts_said("concerns", normalise(text))))[:LONGEST_PLACE]


async def same(
    kind: Kind, *, text: str, where: str, viewer: Viewer, place_id: int, photos: Collection[int] = ()
) -> list[Likely]:
    """Open cases that may be the same: those that name another building or floor are not, without the same photo."""
    try:
        found = await joining.likely(
            viewer=viewer, place_id=place_id, kind_key=kind.id, text=text, where=where, photos=photos
        )
    except Refusal:
        return []
    here = _numbers(f"{text} {spot_of(where).words}")
    return [one for one in found if one.by_photo or not here or not _numbers(one.where) or here & _numbers(one.where)]


def _numbers(text: str) -> frozenset[str]:
    return frozenset(guide.words().place_number.findall(normalise(text)))
