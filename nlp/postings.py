"""Sparse postings: for each term the entries that hold it and what it is worth there, built with NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.gathering import Floats, Longs
from nlp.weighing import Cells, each_once

SMALL_PACK, COMMON_SHARE, CANDIDATES = 4_000, 0.2, 256

Shown = npt.NDArray[np.bool_] | None
"""Which entries may appear; None: all of them."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the postings of a question's terms begin and end, and how much the question weighs each term."""

    starts: Longs
    ends: Longs
    weights: Floats

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def lengths(self) -> Longs:
        """How many entries hold each term."""
        return self.ends - self.starts

    def those(self, chosen: npt.NDArray[np.bool_]) -> Spans:
        """Some of the terms only."""
        return Spans(self.starts[chosen], self.ends[chosen], self.weights[chosen])

    def places(self) -> Longs:
        """Every place of every term, one term after the other."""
        lengths = self.lengths
        before = np.cumsum(lengths) - lengths
        return np.arange(lengths.sum()) + np.repeat(self.starts - before, lengths)


@dataclass(frozen=True, slots=True)
class Scored:
    """The layers' sums for every entry, shape (kinds, entries), and the entries that every term counted for, ascending
    (None: all of them did)."""

    sums: Floats
    whole: Longs | None


@dataclass(frozen=True, slots=True)
class Wide:
    """What terms that many entries hold are worth, written out for every entry: ``rows`` has each term's row (-1: it is
    no such term), ``worths`` is of shape (layers, rows, entries)."""

    rows: npt.NDArray[np.int32]
    worths: npt.NDArray[np.float16]

    @classmethod
    def of(cls, offsets: Longs, entries: npt.NDArray[np.int32], worths: Floats, *, size: int) -> Wide | None:
        """Of a large pack's postings; None where none are so wide, or the pack is small."""
        terms = np.flatnonzero(np.diff(offsets) > size * COMMON_SHARE) if size > SMALL_PACK else ()
        if not len(terms):
            return None
        rows = np.full(len(offsets) - 1, -1, dtype=np.int32)
        rows[terms] = np.arange(len(terms))
        written = np.zeros((len(worths), len(terms), size), dtype=np.float16)
        for row, term in enumerate(terms):
            span = slice(offsets[term], offsets[term + 1])
            written[:, row, entries[span]] = worths[:, span]
        return cls(rows, written)

    def worth_to(self, entries: Longs, rows: npt.NDArray[np.int32], weights: Floats) -> Floats:
        """What some rows are worth to some entries only, weighed and summed, shape (layers, entries)."""
        layers, _, size = self.worths.shape
        places = (rows[:, None] * np.int64(size) + entries).ravel()
        taken = np.take(self.worths.reshape(layers, -1), places, axis=1).astype(np.float32)
        return weights @ taken.reshape(layers, len(rows), len(entries))


