"""Reads a whole sentence with a small transformer encoder (Vaswani 2017), where weighing single words leaves doubt.

The first layers of multilingual-e5-small (Wang 2024, MIT licence), fitted further by benchmarks/fit_encoder.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.pieces import Pieces

_FILE = Path(__file__).with_name("encoder.npz")

HEADS = 12
FIRST, LAST, UNKNOWN, SPECIAL = 0, 2, 3, 4
"""Rows that begin and end a text, stand for what is no piece, and how many rows there are before the first piece."""
HEAD, TAIL = 40, 22
"""Of a longer text so many pieces of its beginning and its end are read."""
TINY = 1e-12

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dense:
    """An affine map: ``weights`` (inputs, outputs) and ``constant`` (outputs,)."""

    weights: Floats
    constant: Floats

    def __call__(self, values: Floats) -> Floats:
        """The map of each row."""
        return values @ self.weights + self.constant


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation (Ba 2016)."""

    weights: Floats
    constant: Floats

    def __call__(self, values: Floats) -> Floats:
        """Each row with mean 0 and variance 1, scaled and moved."""
        middle = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((middle**2).mean(axis=-1, keepdims=True) + TINY)
        return middle / spread * self.weights + self.constant


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: who looks at whom, and what is made of it."""

    attention: Dense
    joined: Dense
    after_attention: Norm
    wide: Dense
    narrow: Dense
    after_wide: Norm

    def __call__(self, rows: Floats) -> Floats:
        """Rows of pieces (pieces, inputs) after this layer."""
        rows = self.after_attention(rows + self.joined(_attended(self.attention(rows))))
        return self.after_wide(rows + self.narrow(_gelu(self.wide(rows))))


def _attended(given: Floats) -> Floats:
    """Scaled dot-product attention of queries, keys and values that stand beside each other in each row."""
    length = len(given)
    queries, keys, values = (part.reshape(length, HEADS, -1).transpose(1, 0, 2) for part in np.split(given, 3, axis=1))
    weights = queries @ keys.transpose(0, 2, 1) / math.sqrt(keys.shape[-1])
    odds = np.exp(weights - weights.max(axis=-1, keepdims=True))
    seen = odds / odds.sum(axis=-1, keepdims=True) @ values
    return seen.transpose(1, 0, 2).reshape(length, -1)


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear units by the tanh approximation (Hendrycks 2016)."""
    return 0.5 * values * (1 + np.tanh(math.sqrt(2 / math.pi) * (values + 0.044715 * values * values * values)))


@dataclass(frozen=True, slots=True)
class Encoder:
    """Fitted weights; ``words`` (rows, inputs) are kept as signed bytes with a scale each."""

    labels: tuple[str, ...]
    pieces: Pieces
    rows: Mapping[str, int]
    words: npt.NDArray[np.int8]
    scales: Floats
    places: Floats
    beginning: Norm
    layers: tuple[Layer, ...]
    last: Dense

    def scores(self, text: str, flags: Sequence[float]) -> Floats:
        """A score for every label of a canonical text and the flags that rules set, shape (labels,)."""
        places = self.numbers(text)
        rows = self.words[places] * self.scales[places, None]
        rows = self.beginning(rows + self.places[: len(places)])
        for layer in self.layers:
            rows = layer(rows)
        seen = np.concatenate([rows.mean(axis=0), rows.max(axis=0), np.asarray(flags, dtype=np.float32)])
        return self.last(seen)

    def numbers(self, text: str) -> list[int]:
        """The rows of a text's pieces, with those that begin and end it."""
        found = [self.rows.get(piece, UNKNOWN) for piece in self.pieces.split(text)]
        return [FIRST, *shortened(found), LAST]


def shortened(found: list[int]) -> list[int]:
    """Beginning and end of what is longer than can be read."""
    return found if len(found) <= HEAD + TAIL else found[:HEAD] + found[-TAIL:]


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """The weights shipped beside this file, read once (15 MB, 60 MB in memory)."""
    with np.load(_FILE, allow_pickle=False) as saved:
        parts = {name: _unpacked(saved, name) for name in saved.files if not name.endswith("_scale")}
    pieces = [str(piece) for piece in str(parts["pieces"]).split("\n")]
    return Encoder(
        labels=tuple(str(label) for label in parts["labels"]),
        pieces=Pieces(dict(zip(pieces, parts["likely"].tolist(), strict=True)), float(parts["unknown"])),
        rows={piece: SPECIAL + place for place, piece in enumerate(pieces)},
        words=parts["words"],
        scales=parts["scales"],
        places=parts["places"],
        beginning=_norm(parts, "beginning"),
        layers=tuple(_layer(parts, place) for place in range(int(parts["layers"]))),
        last=_dense(parts, "last"),
    )


def _unpacked(saved: Mapping[str, npt.NDArray[Any]], name: str) -> npt.NDArray[Any]:
    """An array as it was written; one of signed bytes with a scale for each column as numbers again."""
    scale = f"{name}_scale"
    return saved[name] * saved[scale] if scale in saved else saved[name]


def _dense(parts: Mapping[str, npt.NDArray[Any]], name: str) -> Dense:
    return Dense(parts[f"{name}_weights"], parts[f"{name}_constant"])


def _norm(parts: Mapping[str, npt.NDArray[Any]], name: str) -> Norm:
    return Norm(parts[f"{name}_weights"], parts[f"{name}_constant"])


def _layer(parts: Mapping[str, npt.NDArray[Any]], place: int) -> Layer:
    name = f"layer_{place}"
    return Layer(
        attention=_dense(parts, f"{name}_attention"),
        joined=_dense(parts, f"{name}_joined"),
        after_attention=_norm(parts, f"{name}_after_attention"),
        wide=_dense(parts, f"{name}_wide"),
        narrow=_dense(parts, f"{name}_narrow"),
        after_wide=_norm(parts, f"{name}_after_wide"),
    )
