"""Telling residents something in every chat of theirs; staff are told by ``courier.notices.tell_person``."""

from __future__ import annotations

from courier import notices
from courier.letters import Letter
from models.transaction import fetch


async def tell_resident(letter: Letter, *, person_id: int, kind: str) -> int:
    """Tell somebody wherever they can be reached; gives in how many chats."""
    rows = await fetch("SELECT id FROM contact WHERE person_id=$1 AND closed_at IS NULL ORDER BY id", person_id)
    for row in rows:
        await notices.tell_contact(letter, contact_id=row["id"], kind=kind)
    return len(rows)
