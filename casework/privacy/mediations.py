"""Own mediations for a copy: what both sides read, and one's own private words; never those of the other side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.mediation import MediationState
from models.transaction import Row, fetch, moment

Opener = Callable[[str | None], str]
OWN_MEDIATIONS = (
    "FROM mediation m JOIN mediation_side s ON s.mediation_id=m.id WHERE s.person_id=$1 AND s.told_at IS NOT NULL"
)
"""Those of which they are a side and know: the other side hears of one only when the applicant wants it."""
_KEPT = f"SELECT m.number, m.state, m.created_at {OWN_MEDIATIONS} ORDER BY m.id DESC LIMIT $2"
_WORDS = f"SELECT m.id, m.number, s.party, m.matter_sealed, m.agreement_sealed {OWN_MEDIATIONS} ORDER BY m.id LIMIT $2"
_NOTES = (
    "SELECT n.mediation_id, n.text_sealed FROM mediation_note n JOIN mediation_side s ON s.mediation_id=n.mediation_id"
    " AND s.party=n.party WHERE s.person_id=$1 AND s.told_at IS NOT NULL"
    " AND (n.kind='said' OR (n.kind='told' AND n.by_id=$1)) ORDER BY n.id LIMIT $2"
)

_MINUTES = (
    "SELECT t.mediation_id, t.minutes_sealed FROM mediation_session t JOIN mediation_side s"
    " ON s.mediation_id=t.mediation_id WHERE s.person_id=$1 AND s.told_at IS NOT NULL"
    " AND t.minutes_sealed IS NOT NULL ORDER BY t.id LIMIT $2"
)


@dataclass(frozen=True, slots=True)
class MediationKept:
    """A mediation of which they are a side."""

    number: str
    state: MediationState
    asked_at: dt.datetime


async def own(person_id: int, *, most: int) -> tuple[MediationKept, ...]:
    """Those of which they are a side, the newest first."""
    rows = await fetch(_KEPT, person_id, most)
    return tuple(MediationKept(row["number"], MediationState(row["state"]), moment(row["created_at"])) for row in rows)


async def words_of(person_id: int, *, most: int, open_one: Opener) -> list[dict[str, Any]]:
    """What each was about and what was agreed, the minutes of its talks, and the private words between them and the
    mediator."""
    notes, minutes = await fetch(_NOTES, person_id, most), await fetch(_MINUTES, person_id, most)
    return [_words(row, open_one, notes=notes, minutes=minutes) for row in await fetch(_WORDS, person_id, most)]


def _words(row: Row, open_one: Opener, *, notes: list[Row], minutes: list[Row]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "text": open_one(row["matter_sealed"]),
        "agreement": open_one(row["agreement_sealed"]),
        "minutes": [open_one(one["minutes_sealed"]) for one in minutes if one["mediation_id"] == row["id"]],
        "private": [open_one(one["text_sealed"]) for one in notes if one["mediation_id"] == row["id"]],
    }
