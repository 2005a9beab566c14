"""Taking the words of ended mediations and rooms away, by age or with an account that goes; what is counted stays."""

from __future__ import annotations

import datetime as dt

from casework.loop import MEDIATION_STATES
from models import clock
from models.sealed import seal
from models.transaction import execute, fetch, fetch_one, listed
from models.wording import say

ENDED = ", ".join(f"'{state.value}'" for state, facts in MEDIATION_STATES.items() if not facts.is_open)
_THEIRS = "SELECT mediation_id FROM mediation_side WHERE person_id=$1 AND told_at IS NOT NULL"


async def open_of(person_id: int | None) -> str | None:
    """The number of one that is not ended and of which somebody is a side and knows; None where there is none."""
    row = await fetch_one(
        f"SELECT number FROM mediation WHERE id IN ({_THEIRS}) AND state NOT IN ({ENDED}) ORDER BY id LIMIT 1",
        person_id,
    )
    return row["number"] if row else None


async def leave(person_id: int) -> None:
    """Somebody goes for good: their private words go, they have no name any more, and what both agreed to stays the
    other side's. What it was about goes where they were the one who wrote it."""
    gone = seal(say("privacy.gone"))
    await execute(
        "DELETE FROM mediation_note WHERE (kind='told' AND by_id=$1) OR (kind<>'told' AND EXISTS (SELECT 1"
        " FROM mediation_side s WHERE s.mediation_id=mediation_note.mediation_id AND s.party=mediation_note.party"
        " AND s.person_id=$1))",
        person_id,
    )
    await execute(
        "UPDATE mediation SET matter_sealed=$1 WHERE id IN (SELECT mediation_id FROM mediation_side"
        " WHERE person_id=$2 AND party='applicant')",
        gone,
        person_id,
    )
    await execute(
        "UPDATE mediation_side SET name_sealed=$1, phone_sealed=NULL, person_id=NULL, home_id=NULL WHERE person_id=$2",
        gone,
        person_id,
    )


async def clear_words(before: dt.datetime, limit: int) -> int:
    """The row and its steps stay, since they are counted; what was said, and who they were, goes."""
    rows = await fetch(
        f"SELECT id FROM mediation WHERE state IN ({ENDED}) AND closed_at<$1 AND erased_at IS NULL"
        " ORDER BY id LIMIT $2",
        before,
        limit,
    )
    ids, gone = listed([row["id"] for row in rows]), seal(say("erase.by_age"))
    if not rows:
        return 0
    await execute(f"DELETE FROM mediation_note WHERE mediation_id IN ({ids})")
    await execute(f"UPDATE mediation_session SET where_text='', minutes_sealed=NULL WHERE mediation_id IN ({ids})")
    await execute(f"UPDATE mediation_side SET name_sealed=$1, phone_sealed=NULL WHERE mediation_id IN ({ids})", gone)
    return await execute(
        "UPDATE mediation SET matter_sealed=$1, agreement_sealed=NULL, erased_at=$2, version=version+1"
        f" WHERE id IN ({ids}) AND state IN ({ENDED})",
        gone,
        clock.now(),
    )


async def clear_rooms(before: dt.datetime, limit: int) -> int:
    """Minutes, purposes and conclusions of rooms that ended; that there was one stays."""
    rows = await fetch(
        "SELECT id FROM consultation WHERE state IN ('closed','cancelled') AND closed_at<$1 AND purpose<>''"
        " ORDER BY id LIMIT $2",
        before,
        limit,
    )
    ids = listed([row["id"] for row in rows])
    await execute(f"UPDATE consultation_conclusion SET text='' WHERE consultation_id IN ({ids})")
    await execute(f"UPDATE consultation_seat SET name='' WHERE consultation_id IN ({ids})")
    return await execute(f"UPDATE consultation SET purpose='', minutes='', where_text='' WHERE id IN ({ids})")
