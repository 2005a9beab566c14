"""Recognises messages about danger to life now, before anything else is considered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlp.classify import load_classifier
from nlp.words import Words

UNLIKELY = 0.2
"""A kind that a rule named but that is less likely than this is another."""


class EmergencyKind(StrEnum):
    """What kind of danger a message tells of."""

    GAS = "gas"
    FIRE = "fire"
    TRAPPED = "trapped"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    MEDICAL = "medical"
    DROWNING = "drowning"
    MISSING_CHILD = "missing_child"
    ELECTRIC = "electric"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Emergency:
    """A danger, the number to call first, and the words that told it; ``by_rule`` where a rule knows them."""

    kind: EmergencyKind
    call: str
    matched: str
    by_rule: bool = False


def find_emergency(text: str, *, words: Words) -> Emergency | None:
    """The emergency that a rule knows in a canonical text, or None; harmless look-alikes are cut out first."""
    told = words.no_emergency.sub("，", text)
    for rule in words.emergencies:
        if matched := rule.rule.find(told, told):
            return Emergency(kind=EmergencyKind(rule.kind), call=rule.call, matched=matched, by_rule=True)
    return None


def told_by_rules(text: str, *, words: Words) -> tuple[float, ...]:
    """For each kind of danger 1 where a rule for it matches, else 0."""
    told = words.no_emergency.sub("，", text)
    known = {rule.kind for rule in words.emergencies if rule.rule.find(told, told)}
    return tuple(float(kind.value in known) for kind in EmergencyKind)


def named(text: str, found: Emergency | None, *, words: Words) -> Emergency:
    """The emergency of a canonical text that tells of one, with its likeliest kind; what a rule ``found`` stays unless
    that kind is unlikely."""
    chances = load_classifier("kinds").chances(text, told_by_rules(text, words=words))
    if found and chances[found.kind.value] >= UNLIKELY:
        return found
    rule = max(words.emergencies, key=lambda rule: chances[rule.kind])
    matched, by_rule = (found.matched, found.by_rule) if found else ("", False)
    return Emergency(kind=EmergencyKind(rule.kind), call=rule.call, matched=matched, by_rule=by_rule)
