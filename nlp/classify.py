"""A small text classifier: multinomial logistic regression over character n-grams, groups of like words near each
other, and the direction of the words' meanings."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp.meaning import Meaning, load_meaning

_FOLDER = Path(__file__).parent

BUCKETS = 1 << 16
"""How many for n-grams; as many again are for groups of words and pairs of them."""
WIDTH = 2 * BUCKETS
GROUPS = 700
"""The table's words are put into so many groups of like meaning (k-means)."""
REACH = 4
"""A word makes pairs with so many that follow it, up to the next mark."""
LONGEST_GRAM = 2
LONGEST_WORD = 6
MEANING_SCALE, FLAG_SCALE = 0.3, 0.15
"""How much the dense features weigh beside the n-grams."""
SCALE = 6.0
"""Brings the n-grams of a message of middling length to about length one."""

Floats = npt.NDArray[np.float32]
Groups = npt.NDArray[np.int16]
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ONE, _OTHER, _PAIRS = 52711, 15485863, 65521
"""What spreads pairs of groups over the buckets: two primes, and the largest prime below ``BUCKETS``."""


def _grams(text: str) -> list[str]:
    """Single characters and pairs, with marks for the beginning and the end, and what is in Latin letters by words."""
    marked = f"^{text}$"
    sizes = range(1, LONGEST_GRAM + 1)
    return [marked[start : start + size] for size in sizes for start in range(len(marked) - size + 1)] + _latin(text)


def _latin(text: str) -> list[str]:
    """Words in Latin letters, and pairs of neighbours: the table of meanings knows next to none."""
    words = _LATIN.findall(text)
    return [f"|{word}|" for word in words] + [f"|{one} {other}|" for one, other in pairwise(words)]


def _known(text: str, *, meaning: Meaning) -> Iterator[str]:
    """The table's words in a text by longest match from the left, with an empty one for each mark between words."""
    start, rows = 0, meaning.rows
    while start < len(text):
        for end in range(min(len(text), start + LONGEST_WORD), start, -1):
            if (word := text[start:end]) in rows:
                yield word
                start = end
                break
        else:
            if not text[start].isalnum():
                yield ""
            start += 1


def _paired(words: Sequence[str], groups: Groups, *, meaning: Meaning) -> set[int]:
    """The groups of a text's words, and hashed pairs of groups near each other, in their order."""
    found = [int(groups[meaning.rows[word]]) if word else -1 for word in words]
    places: set[int] = set()
    for start, one in enumerate(found):
        if one < 0:
            continue
        places.add(one)
        for other in found[start + 1 : start + 1 + REACH]:
            if other < 0:
                break
            places.add((one * _ONE + other * _OTHER) % _PAIRS)
    return places


def known(text: str) -> list[str]:
    """The table's words in a text, in order, with an empty one for each mark between them."""
    return list(_known(text, meaning=load_meaning()))


def buckets(text: str, groups: Groups, *, words: Sequence[str]) -> list[int]:
    """The hashed character n-grams of a text, and the groups of its ``known`` words with pairs of them, each once (the
    hashing trick, Weinberger 2009)."""
    grams = {zlib.crc32(gram.encode()) % BUCKETS for gram in _grams(text)}
    return sorted(grams | {BUCKETS + place for place in _paired(words, groups, meaning=load_meaning())})


def dense(words: Sequence[str], flags: Sequence[float]) -> Floats:
    """The features that are not n-grams: the direction of a text's ``known`` words, of which single characters count
    half, and what the rules said."""
    weights = {word: 1.0 if len(word) > 1 else 0.5 for word in words if word}
    direction = load_meaning().vector(weights) * MEANING_SCALE
    return np.concatenate([direction, np.asarray(flags, dtype=np.float32) * FLAG_SCALE])


def weighted(rows: Sequence[int], idf: Floats) -> Floats:
    """The tf-idf vector's values at a text's buckets; each n-gram counts once.

    Divided by the root of its length only: at length one, what a long message says in passing would hardly count.
    """
    values = idf[rows]
    return values / (SCALE * max(float(np.linalg.norm(values)), 1e-9) ** 0.5)


@dataclass(frozen=True, slots=True)
class Classifier:
    """Fitted weights: ``idf`` (width,), ``grams`` (width, labels), ``dense`` (features, labels) and ``constant``
    (labels,); ``groups`` has the group of each word of the table of meanings."""

    labels: tuple[str, ...]
    groups: Groups
    idf: Floats
    grams: Floats
    dense: Floats
    constant: Floats

    def chances(self, text: str, flags: Sequence[float]) -> Mapping[str, float]:
        """The probability of every label for a canonical text and the flags that rules set."""
        words = known(text)
        rows = buckets(text, self.groups, words=words)
        scores = weighted(rows, self.idf) @ self.grams[rows] + dense(words, flags) @ self.dense + self.constant
        odds = np.exp(scores - scores.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))


@lru_cache(maxsize=2)
def load_classifier(name: str = "intents") -> Classifier:
    """Weights shipped beside this file, read once: of what a message wants, or of the ``kinds`` of danger."""
    with np.load(_FOLDER / f"{name}.npz", allow_pickle=False) as saved:
        parts = {name: saved[name].astype(np.float32) for name in ("idf", "grams", "dense", "constant")}
        labels = tuple(str(label) for label in saved["labels"])
        return Classifier(labels=labels, groups=saved["groups"], **parts)
