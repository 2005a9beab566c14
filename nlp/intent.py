"""Says what a message wants: help in danger, a person, a repair, an answer, a choice from a list, or nothing much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nlp.chances import Chances, chances_of
from nlp.choice import find_choice
from nlp.classify import load_classifier
from nlp.coordinates import point_in
from nlp.emergency import Emergency, find_emergency, named
from nlp.encoder import load_encoder
from nlp.normalise import normalise
from nlp.words import Words

_NOT_A_WORD = re.compile(r"[^\w]+")
_COMMAND = re.compile(r"/start(?: [a-z0-9_-]+)?$", re.IGNORECASE)
"""A link that was followed (/start join_...), whole: nothing is said in it."""
_MARKS = " .,。、…!~-"
"""Marks that ask nothing where they stand alone."""


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
    ``by_rule`` where a rule for the intent matched, ``sureness`` how likely the classifier finds it (0 for others),
    ``asks`` where it is worded as a question, ``tells`` where it only tells of daily life
    (我妈去买菜了) and asks nothing, ``hanging`` how likely its wording leaves out what it is about (要带几份)."""

    text: str
    normalised: str
    intent: Intent
    choice: int | None
    emergency: Emergency | None
    reason: str
    perhaps_danger: bool = False
    by_rule: bool = False
    sureness: float = 0.0
    asks: bool = False
    tells: bool = False
    hanging: float = 0.0


_RULES_FIRST = (Intent.STOP, Intent.MENU)
_FLAGGED = ("hand_over", "refuse", "small_talk", "question", "report", "follow_up")
_ENOUGH = {Intent.HAND_OVER: 0.25, Intent.REFUSE: 0.35, Intent.REPORT: 0.25, Intent.SMALL_TALK: 0.3}
"""How likely the classifier must find an intent before it is believed."""
REFUSE_ENOUGH_BY_RULE = 0.18
"""The same for what must be refused where a rule matched."""
REPORT_ENOUGH_ASKED = 0.35
"""The same for what is worded as a question (水管爆了保险赔吗)."""
REPORT_ENOUGH_IN_A_WORD = 0.65
"""A thing named in a few characters is more often asked about than broken."""
EMERGENCY_ENOUGH = 0.55
"""The same for danger; what the rules say is among what is weighed."""
BROKEN = 0.4
"""Where something broken is so likely, no danger is heard that no rule knows."""
EMERGENCY_ENOUGH_ALONE = 0.75
"""The same for one clause that a rule knows, heard by itself: everyday words may stand beside it (煤气味很大，报修)."""
EMERGENCY_ENOUGH_FOR_A_CRY = 0.25
"""The same in a few characters that a rule knows and that ask nothing."""
EMERGENCY_ENOUGH_BESIDE_A_CLAUSE = 0.3
"""The same where one clause by itself is danger."""
EMERGENCY_PERHAPS = 0.16
"""From here on, or where a rule matched, a reply begins with the numbers to call; no alarm is raised."""
EMERGENCY_PERHAPS_IN_A_WORD = 0.35
"""The same for a few characters in mid-conversation (我知道了)."""
LONGEST_CRY = 10
"""Characters of a message in which a rule is nearly enough, unless it asks something."""
_ASKED = (Intent.ASK, Intent.FOLLOW_UP)
_CALM = (Intent.EMERGENCY, Intent.CHOICE, Intent.STOP, Intent.MENU)
"""What leaves no doubt about danger, one way or the other."""
LONGEST_SMALL_TALK = 12
TELLS = 0.3
"""How likely plain words of daily life must be to be heard as such; a question in them counts more."""
SHORTEST_TOLD = 3
"""Characters that can tell anything: a bare word (角色) is asked about."""
SHORTEST_WISH = 6
REPORT_SURE = 0.8
"""So sure a report stands also where it begins as what goes on about something does (还有，…)."""
SHORTEST_REPORT = 8
SHORTEST_NUMBER = 4


def flags_of(text: str, *, words: Words) -> tuple[float, ...]:
    """What the rules say of a text, as features: 1 for each that matches, the emergency rules first."""
    told = words.canonical(text)
    return _flags(told, danger=find_emergency(told, words=words), words=words)


def _flags(told: str, *, danger: Emergency | None, words: Words) -> tuple[float, ...]:
    """The same of a canonical text, of which the emergency rules were asked already."""
    bare = _NOT_A_WORD.sub("", told)
    found = (words.intents[name].find(told, bare) for name in _FLAGGED)
    return (float(danger is not None), *(float(bool(one)) for one in found))


def _flag(flags: Sequence[float], name: str) -> bool:
    """Whether a section's rule matched, among the flags of a text."""
    return flags[1 + _FLAGGED.index(name)] > 0


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


def _likely(
    text: str, *, words: Words, context: str | None, chances: Chances, flags: Sequence[float]
) -> tuple[Intent, str]:
    """The intent the classifier finds most likely, where it is sure enough; a question otherwise."""
    if whole := _whole(text, words=words):
        return whole
    if not text.strip(_MARKS):
        return Intent.SMALL_TALK, text
    if _COMMAND.match(text):
        return Intent.ASK, ""
    hangs_on = words.intents["follow_up"].find(text, _NOT_A_WORD.sub("", text)) if context else None
    best = _best(flags, chances)
    chance = chances[best.value]
    is_believed = _is_plain_report(best, text, chance) or _is_believed(best, text, context=context, hangs_on=hangs_on)
    if chance >= _enough(best, text, flags=flags) and is_believed:
        return best, f"{best.value} {chance:.2f}"
    return (Intent.FOLLOW_UP, hangs_on) if hangs_on else (Intent.ASK, "")


