"""Says what a message wants: help in danger, a person, a repair, an answer, a choice from a list, or nothing much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nlp.choice import find_choice
from nlp.classify import load_classifier
from nlp.emergency import Emergency, find_emergency, likely_emergency
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
    """One message understood, with the words that decided it; ``perhaps_danger`` where it may yet be an emergency,
    ``by_rule`` where a rule for the intent matched, ``sureness`` how likely the classifier finds it (0 for others)."""

    text: str
    normalised: str
    intent: Intent
    choice: int | None
    emergency: Emergency | None
    reason: str
    perhaps_danger: bool = False
    by_rule: bool = False
    sureness: float = 0.0


_RULES_FIRST = (Intent.STOP, Intent.MENU)
_FLAGGED = ("hand_over", "refuse", "small_talk", "question", "report", "follow_up")
_ENOUGH = {Intent.HAND_OVER: 0.25, Intent.REFUSE: 0.3, Intent.REPORT: 0.3, Intent.SMALL_TALK: 0.3}
"""How likely the classifier must find an intent before it is believed; chosen on the tuning half, fitted without it."""
EMERGENCY_ENOUGH = 0.4
"""The same for danger, whether a rule matched or not: what the rules say is among what the classifier weighs."""
EMERGENCY_ENOUGH_IN_A_WORD = 0.5
"""A few characters that no rule knows are more often a reply to a question of ours."""
EMERGENCY_ENOUGH_FOR_A_CRY = 0.1
EMERGENCY_PERHAPS = 0.18
"""From here on, or where a rule matched, a reply begins with the numbers to call; no alarm is raised."""
LONGEST_CRY = 10
"""Characters of a message in which a rule is nearly enough, unless it asks something."""
_CALM = (Intent.EMERGENCY, Intent.CHOICE, Intent.STOP, Intent.MENU)
"""What leaves no doubt about danger, one way or the other."""
LONGEST_SMALL_TALK = 12
SHORTEST_WISH = 6
SHORTEST_NUMBER = 4


def flags_of(text: str, *, words: Words) -> tuple[float, ...]:
    """What the rules say of a text, as features: 1 for each that matches, the emergency rules first."""
    told = words.canonical(text)
    bare = _NOT_A_WORD.sub("", told)
    found = find_emergency(told, words=words) is not None
    return (float(found), *(float(bool(words.intents[name].find(told, bare))) for name in _FLAGGED))


def _whole(text: str, *, words: Words) -> tuple[Intent, str] | None:
    """Words that stop or open the menu, and whole messages that some rule knows word for word."""
    bare = _NOT_A_WORD.sub("", text)
    for intent in _RULES_FIRST:
        if matched := words.intents[intent.value].find(text, bare):
            return intent, matched
    for intent in _ENOUGH:
        if words.intents[intent.value].whole.fullmatch(bare):
            return intent, bare
    return None


def _likely(text: str, *, words: Words, context: str | None, chances: Mapping[str, float]) -> tuple[Intent, str]:
    """The intent the classifier finds most likely, where it is sure enough; a question otherwise."""
    if whole := _whole(text, words=words):
        return whole
    hangs_on = words.intents["follow_up"].find(text, _NOT_A_WORD.sub("", text)) if context else None
    best = max(_ENOUGH, key=lambda intent: chances[intent.value])
    if chances[best.value] >= _ENOUGH[best] and _is_believed(best, text, context=context, hangs_on=hangs_on):
        return best, f"{best.value} {chances[best.value]:.2f}"
    return (Intent.FOLLOW_UP, hangs_on) if hangs_on else (Intent.ASK, "")


def _is_believed(best: Intent, text: str, *, context: str | None, hangs_on: str | None) -> bool:
    """In mid-conversation a few words may answer a question of ours: only a wish for a person stands then."""
    if best is Intent.SMALL_TALK:
        return context is None and len(text) <= LONGEST_SMALL_TALK
    return best is Intent.HAND_OVER or (hangs_on is None and (context is None or len(text) >= SHORTEST_WISH))


def _danger(text: str, *, words: Words, chance: float) -> Emergency | None:
    """An emergency the classifier believes, or does not rule out in a few words the rules know; they name its kind."""
    found = find_emergency(text, words=words)
    is_cry = found is not None and len(text) <= LONGEST_CRY
    if is_cry and not words.intents["question"].find(text, _NOT_A_WORD.sub("", text)):
        return found if chance >= EMERGENCY_ENOUGH_FOR_A_CRY else None
    enough = EMERGENCY_ENOUGH if found or len(text) >= SHORTEST_WISH else EMERGENCY_ENOUGH_IN_A_WORD
    return (found or likely_emergency(text, words=words)) if chance >= enough else None


def understand(text: str, *, words: Words, context: str | None = None) -> Heard:
    """Understand one message; ``context`` is the resident's previous one in the same conversation."""
    normalised, told = normalise(text), words.canonical(text)
    flags = flags_of(text, words=words)
    chances = load_classifier().chances(told, flags)
    chance = 0.0 if _is_number(normalised) else chances[Intent.EMERGENCY.value]
    emergency, choice = _danger(told, words=words, chance=chance), find_choice(normalised)
    if choice is not None:
        intent, reason = Intent.CHOICE, str(choice)
    elif emergency and not _whole(told, words=words):
        intent, reason = Intent.EMERGENCY, emergency.matched
    else:
        intent, reason = _likely(told, words=words, context=context, chances=chances)
    is_emergency = intent is Intent.EMERGENCY
    return Heard(
        text=text,
        normalised=normalised,
        intent=intent,
        choice=choice,
        emergency=emergency if is_emergency else None,
        reason=reason,
        by_rule=intent.value in _FLAGGED and flags[1 + _FLAGGED.index(intent.value)] > 0,
        sureness=chances.get(intent.value, 0.0),
        perhaps_danger=intent not in _CALM and (chance >= EMERGENCY_PERHAPS or flags[0] > 0),
    )


def _is_number(normalised: str) -> bool:
    """A code or a telephone number by itself: its figures tell the classifier nothing, whatever it makes of them."""
    figures = _NOT_A_WORD.sub("", normalised)
    return len(figures) >= SHORTEST_NUMBER and figures.isdecimal()


def warm_up(words: Words) -> None:
    """Load what the first message would otherwise wait for; run it in a thread at start."""
    understand("", words=words)
