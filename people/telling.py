"""Telling residents something in every chat of theirs; staff are told by ``courier.notices.tell_person``."""

from __future__ import annotations

from collections.abc import Mapping

from courier import notices
from courier.letters import Letter
from people import bell


async def tell_resident(
    letter: Letter, *, person_id: int, kind: str, subject: str = "", facts: Mapping[str, object] | None = None
) -> int:
    """Tell somebody wherever they can be reached, the lanes by name, and in their list; gives in how many chats.
    ``subject``: what it is about, where the letter does not lead there."""
    await bell.ring(letter, person_ids=[person_id], kind=kind, subject=subject)
    return await notices.tell_chats(letter, person_id=person_id, kind=kind, facts=facts)
