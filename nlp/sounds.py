"""Hears what dictation wrote with other characters of the same sound (漏店, 人公) as the word that was meant.

A slip makes no word: what is replaced stands in no table of words, and no word of the table reaches across its ends
(没气味 keeps its 气味). Sounds as `readings` tells them: without tones, zh, ch and sh like z, c and s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.meaning import load_meaning
from nlp.readings import sounds_of

SHORTEST, LONGEST = 2, 5
"""Characters of a word that is listened for."""
REACH = 4
"""Characters of the longest word that may reach across the ends of another."""
MOST = 200
"""A longer text was not dictated in one go; it is left as it is."""
FILLS = frozenset("在的了是就去和也都很吗呢吧啊呀")
"""Characters that stand beside anything; what the table has with them (证在) is no word to be kept whole."""


class _Spoken(dict[int, str]):
    """For each character, by its number, how it is spoken; told when it is first met."""

    def __missing__(self, number: int) -> str:
        return self.setdefault(number, sounds_of(chr(number)))


_spoken = _Spoken()


@dataclass(frozen=True, slots=True)
class Sounds:
    """The words that are listened for, by their sounds, and what finds these in a text as it is spoken."""

    words: Mapping[str, str]
    finder: re.Pattern[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Sounds:
        """From normalised words; of two that sound alike the first is heard."""
        found: dict[str, str] = {}
        for word in words:
            if not SHORTEST <= len(word) <= LONGEST:
                raise ValueError(f"{word!r} must have {SHORTEST} to {LONGEST} characters")
            found.setdefault(sounds_of(word), word)
        sounds = sorted(map(re.escape, found), key=len, reverse=True)
        return cls(found, re.compile("|".join(sounds) or r"(?!)"))

    def apply(self, text: str) -> str:
        """A normalised text with every slip replaced by the word it sounds like."""
        if not self.words or len(text) > MOST:
            return text
        for found in self.finder.finditer(text.translate(_spoken)):
            word = self.words[found[0]]
            if text[found.start() : found.end()] != word and _is_slip(text, found.start(), found.end()):
                text = text[: found.start()] + word + text[found.end() :]
        return text


def _is_slip(text: str, start: int, end: int) -> bool:
    """Whether characters ``start`` to ``end`` are no word, nor any word part inside and part outside of them."""
    known = load_meaning().rows
    if text[start:end] in known:
        return False
    first, last = max(0, start - REACH + 1), min(len(text), end + REACH - 1)
    across_start = (text[at:to] for at in range(first, start) for to in range(start + 1, min(at + REACH, end) + 1))
    across_end = (text[at:to] for at in range(max(start, end - REACH + 1), end) for to in range(end + 1, last + 1))
    across = (word for word in (*across_start, *across_end) if word in known)
    return all(FILLS & set(word) for word in across)
