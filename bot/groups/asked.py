"""A word in a residents' group with everything that is known of it before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

from bot.groups.words import GroupWord
from casework.guide import Found
from nlp.emergency import Emergency
from nlp.intent import Heard
from people.groups import Room


@dataclass(frozen=True, slots=True)
class Asked:
    """``text`` is what was asked, ``about`` the words of the message it replies to, ``danger`` what either tells of;
    ``is_personal`` where it holds somebody's number; ``found`` ranks it, None where nothing is searched."""

    word: GroupWord
    room: Room | None
    place_id: int
    text: str
    about: str
    heard: Heard
    danger: Emergency | None
    is_personal: bool
    found: Found | None
    is_slow_enough: bool
