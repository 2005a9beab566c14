"""Conditions an answer depends on: which are known already, and which to ask next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.memory import Known, Memory
from bot.words import says
from casework import guide
from models.entry_content import EntryContent, Option, Variant
from models.errors import NotFound
from nlp.ages import find_age, holds
from nlp.similar import similar
from people.viewers import Viewer

ALIKE = 0.5
LONGEST_REPLY = 12
NEGATION = 2
"""Characters before a word in which a 不 or 没 turns it round."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Which option holds for each question (by its number from 1), and the number of the one to ask next (0: none)."""

    options: Mapping[int, Option]
    open: int

    @property
    def is_ended(self) -> bool:
        """Whether an option that holds settles the whole."""
        return any(option.ends for option in self.options.values())


def settle(content: EntryContent, *, texts: tuple[str, ...], known: tuple[Known, ...]) -> Settled:
    """What the resident's words, the latest first, and what they told before settle; a title that was picked from a
    list tells nothing of them. An option ends it once all before it are settled."""
    own = tuple(text for text in texts if text != content.title)
    options: dict[int, Option] = {}
    for number, variant in _numbered(content):
        if option := _holds(variant, own, known):
            options[number] = option
            if option.ends and len(options) == number:
                return Settled(options, 0)
    unsettled = (number for number, _ in _numbered(content) if number not in options)
    return Settled(options, next(unsettled, 0))


def _numbered(content: EntryContent) -> Iterator[tuple[int, Variant]]:
    return iter(enumerate(content.variants, start=1))


def _holds(variant: Variant, texts: tuple[str, ...], known: tuple[Known, ...]) -> Option | None:
    said = (said_option(variant, text) for text in texts)
    return next((option for option in said if option), None) or _told(variant, known)


def _told(variant: Variant, known: tuple[Known, ...]) -> Option | None:
    """What was told of this very condition, or the same words told of another entry's."""
    same = (one for one in reversed(known) if one.ask == variant.ask)
    told = [one.answer for one in (*same, *reversed(known))]
    options = {option.answer: option for option in variant.options}
    return next((options[answer] for answer in told if answer in options), None)


def said_option(variant: Variant, text: str, *, is_reply: bool = False) -> Option | None:
    """The one option whose words, or whose ages, a message names; the longest words win, a tie settles nothing.

    A word turned round by 不 or 没 does not count; of two options it then means the other.
    """
    told = guide.words().canonical(text)
    if option := _of_age(variant, told, is_reply=is_reply):
        return option
    found = [(_longest(option, told), number) for number, option in enumerate(variant.options)]
    best, number = max(found, key=lambda pair: pair[0])
    if best:
        return variant.options[number] if sum(length == best for length, _ in found) == 1 else None
    return _the_other(variant, told)


def _of_age(variant: Variant, told: str, *, is_reply: bool) -> Option | None:
    """The one option whose range of ages holds."""
    years = find_age(told, is_reply=is_reply)
    if years is None:
        return None
    fitting = [option for option in variant.options if holds(option.answer, years)]
    return fitting[0] if len(fitting) == 1 else None


def _the_other(variant: Variant, told: str) -> Option | None:
    """Of two options the one left when the other's words are turned round (不是上海户籍)."""
    denied = [option for option in variant.options if _longest(option, told, is_denied=True)]
    if len(variant.options) != 2 or len(denied) != 1:
        return None
    return next(option for option in variant.options if option is not denied[0])


def _longest(option: Option, told: str, *, is_denied: bool = False) -> int:
    canonical = map(guide.canonical, (option.answer, *option.words))
    return max((len(word) for word in canonical if word and _stands(word, told, is_denied=is_denied)), default=0)


def _stands(word: str, told: str, *, is_denied: bool) -> bool:
    """Whether a word stands in a message, turned round or not."""
    if word not in told:
        return False
    places = (found.start() for found in re.finditer(re.escape(word), told))
    return any(says("denied", told[max(0, place - NEGATION) : place]) == is_denied for place in places)


def answered_option(variant: Variant, text: str) -> Option | None:
    """The option a reply to the question means: by its words, by yes or no, or by being nearly the same."""
    if found := said_option(variant, text, is_reply=True) or _yes_or_no(variant, text):
        return found
    likeness, number = max((similar(text, option.answer), number) for number, option in enumerate(variant.options))
    is_alike = likeness >= ALIKE and not says("denied", guide.words().canonical(text)[:NEGATION])
    return variant.options[number] if is_alike else None


def _yes_or_no(variant: Variant, text: str) -> Option | None:
    """Of a question with two options 是 means the first, 不是 the second."""
    if len(variant.options) != 2:
        return None
    told = guide.words().canonical(text)
    if says("yes", told):
        return variant.options[0]
    return variant.options[1] if says("no", told) else None


async def is_reply(text: str, memory: Memory, *, viewer: Viewer, place_id: int) -> bool:
    """Whether a short message answers the condition asked last."""
    if not memory.asking or not memory.entry or len(text) > LONGEST_REPLY:
        return False
    try:
        entry = await guide.entry(memory.entry, viewer=viewer, place_id=place_id)
    except NotFound:
        return False
    asked = variant_at(entry.content, memory.asking)
    return asked is not None and answered_option(asked, text) is not None


def variant_at(content: EntryContent, number: int) -> Variant | None:
    """The question of this number, if the entry has it."""
    return content.variants[number - 1] if 1 <= number <= len(content.variants) else None
