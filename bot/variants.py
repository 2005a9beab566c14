"""Conditions an answer depends on: which are known already, and which to ask next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.memory import Known
from casework import guide
from models.entry_content import EntryContent, Option, Variant
from nlp.similar import similar

ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Settled:
    """Which option holds for each question (by its number from 1), and the number of the one to ask next (0: none)."""

    options: Mapping[int, Option]
    open: int

    @property
    def is_ended(self) -> bool:
        """Whether an option that holds settles the whole."""
        return any(option.ends for option in self.options.values())


def settle(content: EntryContent, *, text: str, known: tuple[Known, ...]) -> Settled:
    """What the resident's words and what they told before settle; past an option that ends it nothing counts."""
    options: dict[int, Option] = {}
    for number, variant in _numbered(content):
        if option := _holds(variant, text, known):
            options[number] = option
            if option.ends:
                return Settled(options, 0)
    unsettled = (number for number, _ in _numbered(content) if number not in options)
    return Settled(options, next(unsettled, 0))


def _numbered(content: EntryContent) -> Iterator[tuple[int, Variant]]:
    return iter(enumerate(content.variants, start=1))


def _holds(variant: Variant, text: str, known: tuple[Known, ...]) -> Option | None:
    return said_option(variant, text) or _told(variant, known)


def _told(variant: Variant, known: tuple[Known, ...]) -> Option | None:
    """What was told of this very condition, or the same words told of another entry's."""
    same = (one for one in reversed(known) if one.ask == variant.ask)
    told = [one.answer for one in (*same, *reversed(known))]
    options = {option.answer: option for option in variant.options}
    return next((options[answer] for answer in told if answer in options), None)


def said_option(variant: Variant, text: str) -> Option | None:
    """The one option whose words stand in a message; the longest words win, a tie settles nothing."""
    told = guide.words().canonical(text)
    lengths = [(_longest(option, told), number) for number, option in enumerate(variant.options)]
    best, number = max(lengths, key=lambda pair: pair[0])
    if best == 0 or sum(length == best for length, _ in lengths) > 1:
        return None
    return variant.options[number]


def _longest(option: Option, told: str) -> int:
    canonical = (guide.words().canonical(word) for word in (option.answer, *option.words))
    return max((len(word) for word in canonical if word and word in told), default=0)


def answered_option(variant: Variant, text: str) -> Option | None:
    """The option a reply to the question means: by its words, or by being nearly the same."""
    if found := said_option(variant, text):
        return found
    likeness, number = max((similar(text, option.answer), number) for number, option in enumerate(variant.options))
    return variant.options[number] if likeness >= ALIKE else None


def variant_at(content: EntryContent, number: int) -> Variant | None:
    """The question of this number, if the entry has it."""
    return content.variants[number - 1] if 1 <= number <= len(content.variants) else None
