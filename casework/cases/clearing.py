"""Taking the words of ended cases away, by age or at the wish of who reported them; what is counted stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from casework.loop import CASE_STATES
from models import clock
from models.transaction import execute, fetch, fetch_one, listed
from models.wording import say
from people import files

ENDED = ", ".join(f"'{state.value}'" for state, facts in CASE_STATES.items() if not facts.is_open)
_OF = (
    "FROM cases c LEFT JOIN case_reporter r ON r.case_id=c.id AND r.is_first"
    " WHERE (r.conversation_id=$1 OR r.person_id=$2 OR c.behalf_person_id=$2)"
)
"""Cases that were reported in conversation $1, or by person $2 or for them."""
_FIRST = f"SELECT DISTINCT c.id {_OF} AND c.state IN ({ENDED})"


async def empty(ids: Sequence[int], *, words: str, now: dt.datetime) -> list[int]:
    """Put one sentence in the place of all words about ended cases: the reporter's, the notes, names and numbers."""
    rows = await fetch(
        "UPDATE cases SET text=$1, sealed=NULL, who_text='', when_text='', where_text='', how_text='', on_behalf_of='',"
        " latitude=NULL, longitude=NULL, erased_at=$2, version=version+1"
        f" WHERE id IN ({listed(ids)}) AND state IN ({ENDED}) RETURNING id",
        words,
        now,
    )
    emptied = sorted(row["id"] for row in rows)
    await execute(f"UPDATE case_step SET note='' WHERE case_id IN ({listed(emptied)})")
    await execute(f"UPDATE case_reporter SET name='', phone_sealed=NULL WHERE case_id IN ({listed(emptied)})")
    await execute(f"UPDATE unit_call SET purpose='', where_text='' WHERE case_id IN ({listed(emptied)})")
    ended = f"case_id IN ({listed(emptied)}) AND acknowledged_at IS NOT NULL"
    await execute(f"UPDATE alarm SET text=$1 WHERE {ended}", words)
    calls = f"SELECT id FROM unit_call WHERE case_id IN ({listed(emptied)})"
    await execute(f"UPDATE called_team SET conclusion='' WHERE call_id IN ({calls})")
    photos = await fetch(f"SELECT id FROM case_photo WHERE case_id IN ({listed(emptied)})")
    await files.drop("case_photo", [row["id"] for row in photos])
    return emptied


async def open_of(*, conversation_id: int | None = None, person_id: int | None = None) -> str | None:
    """The number of an open case that was reported there, by them or for them; None where there is none."""
    row = await fetch_one(
        f"SELECT c.number {_OF} AND c.state NOT IN ({ENDED}) ORDER BY c.id LIMIT 1",
        conversation_id or 0,
        person_id or 0,
    )
    return row["number"] if row else None


async def empty_of(
    *, conversation_id: int | None = None, person_id: int | None = None, words: str, now: dt.datetime
) -> list[int]:
    """Empty the ended cases that were reported there, by them or for them; those they only joined they leave."""
    rows = await fetch(_FIRST, conversation_id or 0, person_id or 0)
    emptied = await empty([row["id"] for row in rows], words=words, now=now)
    await execute(
        "UPDATE case_reporter SET left_at=$1 WHERE (conversation_id=$2 OR person_id=$3) AND left_at IS NULL"
        " AND NOT is_first",
        now,
        conversation_id or 0,
        person_id or 0,
    )
    return emptied


async def clear_originals(before: dt.datetime, limit: int) -> int:
    """The words as typed, and telephone numbers taken down; the masked words stay."""
    rows = await fetch(
        f"SELECT id FROM cases c WHERE state IN ({ENDED}) AND closed_at<$1 AND (sealed IS NOT NULL OR EXISTS"
        " (SELECT 1 FROM case_reporter r WHERE r.case_id=c.id AND r.phone_sealed IS NOT NULL)) ORDER BY id LIMIT $2",
        before,
        limit,
    )
    ids = listed(row["id"] for row in rows)
    await execute(f"UPDATE case_reporter SET phone_sealed=NULL WHERE case_id IN ({ids})")
    return await execute(f"UPDATE cases SET sealed=NULL WHERE id IN ({ids}) AND state IN ({ENDED})")


async def clear_words(before: dt.datetime, limit: int) -> int:
    """The row stays, since it is counted; its words go."""
    rows = await fetch(
        f"SELECT id FROM cases WHERE state IN ({ENDED}) AND closed_at<$1 AND erased_at IS NULL ORDER BY id LIMIT $2",
        before,
        limit,
    )
    ids = [row["id"] for row in rows]
    return len(await empty(ids, words=say("erase.by_age"), now=clock.now())) if ids else 0