@dataclass(frozen=True, slots=True)
class Postings:
    """What each term is worth to each entry: ``offsets[t]:offsets[t + 1]`` belong to term t; ``worths`` (layers, n)."""

    offsets: Longs
    entries: npt.NDArray[np.int32]
    worths: Floats
    size: int
    wide: Wide | None = None

    @property
    def nbytes(self) -> int:
        """How much memory its arrays take."""
        wide = (self.wide.rows, self.wide.worths) if self.wide else ()
        return sum(part.nbytes for part in (self.offsets, self.entries, self.worths, *wide))

    def scores(
        self, weights: Mapping[int, float], *, mix: Floats, shown: Shown = None, own: int | None = None
    ) -> Scored:
        """The layers' weighted sums; ``mix`` (kinds, layers) combines them.

        In a large pack terms that many entries share decide little and cost most: there they count only for the
        ``CANDIDATES`` entries among those ``shown`` that the other terms put first, if these terms reach so many, and
        for the entries from ``own`` on.
        """
        terms = np.fromiter(weights, dtype=np.int64, count=len(weights))
        spans = self._spans(terms, weights)
        rows = self.wide.rows[terms] if self.wide else np.full(len(terms), -1, dtype=np.int32)
        is_wide = rows >= 0
        if self.wide is None or not is_wide.any():
            return Scored(self._summed(spans, mix), None)
        sums = self._summed(spans.those(~is_wide), mix)
        rough = sums.sum(axis=0) if shown is None else np.where(shown, sums.sum(axis=0), 0.0)
        if np.count_nonzero(rough) < CANDIDATES:
            return Scored(self._summed(spans, mix), None)
        is_whole = np.arange(self.size) >= (self.size if own is None else own)
        is_whole[np.argpartition(-rough, CANDIDATES)[:CANDIDATES]] = True
        whole = np.flatnonzero(is_whole)
        sums[:, whole] += mix @ self.wide.worth_to(whole, rows[is_wide], spans.weights[is_wide])
        return Scored(sums, whole)

    def _spans(self, terms: Longs, weights: Mapping[int, float]) -> Spans:
        weighed = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
        return Spans(self.offsets[terms], self.offsets[terms + 1], weighed)

    def _summed(self, spans: Spans, mix: Floats) -> Floats:
        if not len(spans):
            return np.zeros((len(mix), self.size), dtype=np.float32)
        places = spans.places()
        entries = self.entries[places]
        worths = np.take(self.worths, places, axis=1) * np.repeat(spans.weights, spans.lengths)
        sums = [np.bincount(entries, weights=kind, minlength=self.size) for kind in mix @ worths]
        return np.stack(sums).astype(np.float32)

    def held(self, term: int, entries: npt.NDArray[np.int32]) -> list[bool]:
        """For each of some entries whether it holds a term."""
        return stand_in(self.entries[self.offsets[term] : self.offsets[term + 1]], entries).tolist()


def stand_in(ascending: npt.NDArray[np.integer], wanted: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Which of the numbers ``wanted`` stand in an ascending row, of the shape of ``wanted``."""
    if not len(ascending):
        return np.zeros(wanted.shape, dtype=np.bool_)
    return ascending.take(ascending.searchsorted(wanted), mode="clip") == wanted


class Filling:
    """Postings under way: their places are known from the start, and blocks of entries are put in, in their order."""

    __slots__ = ("_entries", "_next", "_offsets", "_size", "_worths")

    def __init__(self, often: Longs, *, layers: int, entries: int) -> None:
        self._offsets = np.concatenate([[0], np.cumsum(often)]).astype(np.int64)
        self._next, self._size = self._offsets[:-1].copy(), entries
        self._entries = np.empty(self._offsets[-1], dtype=np.int32)
        self._worths = np.zeros((layers, self._offsets[-1]), dtype=np.float32)

    def add(self, layers: list[list[tuple[float, Cells]]], *, first: int, entries: int) -> None:
        """Put in a block whose layers are weighted sums of cells; ``first`` is its first entry's number."""
        places = each_once(np.concatenate([cells.places for layer in layers for _, cells in layer]))
        here = self._rows(places // entries)
        self._entries[here] = first + places % entries
        for number, layer in enumerate(layers):
            worth = np.zeros(len(places), dtype=np.float32)
            for weight, cells in layer:
                worth[np.searchsorted(places, cells.places)] += weight * cells.values
            self._worths[number, here] = worth

    def _rows(self, terms: Longs) -> Longs:
        """The rows that ascending terms get, each term's behind those it has."""
        often = np.bincount(terms, minlength=len(self._next))
        before = np.cumsum(often) - often
        rows = self._next[terms] + np.arange(len(terms)) - before[terms]
        self._next += often
        return rows

    def done(self) -> Postings:
        """The postings, once every block is in."""
        wide = Wide.of(self._offsets, self._entries, self._worths, size=self._size)
        return Postings(self._offsets, self._entries, self._worths, size=self._size, wide=wide)
