"""Ending sessions at once, everywhere: the rows, the browsers' chats that were theirs, and open streams."""

from __future__ import annotations

import secrets

from courier import signals
from models import clock
from models.transaction import execute, fetch, transaction

ENDED = "ended"
"""How the address of a web chat begins whose session is over: no cookie leads to it any more."""


async def end_sessions(which: str, *values: object) -> int:
    """End the live sessions that a condition in SQL names (``$1`` is now, the values follow); gives how many."""
    async with transaction():
        rows = await fetch(
            "UPDATE web_session SET revoked_at=$1 WHERE revoked_at IS NULL AND"
            f" ({which}) RETURNING id, person_id, contact_id",
            clock.now(),
            *values,
        )
        for contact_id in sorted(row["contact_id"] for row in rows if row["contact_id"]):
            await _let_go(contact_id)
        for person_id in {row["person_id"] for row in rows if row["person_id"]}:
            signals.publish(signals.session_topic(person_id))
    return len(rows)


async def _let_go(contact_id: int) -> None:
    """A browser's chat is nobody's, and the browser's cookie no longer opens it: what was said in it was theirs."""
    await execute(
        "UPDATE contact SET person_id=NULL, bound_at=NULL, closed_at=$1, address=$2 WHERE id=$3 AND channel='web'"
        " AND NOT EXISTS (SELECT 1 FROM web_session s WHERE s.contact_id=$3 AND s.revoked_at IS NULL)",
        clock.now(),
        f"{ENDED}:{contact_id}:{secrets.token_hex(8)}",
        contact_id,
    )


async def end_expired() -> int:
    """End the sessions of those who live here whose time has passed, so that their chats are let go; for a job."""
    return await end_sessions("contact_id IS NOT NULL AND expires_at<=$1")


async def ended_since(moment: object) -> set[int]:
    """Whose sessions were ended after a moment, by whichever process."""
    rows = await fetch("SELECT DISTINCT person_id FROM web_session WHERE revoked_at>$1", moment)
    return {row["person_id"] for row in rows if row["person_id"]}
