"""Cuts a text into pieces of words by their likelihood (unigram segmentation, Kudo 2018)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BLANK = "▁"
"""Stands for a space, and before a text's first character."""
LONGEST = 8
"""Characters of a piece."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Known pieces with the logarithm of how likely each is, and that of a character which is no piece."""

    scores: Mapping[str, float]
    unknown: float

    def split(self, text: str) -> list[str]:
        """The likeliest pieces of a text in order (Viterbi); characters that are no piece stand alone."""
        marked = BLANK + text.replace(" ", BLANK)
        best = [0.0] + [float("-inf")] * len(marked)
        begins = [0] * len(best)
        for start in range(len(marked)):
            for end in range(start + 1, min(len(marked), start + LONGEST) + 1):
                score = best[start] + self._score(marked[start:end])
                if score > best[end]:
                    best[end], begins[end] = score, start
        return _cut(marked, begins)

    def _score(self, piece: str) -> float:
        nothing = self.unknown if len(piece) == 1 else float("-inf")
        return self.scores.get(piece, nothing)


def _cut(marked: str, begins: list[int]) -> list[str]:
    """The pieces of the best way, found from its end."""
    found: list[str] = []
    end = len(marked)
    while end > 0:
        found.append(marked[begins[end] : end])
        end = begins[end]
    return found[::-1]
