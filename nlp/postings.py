"""Sparse postings: for each term the entries that hold it and what it is worth there, built with NumPy only."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nlp.terms import CHARACTER, PAIR, WORD, Terms

Floats = npt.NDArray[np.float32]
Longs = npt.NDArray[np.int64]
STREAMS = (WORD, PAIR, CHARACTER)
SHARES = np.asarray([1.0, 0.7, 0.5], dtype=np.float32)
"""How much words, pairs and characters weigh inside a phrasing."""

K1, B = 1.2, 0.75
BACKGROUND = 0.7
SMALL_PACK, COMMON_SHARE, CANDIDATES = 4_000, 0.2, 256


@dataclass(slots=True)
class Vocabulary:
    """Terms numbered in order of appearance, with the stream of each."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, term: str) -> int:
        """The number of a term, a new one if it was not seen before."""
        return self.numbers.setdefault(term, len(self.numbers))

    def streams(self) -> npt.NDArray[np.int8]:
        """For each term 0 (word), 1 (pair) or 2 (character)."""
        return np.fromiter((STREAMS.index(term[0]) for term in self.numbers), dtype=np.int8, count=len(self.numbers))


class Gathered:
    """Occurrences under way: which entry, which text of it, which term, how often."""

    __slots__ = ("_counts", "_owners", "_terms", "_texts", "_vocabulary", "texts")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._owners, self._texts, self._terms, self._counts = array("q"), array("q"), array("q"), array("f")
        self.texts = 0

    def add(self, owner: int, texts: Iterable[Terms]) -> None:
        """Add the texts of one entry."""
        for text in texts:
            for term, count in text.counts.items():
                self._owners.append(owner)
                self._texts.append(self.texts)
                self._terms.append(self._vocabulary.number(term))
                self._counts.append(count)
            self.texts += 1

    def rows(self) -> Occurrences:
        """Everything gathered as arrays."""
        return Occurrences(
            owners=np.frombuffer(self._owners, dtype=np.int64),
            texts=np.frombuffer(self._texts, dtype=np.int64),
            terms=np.frombuffer(self._terms, dtype=np.int64),
            counts=np.frombuffer(self._counts, dtype=np.float32),
        )


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Parallel arrays, one row per term of a text."""

    owners: Longs
    texts: Longs
    terms: Longs
    counts: Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """One value per entry and term: ``places`` are ``term * entries + entry``, ascending."""

    places: Longs
    values: Floats


def summed(rows: Occurrences, values: npt.NDArray[np.floating], entries: int) -> Cells:
    """Add up values of the same entry and term."""
    places, where = np.unique(rows.terms * entries + rows.owners, return_inverse=True)
    return Cells(places=places, values=np.bincount(where, weights=values, minlength=len(places)).astype(np.float32))


def idf_of(cells: Cells, *, terms: int, entries: int) -> Floats:
    """Lucene's idf of every term over entries."""
    found_in = np.bincount(cells.places // entries, minlength=terms)
    return np.log(1 + (entries - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)


def _by_stream(cells: Cells, *, streams: npt.NDArray[np.int8], entries: int) -> Floats:
    """How many terms of each stream each entry has, shape (streams, entries)."""
    cell = streams[cells.places // entries].astype(np.int64) * entries + cells.places % entries
    total = np.bincount(cell, weights=cells.values, minlength=len(STREAMS) * entries)
    return total.reshape(len(STREAMS), entries).astype(np.float32)


def bm25(cells: Cells, *, streams: npt.NDArray[np.int8], entries: int) -> Cells:
    """BM25 (Robertson and Walker) of counts, k1 1.2, b 0.75, with lengths counted per stream."""
    terms, owners = cells.places // entries, cells.places % entries
    lengths = _by_stream(cells, streams=streams, entries=entries)
    lengths /= np.maximum(lengths.mean(axis=1, keepdims=True), 1e-9)
    norm = K1 * (1 - B + B * lengths[streams[terms], owners])
    idf = idf_of(cells, terms=len(streams), entries=entries)
    return Cells(places=cells.places, values=idf[terms] * cells.values * (K1 + 1) / (cells.values + norm))


def likelihood(cells: Cells, *, streams: npt.NDArray[np.int8], entries: int) -> Cells:
    """Naive Bayes: log of a term's share in the entry, mixed with its share everywhere, over the latter alone.

    Jelinek-Mercer smoothing (Zhai and Lafferty 2004) makes it 0 where the term is absent, so it stays sparse.
    """
    terms, owners = cells.places // entries, cells.places % entries
    lengths = np.maximum(_by_stream(cells, streams=streams, entries=entries), 1e-9)
    everywhere = np.bincount(terms, weights=cells.values, minlength=len(streams)) + 0.1
    totals = np.bincount(streams, weights=everywhere, minlength=len(STREAMS))
    share_everywhere = (everywhere / np.maximum(totals[streams], 1e-9))[terms]
    share_here = cells.values / lengths[streams[terms], owners]
    mixed = BACKGROUND * share_everywhere + (1 - BACKGROUND) * share_here
    return Cells(places=cells.places, values=np.log(mixed / (BACKGROUND * share_everywhere)).astype(np.float32))


def centroids(rows: Occurrences, *, streams: npt.NDArray[np.int8], texts: int, entries: int) -> tuple[Cells, Floats]:
    """Rocchio: the mean direction of an entry's short texts as tf-idf vectors; also the idf over texts."""
    found_in = np.bincount(rows.terms, minlength=len(streams))
    idf = np.log(1 + (texts - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
    weights = idf[rows.terms] * SHARES[streams[rows.terms]]
    lengths = np.sqrt(np.bincount(rows.texts, weights=weights**2, minlength=texts))
    total = summed(rows, weights / np.maximum(lengths[rows.texts], 1e-9), entries)
    size = np.sqrt(np.bincount(total.places % entries, weights=total.values**2, minlength=entries))
    unit = total.values / np.maximum(size[total.places % entries], 1e-9)
    return Cells(places=total.places, values=unit.astype(np.float32)), idf


Shown = npt.NDArray[np.bool_] | None
"""Which entries may appear; None: all of them."""
Span = tuple[int, int, float]
"""Where a term's postings begin and end, and how much the question weighs it."""


@dataclass(frozen=True, slots=True)
class Postings:
    """What each term is worth to each entry: ``offsets[t]:offsets[t + 1]`` belong to term t; ``worths`` (layers, n)."""

    offsets: Longs
    entries: npt.NDArray[np.int32]
    worths: Floats
    size: int

    def scores(self, weights: Mapping[int, float], *, mix: Floats, shown: Shown = None) -> Floats:
        """The layers' weighted sums for every entry, shape (kinds, entries); ``mix`` (kinds, layers) combines them.

        In a large pack terms that many entries share decide little and cost most: there they count only for the
        ``CANDIDATES`` entries among those ``shown`` that the other terms put first, if these terms reach so many.
        """
        spans = [(int(self.offsets[term]), int(self.offsets[term + 1]), weight) for term, weight in weights.items()]
        most = self.size if self.size <= SMALL_PACK else int(self.size * COMMON_SHARE)
        common = [span for span in spans if span[1] - span[0] > most]
        if not common:
            return self._summed(spans, mix)
        sums = self._summed([span for span in spans if span[1] - span[0] <= most], mix)
        rough = sums.sum(axis=0) if shown is None else np.where(shown, sums.sum(axis=0), 0.0)
        if np.count_nonzero(rough) < CANDIDATES:
            return self._summed(spans, mix)
        first = np.sort(np.argpartition(-rough, CANDIDATES)[:CANDIDATES])
        sums[:, first] += self._worth_to(first, common, mix)
        return sums

    def _summed(self, spans: list[Span], mix: Floats) -> Floats:
        if not spans:
            return np.zeros((len(mix), self.size), dtype=np.float32)
        entries = np.concatenate([self.entries[start:end] for start, end, _ in spans])
        worths = np.concatenate([self.worths[:, start:end] * np.float32(w) for start, end, w in spans], axis=1)
        sums = [np.bincount(entries, weights=kind, minlength=self.size) for kind in mix @ worths]
        return np.stack(sums).astype(np.float32)

    def _worth_to(self, entries: npt.NDArray[np.integer], spans: list[Span], mix: Floats) -> Floats:
        """What terms are worth to some entries only, shape (kinds, entries)."""
        total = np.zeros((len(self.worths), len(entries)), dtype=np.float32)
        for start, end, weight in spans:
            span = self.entries[start:end]
            places = np.minimum(np.searchsorted(span, entries), len(span) - 1)
            total += np.where(span[places] == entries, self.worths[:, start + places] * np.float32(weight), 0.0)
        return (mix @ total).astype(np.float32)

    def held(self, term: int, entries: Sequence[int]) -> list[bool]:
        """For each of some entries whether it holds a term."""
        span = self.entries[self.offsets[term] : self.offsets[term + 1]]
        places = np.minimum(np.searchsorted(span, entries), len(span) - 1)
        return (span[places] == entries).tolist()


def _each_once(places: Longs) -> Longs:
    """Each place once, ascending: sorting lets other threads run meanwhile, which the hashing of np.unique does not."""
    ordered = np.sort(places)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def merge(layers: list[list[tuple[float, Cells]]], *, terms: int, entries: int) -> Postings:
    """Postings whose layers are weighted sums of cells."""
    places = _each_once(np.concatenate([cells.places for layer in layers for _, cells in layer]))
    worths = np.zeros((len(layers), len(places)), dtype=np.float32)
    for number, layer in enumerate(layers):
        for weight, cells in layer:
            worths[number, np.searchsorted(places, cells.places)] += weight * cells.values
    starts = np.searchsorted(places, np.arange(terms + 1, dtype=np.int64) * entries)
    return Postings(
        offsets=starts.astype(np.int64), entries=(places % entries).astype(np.int32), worths=worths, size=entries
    )
