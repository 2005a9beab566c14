"""Recognises messages about danger to life now, before anything else is considered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlp.words import Words


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
    """The emergency a normalised message tells of, or None; harmless look-alikes are cut out first."""
    told = words.no_emergency.sub("，", text)
    for rule in words.emergencies:
        if matched := rule.rule.find(told, told):
            return Emergency(kind=EmergencyKind(rule.kind), call=rule.call, matched=matched, by_rule=True)
    return None


def likely_emergency(text: str, *, words: Words) -> Emergency:
    """The kind of emergency nearest to a text that tells of one in words no rule knows; medical when nothing hints."""
    counts = [(sum(hint in text for hint in rule.hints), rule) for rule in words.emergencies]
    most = max(count for count, _ in counts)
    medical = next(rule for rule in words.emergencies if rule.kind == EmergencyKind.MEDICAL)
    rule = next(rule for count, rule in counts if count == most) if most else medical
    matched = "".join(hint for hint in rule.hints if hint in text)
    return Emergency(kind=EmergencyKind(rule.kind), call=rule.call, matched=matched)
