"""Gathers the terms of a pack's texts in blocks of entries, as numbers only, so that a large pack stays small."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import add

import numpy as np
import numpy.typing as npt

from nlp.document import Document
from nlp.terms import CHARACTER, PAIR, WORD, TermMaker

Floats = npt.NDArray[np.float32]
Longs = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
STREAMS = (WORD, PAIR, CHARACTER)
BLOCK = 512
"""How many entries are weighed at a time."""
NAME, ASKED, BODY = range(3)


class Vocabulary:
    """Terms numbered in order of appearance, each stream apart so that no prefix is put on twice."""

    __slots__ = ("_streams",)

    def __init__(self) -> None:
        following = count()
        self._streams = tuple(defaultdict[str, int](following.__next__) for _ in STREAMS)

    def __len__(self) -> int:
        return sum(map(len, self._streams))

    def numbers(self, words: Sequence[str], pieces: Sequence[str]) -> list[int]:
        """The numbers of a text's terms, new ones for those not seen before."""
        of_word, of_pair, of_character = (stream.__getitem__ for stream in self._streams)
        found = list(map(of_word, words))
        for piece in pieces:
            found += map(of_character, piece)
            found += map(of_pair, map(add, piece, piece[1:]))
        return found

    def words(self) -> Mapping[str, int]:
        """The terms that are words, without their prefix."""
        return self._streams[0]

    def terms(self) -> dict[str, int]:
        """Every term with its number."""
        pairs = zip(STREAMS, self._streams, strict=True)
        return {prefix + term: number for prefix, stream in pairs for term, number in stream.items()}

    def streams(self) -> npt.NDArray[np.int8]:
        """For each term 0 (word), 1 (pair) or 2 (character)."""
        found = np.zeros(len(self), dtype=np.int8)
        for place, stream in enumerate(self._streams):
            found[np.fromiter(stream.values(), dtype=np.int64, count=len(stream))] = place
        return found


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Parallel arrays, one row per term of a text: whose (within the block), which text, which term, how often."""

    owners: Longs
    texts: Longs
    terms: Longs
    counts: Floats


@dataclass(frozen=True, slots=True)
class Block:
    """Some entries in a row: the terms and counts of all their texts, and of each text its size, owner and kind."""

    first: int
    entries: int
    terms: Numbers
    counts: Numbers
    sizes: Numbers
    owners: Numbers
    kinds: Numbers

    def rows(self, *kinds: int) -> Occurrences:
        """The occurrences in texts of some kinds; these texts are numbered from 0."""
        wanted = np.isin(self.kinds, kinds)
        rows, sizes = np.repeat(wanted, self.sizes), self.sizes[wanted]
        return Occurrences(
            owners=np.repeat(self.owners[wanted], sizes).astype(np.int64),
            texts=np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
            terms=self.terms[rows].astype(np.int64),
            counts=self.counts[rows].astype(np.float32),
        )

    def texts(self, *kinds: int) -> Longs:
        """The owners of the texts of some kinds."""
        return self.owners[np.isin(self.kinds, kinds)].astype(np.int64)


class _Growing:
    """A block under way."""

    __slots__ = ("_counts", "_kinds", "_owners", "_sizes", "_terms")

    def __init__(self) -> None:
        self._terms, self._counts = array("i"), array("i")
        self._sizes, self._owners, self._kinds = array("i"), array("i"), array("i")

    def add(self, owner: int, kind: int, terms: Sequence[int]) -> None:
        """Add one text."""
        counted = Counter(terms)
        self._terms.extend(counted)
        self._counts.extend(counted.values())
        self._sizes.append(len(counted))
        self._owners.append(owner)
        self._kinds.append(kind)

    def done(self, *, first: int, entries: int) -> Block:
        """The block, its arrays as they are."""
        parts = (self._terms, self._counts, self._sizes, self._owners, self._kinds)
        return Block(first, entries, *(np.frombuffer(part, dtype=np.int32) for part in parts))


def gather(documents: Sequence[Document], *, maker: TermMaker, vocabulary: Vocabulary, size: int) -> Iterator[Block]:
    """Cut every text once, ``size`` entries at a time."""
    cuts: dict[str, Sequence[str]] = {}
    for first in range(0, len(documents), size):
        some, growing = documents[first : first + size], _Growing()
        for owner, document in enumerate(some):
            for kind, text in _texts(document):
                growing.add(owner, kind, vocabulary.numbers(*maker.cut(text, cuts=cuts)))
        yield growing.done(first=first, entries=len(some))


def _texts(document: Document) -> list[tuple[int, str]]:
    names, asked = [(NAME, name) for name in document.names], [(ASKED, asked) for asked in document.phrasings]
    return [*names, *asked, (BODY, document.text)]
