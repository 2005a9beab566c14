"""Places words near others of like meaning, from a shipped table of word vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_TABLE = Path(__file__).with_name("meaning.npz")

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Word vectors of length 1 as signed bytes, shape (words, dimensions)."""

    rows: Mapping[str, int]
    bytes: npt.NDArray[np.int8]

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.bytes.shape[1]

    def vector(self, weights: Mapping[str, float]) -> Vector:
        """The direction of a bag of weighted words, of length 1 (or all zero when no word is known)."""
        known = [(self.rows[word], weight) for word, weight in weights.items() if word in self.rows]
        if not known:
            return np.zeros(self.dimensions, dtype=np.float32)
        rows = self.bytes[[row for row, _ in known]].astype(np.float32)
        total = np.asarray([weight for _, weight in known], dtype=np.float32) @ rows
        return total / max(float(np.linalg.norm(total)), 1e-9)


@lru_cache(maxsize=1)
def load_meaning() -> Meaning:
    """The shipped table, read once (about 5 MB)."""
    with np.load(_TABLE, allow_pickle=False) as saved:
        words = str(saved["words"]).split("\n")
        return Meaning(rows={word: row for row, word in enumerate(words)}, bytes=saved["vectors"])
