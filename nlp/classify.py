"""A small text classifier: multinomial logistic regression over character n-grams and word meanings."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp.meaning import Meaning, load_meaning

_FILE = Path(__file__).with_name("intents.npz")

BUCKETS = 1 << 16
LONGEST_GRAM = 2
LONGEST_WORD = 6
MEANING_SCALE, FLAG_SCALE = 0.3, 0.15
"""How much the dense features weigh beside the n-grams, whose vector has length one."""

Floats = npt.NDArray[np.float32]


def _grams(text: str) -> Iterator[str]:
    """Single characters and pairs, with marks for the beginning and the end."""
    marked = f"^{text}$"
    for size in range(1, LONGEST_GRAM + 1):
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]


def buckets(text: str) -> list[int]:
    """The hashed character n-grams of a text, each once (the hashing trick, Weinberger 2009)."""
    return sorted({zlib.crc32(gram.encode()) % BUCKETS for gram in _grams(text)})


def known_words(text: str, *, meaning: Meaning) -> dict[str, float]:
    """The words of the table found by longest match from the left; single characters count half."""
    found: dict[str, float] = {}
    start = 0
    while start < len(text):
        ends = range(min(len(text), start + LONGEST_WORD), start, -1)
        end = next((end for end in ends if text[start:end] in meaning.rows), start + 1)
        if text[start:end] in meaning.rows:
            found[text[start:end]] = 1.0 if end - start > 1 else 0.5
        start = end
    return found


def dense(text: str, flags: Sequence[float]) -> Floats:
    """The features that are not n-grams: the direction of meaning, and what the rules said."""
    meaning = load_meaning()
    direction = meaning.vector(known_words(text, meaning=meaning)) * MEANING_SCALE
    return np.concatenate([direction, np.asarray(flags, dtype=np.float32) * FLAG_SCALE])


def weighted(rows: Sequence[int], idf: Floats) -> Floats:
    """The tf-idf vector's values at a text's buckets, of length one; each n-gram counts once."""
    values = idf[rows]
    return values / max(float(np.linalg.norm(values)), 1e-9)


@dataclass(frozen=True, slots=True)
class Classifier:
    """Fitted weights: ``idf`` (buckets,), ``grams`` (buckets, labels), ``dense`` (features, labels) and
    ``constant`` (labels,)."""

    labels: tuple[str, ...]
    idf: Floats
    grams: Floats
    dense: Floats
    constant: Floats

    def chances(self, text: str, flags: Sequence[float]) -> Mapping[str, float]:
        """The probability of every label for a canonical text and the flags that rules set."""
        rows = buckets(text)
        scores = weighted(rows, self.idf) @ self.grams[rows] + dense(text, flags) @ self.dense + self.constant
        odds = np.exp(scores - scores.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))


@lru_cache(maxsize=1)
def load_classifier() -> Classifier:
    """The weights shipped beside this file, read once."""
    with np.load(_FILE, allow_pickle=False) as saved:
        parts = {name: saved[name].astype(np.float32) for name in ("idf", "grams", "dense", "constant")}
        return Classifier(labels=tuple(str(label) for label in saved["labels"]), **parts)
