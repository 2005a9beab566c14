"""Asking somebody, in the chats they have, whether something new was their own doing."""

from __future__ import annotations

from courier import notices
from courier.letters import Letter
from models.wording import say

ASKS_ME = "me"
"""The fact of a line that asks so; the dialogue reads it and takes a digit for the answer."""


async def ask_whether_me(text: str, *, person_id: int, but: int | None, kind: str) -> int:
    """Tell every chat of somebody's ``but`` the new one, with two answers below; gives how many were told."""
    letter = Letter(text, choices=(say("sign_in.me"), say("sign_in.not_me")))
    return await notices.tell_chats(letter, person_id=person_id, kind=kind, but=but, facts={"asks": ASKS_ME})
