"""Turns a text into weighted terms of three streams: words, character pairs and single characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.segment import Cuts, Segmenter
from nlp.words import Words

_PIECE = re.compile(r"[\w]+")
WORD, PAIR, CHARACTER = "w", "b", "c"
FUNCTION_WEIGHT = 0.3
PAIR_WEIGHT = 0.7
CHARACTER_WEIGHT = 0.7
FADE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """How often each term occurs in a text, and how much a question should weigh it."""

    counts: Mapping[str, int]
    weights: Mapping[str, float]
    length: int


class TermMaker:
    """Makes terms the same way for entries and for questions."""

    __slots__ = ("_segmenter", "_words")

    def __init__(self, *, segmenter: Segmenter, words: Words) -> None:
        self._segmenter = segmenter
        self._words = words

    def is_function_word(self, word: str) -> bool:
        """Whether a word says nothing about the topic."""
        return word in self._words.function_words

    def cut(self, text: str, *, cuts: Cuts | None = None) -> tuple[list[str], list[str]]:
        """The words of a text, and its pieces between punctuation; ``cuts`` as in ``Segmenter.words``."""
        canonical = self._words.canonical(text)
        words = [word for word in self._segmenter.words(canonical, cuts=cuts) if _PIECE.fullmatch(word)]
        return words, _PIECE.findall(canonical)

    def make(self, text: str) -> Terms:
        """The terms of one text; words that carry no topic and single characters fade as it grows longer."""
        words, pieces = self.cut(text)
        length = sum(map(len, pieces))
        fade = min(1.0, FADE_LENGTH / max(length, 1))
        counts: Counter[str] = Counter(WORD + word for word in words)
        weights = {WORD + word: FUNCTION_WEIGHT * fade if self.is_function_word(word) else 1.0 for word in set(words)}
        for piece in pieces:
            for start, character in enumerate(piece):
                counts[CHARACTER + character] += 1
                weights[CHARACTER + character] = CHARACTER_WEIGHT * fade
                if start + 1 < len(piece):
                    pair = PAIR + piece[start : start + 2]
                    counts[pair] += 1
                    weights[pair] = PAIR_WEIGHT
        return Terms(counts=counts, weights=weights, length=length)
