"""BM25 over sparse postings: for each term the documents that hold it and how much it is worth there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.75
STREAMS = "wbc"

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents and worths of all terms one after the other; ``offsets[t]:offsets[t + 1]`` belong to term t."""

    vocabulary: Mapping[str, int]
    offsets: npt.NDArray[np.int64]
    documents: Ints
    worths: Floats
    idf: Floats
    size: int

    def scores(self, weights: Mapping[str, float]) -> Floats:
        """The BM25 sum of every document for a weighted question, shape (documents,)."""
        numbers = [(self.vocabulary[term], weight) for term, weight in weights.items() if term in self.vocabulary]
        if not numbers:
            return np.zeros(self.size, dtype=np.float32)
        spans = [slice(self.offsets[term], self.offsets[term + 1]) for term, _ in numbers]
        documents = np.concatenate([self.documents[span] for span in spans])
        worths = np.concatenate(
            [self.worths[span] * np.float32(weight) for span, (_, weight) in zip(spans, numbers, strict=True)]
        )
        return np.bincount(documents, weights=worths, minlength=self.size).astype(np.float32)

    def heaviness(self, weights: Mapping[str, float]) -> float:
        """The most a question could be worth: its weights times idf, an unknown term as heavy as the rarest."""
        unknown = float(np.log(1 + (self.size + 0.5) / 0.5))
        return sum(
            weight * (float(self.idf[self.vocabulary[term]]) if term in self.vocabulary else unknown)
            for term, weight in weights.items()
        )


def _lengths(texts: Sequence[Mapping[str, int]]) -> dict[str, Floats]:
    """How long each document is in each stream, relative to the stream's average."""
    totals = {stream: np.zeros(len(texts), dtype=np.float32) for stream in STREAMS}
    for number, counts in enumerate(texts):
        for term, count in counts.items():
            totals[term[0]][number] += count
    return {stream: total / max(float(total.mean()) if len(texts) else 0.0, 1e-9) for stream, total in totals.items()}


def build_postings(texts: Sequence[Mapping[str, int]]) -> Postings:
    """Postings with BM25 (Robertson and Walker; Lucene's idf; k1 1.2, b 0.75), each stream with its own lengths."""
    vocabulary: dict[str, int] = {}
    lengths = _lengths(texts)
    terms: list[int] = []
    documents: list[int] = []
    worths: list[float] = []
    for number, counts in enumerate(texts):
        for term, count in counts.items():
            terms.append(vocabulary.setdefault(term, len(vocabulary)))
            documents.append(number)
            norm = K1 * (1 - B + B * float(lengths[term[0]][number]))
            worths.append(count * (K1 + 1) / (count + norm))
    return _sorted(vocabulary, terms=terms, documents=documents, worths=worths, size=len(texts))


def _sorted(
    vocabulary: Mapping[str, int], *, terms: list[int], documents: list[int], worths: list[float], size: int
) -> Postings:
    """Put the postings in order of their terms and multiply the idf in."""
    numbers = np.asarray(terms, dtype=np.int32)
    order = np.argsort(numbers, kind="stable")
    found_in = np.bincount(numbers, minlength=len(vocabulary)).astype(np.float64)
    idf = np.log(1 + (size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
    return Postings(
        vocabulary=vocabulary,
        offsets=np.concatenate([[0], np.cumsum(found_in)]).astype(np.int64),
        documents=np.asarray(documents, dtype=np.int32)[order],
        worths=np.asarray(worths, dtype=np.float32)[order] * idf[numbers[order]],
        idf=idf,
        size=size,
    )
