"""What each side says of the agreement, read from the steps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import clock
from models.mediation import MediationStep, Party


class Word(StrEnum):
    """What a side says of the agreement."""

    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class SaidWord:
    """The latest word of a side since it was asked; ``way`` is '' where they pressed it themselves."""

    word: Word
    day: dt.date
    way: str


AGREED = "mediation.confirm_both"
_ASKED_ANEW = (AGREED, "mediation.put_off")
_SAID = ("mediation.say_kept", "mediation.say_broken", "mediation.record_follow_up")


async def words_of(mediation_id: int, *, since: Collection[str] = _ASKED_ANEW) -> Mapping[Party, SaidWord]:
    """What each side said, as far as it did since the agreement, or since the follow-up was put off."""
    rows = MediationStep.filter(mediation_id=mediation_id, verb__in=[*since, *_SAID]).order_by("id")
    found: dict[Party, SaidWord] = {}
    for row in await rows:
        if row.verb in since:
            found.clear()
            continue
        facts = json.loads(row.facts)
        day = dt.date.fromisoformat(facts["day"]) if "day" in facts else clock.local(row.created_at).date()
        found[Party(row.party)] = SaidWord(Word(facts["word"]), day, facts.get("way", ""))
    return found


async def is_broken(mediation_id: int) -> bool:
    """Whether the last that a side said is that it is not kept; putting the follow-up off takes no word back."""
    said = await words_of(mediation_id, since=(AGREED,))
    return any(one.word is Word.BROKEN for one in said.values())