def _best(flags: Sequence[float], chances: Chances) -> Intent:
    """The likeliest intent; a wish for a person that a rule knows comes first, whatever else is told with it."""
    person = Intent.HAND_OVER
    if _flag(flags, person.value) and chances[person.value] >= _ENOUGH[person]:
        return person
    return max(_ENOUGH, key=lambda intent: chances[intent.value])


def _enough(intent: Intent, text: str, *, flags: Sequence[float]) -> float:
    if intent is Intent.REFUSE and _flag(flags, intent.value):
        return REFUSE_ENOUGH_BY_RULE
    if intent is not Intent.REPORT:
        return _ENOUGH[intent]
    if len(text) < SHORTEST_WISH:
        return REPORT_ENOUGH_IN_A_WORD
    return REPORT_ENOUGH_ASKED if _flag(flags, "question") else _ENOUGH[intent]


def _is_plain_report(best: Intent, text: str, chance: float) -> bool:
    return best is Intent.REPORT and chance >= REPORT_SURE and len(text) >= SHORTEST_REPORT


def _is_believed(best: Intent, text: str, *, context: str | None, hangs_on: str | None) -> bool:
    """In mid-conversation a few words may answer a question of ours: only a wish for a person stands then."""
    if best is Intent.SMALL_TALK:
        return context is None and len(text) <= LONGEST_SMALL_TALK
    return best is Intent.HAND_OVER or (hangs_on is None and (context is None or len(text) >= SHORTEST_WISH))


def _is_danger(text: str, *, found: Emergency | None, words: Words, chance: float, broken: float, asks: bool) -> bool:
    """Whether danger is so likely as to be believed, or not ruled out in a few words that a rule has ``found`` and that
    ask nothing."""
    if found and len(text) <= LONGEST_CRY and not asks:
        return chance >= EMERGENCY_ENOUGH_FOR_A_CRY
    if found:
        is_near = chance >= EMERGENCY_ENOUGH_BESIDE_A_CLAUSE
        return chance >= EMERGENCY_ENOUGH or (is_near and _is_in_a_clause(text, words=words))
    return chance >= EMERGENCY_ENOUGH and broken < BROKEN


def _chance(text: str, *, found: Emergency | None, words: Words, chances: Chances) -> float:
    """How likely danger is. Where no rule knows it, what is harmless in it counts for nothing (老公手机不见了); where
    one does, neither does half a sentence that only asks for something to be done (煤气味很大，报修)."""
    chance = chances[Intent.EMERGENCY.value]
    rest = words.asking.sub("", text) if found else words.no_emergency.sub("，", text)
    if rest == text or not (found or chance >= EMERGENCY_PERHAPS):
        return chance
    rest = rest.strip(_MARKS)
    alone = chances_of(rest, flags_of(rest, words=words))[Intent.EMERGENCY.value]
    return max(chance, alone) if found else min(chance, alone)


def _is_in_a_clause(text: str, *, words: Words) -> bool:
    """Whether one clause by itself is danger, both to a rule and to the classifier."""
    heard = ((clause, flags_of(clause, words=words)) for clause in _NOT_A_WORD.split(text))
    known = (chances_of(clause, flags) for clause, flags in heard if flags[0])
    return any(chances[Intent.EMERGENCY.value] >= EMERGENCY_ENOUGH_ALONE for chances in known)


def understand(text: str, *, words: Words, context: str | None = None) -> Heard:
    """Understand one message; ``context`` is the resident's previous one in the same conversation."""
    normalised, told = normalise(text), words.canonical(text)
    found = find_emergency(told, words=words)
    flags = _flags(told, danger=found, words=words)
    chances = chances_of(told, flags)
    chance = 0.0
    if not (_is_number(normalised) or _is_bare_point(text) or _COMMAND.match(told)):
        chance = _chance(told, found=found, words=words, chances=chances)
    asks = _flag(flags, "question")
    broken = chances[Intent.REPORT.value]
    is_danger = _is_danger(told, found=found, words=words, chance=chance, broken=broken, asks=asks)
    emergency = named(told, found, words=words) if is_danger else None
    choice = find_choice(normalised)
    if choice is not None:
        intent, reason = Intent.CHOICE, str(choice)
    elif emergency and not _whole(told, words=words):
        intent, reason = Intent.EMERGENCY, emergency.matched
    else:
        intent, reason = _likely(told, words=words, context=context, chances=chances, flags=flags)
    is_emergency = intent is Intent.EMERGENCY
    return Heard(
        text=text,
        normalised=normalised,
        intent=intent,
        choice=choice,
        emergency=emergency if is_emergency else None,
        reason=reason,
        by_rule=intent.value in _FLAGGED and _flag(flags, intent.value),
        asks=asks,
        tells=intent in _ASKED and not asks and len(told) >= SHORTEST_TOLD and chances["everyday"] >= TELLS,
        hanging=chances["follow_up"],
        sureness=chances.get(intent.value, 0.0),
        perhaps_danger=intent not in _CALM and (chance >= _perhaps(told, context=context) or flags[0] > 0),
    )


def _perhaps(text: str, *, context: str | None) -> float:
    return EMERGENCY_PERHAPS_IN_A_WORD if context and len(text) < SHORTEST_WISH else EMERGENCY_PERHAPS


def _is_number(normalised: str) -> bool:
    """A code or a telephone number by itself: its figures tell the classifier nothing, whatever it makes of them."""
    figures = _NOT_A_WORD.sub("", normalised)
    return len(figures) >= SHORTEST_NUMBER and figures.isdecimal()


def _is_bare_point(text: str) -> bool:
    """A point on the map that nothing is said of."""
    point = point_in(text)
    return point is not None and not point.name


def warm_up(words: Words) -> None:
    """Load what the first message would otherwise wait for; run it in a thread at start."""
    understand("", words=words)
    load_encoder()
    load_classifier("kinds")
