"""Telling residents something in every chat of theirs; staff are told by ``courier.notices.tell_person``."""

from __future__ import annotations

from courier import notices
from courier.letters import Letter


async def tell_resident(letter: Letter, *, person_id: int, kind: str) -> int:
    """Tell somebody wherever they can be reached, the lanes by name; gives in how many chats."""
    return await notices.tell_chats(letter, person_id=person_id, kind=kind)
