"""Fits the shipped encoder from nlp/training, some of the pack's phrasings and the tuning half of the questions.

``python -m benchmarks.fit_encoder`` writes nlp/encoder.npz; about an hour on two cores. JAX does the
fitting, in the environment of the benchmarks' peers, from a pretrained model that a package ships; the product only
multiplies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.fit_intents import OF_A_PACK, ROOT, Example, solved, tuning, written
from nlp.encoder import FIRST, LAST, SPECIAL, UNKNOWN, shortened
from nlp.pieces import LONGEST, Pieces

PROGRAM = "peer_encoder.py"
ONE_IN = 3
"""Of the pack's phrasings every third is learnt from: there are many, and all ask."""
OFTEN = 3
"""A piece of several characters must occur so often to get a row."""
RARER_THAN_ALL = 10.0
"""What is no piece counts as so much less likely than the least likely piece, as in SentencePiece."""
_READABLE = re.compile(r"[\u4e00-\u9fff\u0021-\u007e▁，。！？、：；“”《》（）…～]+")
MOST = 127
"""The largest number a signed byte holds, leaving both sides alike."""

Arrays = dict[str, npt.NDArray[Any]]


def chosen(examples: Sequence[Example]) -> tuple[Pieces, npt.NDArray[np.int64]]:
    """The pieces that these examples need, and which pretrained row each begins as, those of the marks first."""
    known = solved(PROGRAM, "pieces", none=np.zeros(0))
    rows = {piece: row for row, piece in enumerate(str(known["pieces"]).split("\n")) if _is_readable(piece)}
    likely = known["likely"]
    unknown = float(min(likely[row] for row in rows.values())) - RARER_THAN_ALL
    every = Pieces({piece: float(likely[row]) for piece, row in rows.items()}, unknown)
    counts = Counter(piece for one in examples for piece in every.split(one.text))
    kept = sorted(piece for piece in rows if len(piece) == 1 or counts[piece] >= OFTEN)
    pieces = Pieces({piece: every.scores[piece] for piece in kept}, unknown)
    return pieces, np.asarray([*range(SPECIAL), *(rows[piece] for piece in kept)])


def _is_readable(piece: str) -> bool:
    return len(piece) <= LONGEST and bool(_READABLE.fullmatch(piece))


def thinned(examples: Sequence[Example]) -> list[Example]:
    """The examples without most of the pack's phrasings."""
    packs = [one for one in examples if one.label == "ask" and one.weight == OF_A_PACK]
    return [one for one in examples if one.label != "ask" or one.weight != OF_A_PACK] + packs[::ONE_IN]


def fit(examples: Sequence[Example]) -> Arrays:
    """What nlp/encoder.npz holds for these examples."""
    pieces, rows = chosen(examples)
    places = {piece: SPECIAL + place for place, piece in enumerate(pieces.scores)}
    texts = [shortened([places.get(piece, UNKNOWN) for piece in pieces.split(one.text)]) for one in examples]
    labels = sorted({one.label for one in examples})
    fitted = solved(
        PROGRAM,
        "fit",
        numbers=np.asarray([row for text in texts for row in (FIRST, *text, LAST)]),
        offsets=np.asarray([0, *accumulate(len(text) + 2 for text in texts)]),
        flags=np.asarray([one.flags for one in examples], dtype=np.float32),
        labels=np.asarray([labels.index(one.label) for one in examples]),
        weights=np.asarray([one.weight for one in examples], dtype=np.float32),
        rows=rows,
    )
    return packed(fitted) | {
        "labels": np.asarray(labels),
        "pieces": np.asarray("\n".join(pieces.scores)),
        "likely": np.asarray(list(pieces.scores.values()), dtype=np.float32),
        "unknown": np.asarray(pieces.unknown),
        "layers": np.asarray(len({name.split("_")[1] for name in fitted if name.startswith("layer_")})),
    }


def packed(fitted: Arrays) -> Arrays:
    """Layers as signed bytes with a scale for each column, words with one for each row, the rest as it is."""
    made = dict(fitted)
    words = made["words"]
    made["scales"] = (np.abs(words).max(axis=1) / MOST + 1e-12).astype(np.float32)
    made["words"] = np.rint(words / made["scales"][:, None]).astype(np.int8)
    for name in [one for one in fitted if one.startswith("layer_") and fitted[one].ndim > 1]:
        scale = (np.abs(fitted[name]).max(axis=0) / MOST + 1e-12).astype(np.float32)
        made[name], made[f"{name}_scale"] = np.rint(fitted[name] / scale).astype(np.int8), scale
    return made


def main() -> None:
    """Fit and write."""
    np.savez(ROOT / "nlp" / "encoder.npz", **fit(thinned(written() + tuning())))


if __name__ == "__main__":
    main()
