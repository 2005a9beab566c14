"""What a term is worth to an entry: four kinds of evidence, each by its textbook formula, for a block of entries.

What the formulas need to know of the whole pack (how many entries hold a term, how long an entry is on average) is
counted first, in a `Census`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.gathering import ASKED, BODY, NAME, STREAMS, Block, Floats, Longs, Occurrences

SHARES = np.asarray([1.0, 0.7, 0.5], dtype=np.float32)
"""How much words, pairs and characters weigh inside a phrasing."""

K1, B = 1.2, 0.75
BACKGROUND = 0.7


@dataclass(frozen=True, slots=True)
class Cells:
    """One value per entry and term: ``places`` are ``term * entries + entry``, ascending."""

    places: Longs
    values: Floats


def summed(rows: Occurrences, values: npt.NDArray[np.floating], entries: int) -> Cells:
    """Add up values of the same entry and term."""
    places, where = np.unique(rows.terms * entries + rows.owners, return_inverse=True)
    return Cells(places=places, values=np.bincount(where, weights=values, minlength=len(places)).astype(np.float32))


def each_once(places: Longs) -> Longs:
    """Each place once, ascending: sorting lets other threads run meanwhile, which the hashing of np.unique does not."""
    ordered = np.sort(places)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def counted(block: Block, *kinds: int) -> Cells:
    """How often each term occurs in each entry's texts of some kinds."""
    rows = block.rows(*kinds)
    return summed(rows, rows.counts, block.entries)


def _by_stream(cells: Cells, *, streams: npt.NDArray[np.int8], entries: int) -> Floats:
    """How many terms of each stream each entry has, shape (streams, entries)."""
    cell = streams[cells.places // entries].astype(np.int64) * entries + cells.places % entries
    total = np.bincount(cell, weights=cells.values, minlength=len(STREAMS) * entries)
    return total.reshape(len(STREAMS), entries).astype(np.float32)


class Tally:
    """Of one kind of text over a whole pack: in how many entries each term is, how often, how long entries are."""

    __slots__ = ("_lengths", "found_in", "often")

    def __init__(self, terms: int) -> None:
        self.found_in, self.often = np.zeros(terms, dtype=np.int64), np.zeros(terms, dtype=np.float64)
        self._lengths: list[Floats] = []

    def add(self, cells: Cells, *, streams: npt.NDArray[np.int8], entries: int) -> None:
        """Count one block."""
        terms = cells.places // entries
        self.found_in += np.bincount(terms, minlength=len(streams))
        self.often += np.bincount(terms, weights=cells.values, minlength=len(streams))
        self._lengths.append(_by_stream(cells, streams=streams, entries=entries))

    def mean_lengths(self) -> Floats:
        """The mean length of an entry in each stream, shape (streams, 1)."""
        return np.concatenate(self._lengths, axis=1).mean(axis=1, keepdims=True)

    def lengths(self, block: int) -> Floats:
        """The lengths of a block's entries, shape (streams, entries)."""
        return self._lengths[block]


def idf(found_in: Longs, total: int) -> Floats:
    """Lucene's idf of every term, over entries or texts."""
    return np.log(1 + (total - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)


class Census:
    """What is known of a whole pack before any of its blocks is weighed; text kinds are counted apart."""

    __slots__ = ("body", "entries", "names", "postings", "short", "streams", "text_idf")

    def __init__(self, blocks: list[Block], *, streams: npt.NDArray[np.int8]) -> None:
        terms = len(streams)
        self.streams, self.entries = streams, sum(block.entries for block in blocks)
        self.names, self.body, self.short = Tally(terms), Tally(terms), Tally(terms)
        self.postings, found_in, texts = np.zeros(terms, dtype=np.int64), np.zeros(terms, dtype=np.int64), 0
        for block in blocks:
            self._add(block)
            short = block.rows(NAME, ASKED)
            found_in += np.bincount(short.terms, minlength=terms)
            texts += len(block.texts(NAME, ASKED))
        self.text_idf = idf(found_in, texts)

    def _add(self, block: Block) -> None:
        tallies = (self.names, counted(block, NAME)), (self.body, counted(block, BODY))
        short = counted(block, NAME, ASKED)
        for tally, cells in (*tallies, (self.short, short)):
            tally.add(cells, streams=self.streams, entries=block.entries)
        either = each_once(np.concatenate([short.places, tallies[1][1].places]))
        self.postings += np.bincount(either // block.entries, minlength=len(self.streams))


def bm25(cells: Cells, tally: Tally, *, block: int, census: Census, entries: int) -> Cells:
    """BM25 (Robertson and Walker) of counts, k1 1.2, b 0.75, with lengths counted per stream."""
    terms, owners = cells.places // entries, cells.places % entries
    lengths = tally.lengths(block) / np.maximum(tally.mean_lengths(), 1e-9)
    norm = K1 * (1 - B + B * lengths[census.streams[terms], owners])
    rare = idf(tally.found_in, census.entries)[terms]
    return Cells(
        places=cells.places, values=(rare * cells.values * (K1 + 1) / (cells.values + norm)).astype(np.float32)
    )


def likelihood(cells: Cells, tally: Tally, *, block: int, census: Census, entries: int) -> Cells:
    """Naive Bayes: log of a term's share in the entry, mixed with its share everywhere, over the latter alone.

    Jelinek-Mercer smoothing (Zhai and Lafferty 2004) makes it 0 where the term is absent, so it stays sparse.
    """
    terms, owners = cells.places // entries, cells.places % entries
    lengths = np.maximum(tally.lengths(block), 1e-9)
    everywhere = tally.often + 0.1
    totals = np.bincount(census.streams, weights=everywhere, minlength=len(STREAMS))
    share_everywhere = (everywhere / np.maximum(totals[census.streams], 1e-9))[terms]
    share_here = cells.values / lengths[census.streams[terms], owners]
    mixed = BACKGROUND * share_everywhere + (1 - BACKGROUND) * share_here
    return Cells(places=cells.places, values=np.log(mixed / (BACKGROUND * share_everywhere)).astype(np.float32))


def centroids(rows: Occurrences, *, census: Census, entries: int) -> Cells:
    """Rocchio: the mean direction of an entry's short texts as tf-idf vectors."""
    weights = census.text_idf[rows.terms] * SHARES[census.streams[rows.terms]]
    lengths = np.sqrt(np.bincount(rows.texts, weights=weights**2))
    total = summed(rows, weights / np.maximum(lengths[rows.texts], 1e-9), entries)
    size = np.sqrt(np.bincount(total.places % entries, weights=total.values**2, minlength=entries))
    unit = total.values / np.maximum(size[total.places % entries], 1e-9)
    return Cells(places=total.places, values=unit.astype(np.float32))


def kinds_of(block: Block, number: int, *, census: Census) -> dict[str, Cells]:
    """The four kinds of evidence for one block."""
    about = {"block": number, "census": census, "entries": block.entries}
    short = block.rows(NAME, ASKED)
    return {
        "names": bm25(counted(block, NAME), census.names, **about),
        "body": bm25(counted(block, BODY), census.body, **about),
        "asked": likelihood(summed(short, short.counts, block.entries), census.short, **about),
        "centroid": centroids(short, census=census, entries=block.entries),
    }
