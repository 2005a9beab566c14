"""Says what a message wants: help in danger, a person, a repair, an answer, a choice from a list, or nothing much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from nlp.choice import find_choice
from nlp.emergency import Emergency, find_emergency
from nlp.normalise import normalise
from nlp.words import Words

_NOT_A_WORD = re.compile(r"[^\w]+")


class Intent(StrEnum):
    """What a message wants."""

    EMERGENCY = "emergency"
    HAND_OVER = "hand_over"
    REPORT = "report"
    REFUSE = "refuse"
    SMALL_TALK = "small_talk"
    STOP = "stop"
    MENU = "menu"
    CHOICE = "choice"
    FOLLOW_UP = "follow_up"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message understood, with the words that decided it."""

    text: str
    normalised: str
    intent: Intent
    choice: int | None
    emergency: Emergency | None
    reason: str


_BEFORE_A_QUESTION = (Intent.STOP, Intent.MENU, Intent.HAND_OVER, Intent.REFUSE, Intent.SMALL_TALK)


def _wish(text: str, *, words: Words, context: str | None) -> tuple[Intent, str]:
    """The first intent whose rule matches, and the words that matched."""
    bare = _NOT_A_WORD.sub("", text)
    for intent in _BEFORE_A_QUESTION:
        if matched := words.intents[intent.value].find(text, bare):
            return intent, matched
    if not words.intents["question"].find(text, bare) and (matched := words.intents["report"].find(text, bare)):
        return Intent.REPORT, matched
    if context and (matched := words.intents["follow_up"].find(text, bare)):
        return Intent.FOLLOW_UP, matched
    return Intent.ASK, ""


def understand(text: str, *, words: Words, context: str | None = None) -> Heard:
    """Understand one message; ``context`` is the resident's previous one in the same conversation."""
    normalised = normalise(text)
    emergency = find_emergency(words.canonical(text), words=words)
    choice = find_choice(normalised)
    if emergency:
        intent, reason = Intent.EMERGENCY, emergency.matched
    elif choice is not None:
        intent, reason = Intent.CHOICE, str(choice)
    else:
        intent, reason = _wish(words.canonical(text), words=words, context=context)
    return Heard(
        text=text, normalised=normalised, intent=intent, choice=choice, emergency=emergency, reason=reason
    )
