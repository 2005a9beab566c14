"""Builds what the index searches: postings of names, text and phrasings, and a direction of meaning per entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.document import Document
from nlp.meaning import Meaning
from nlp.postings import (
    Cells,
    Floats,
    Gathered,
    Postings,
    Vocabulary,
    bm25,
    centroids,
    likelihood,
    merge,
    summed,
)
from nlp.terms import WORD, TermMaker, Terms

Layers = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Built:
    """The searchable form of a pack; every array is numbered like ``keys``, every term by ``terms``.

    ``named`` holds, ascending, ``term * entries + entry`` for every term of an entry's names.
    """

    keys: tuple[str, ...]
    terms: Mapping[str, int]
    entry_idf: Floats
    text_idf: Floats
    named: npt.NDArray[np.int64]
    postings: Postings
    middle: Floats
    meanings: Floats


@dataclass(slots=True)
class _Gathering:
    names: Gathered
    short: Gathered
    body: Gathered
    shorts: list[tuple[int, Terms]]


def _gather(documents: Sequence[Document], *, maker: TermMaker, vocabulary: Vocabulary) -> _Gathering:
    """Cut every text once and note its terms."""
    found = _Gathering(Gathered(vocabulary), Gathered(vocabulary), Gathered(vocabulary), [])
    for entry, document in enumerate(documents):
        names = [maker.make(name) for name in document.names]
        asked = [maker.make(phrasing) for phrasing in document.phrasings]
        found.names.add(entry, names)
        found.short.add(entry, [*names, *asked])
        found.body.add(entry, [maker.make(document.text)])
        found.shorts += [(entry, text) for text in (*names, *asked)]
    return found


def topic_words(text: Terms, idf: Mapping[str, float], *, unknown: float) -> dict[str, float]:
    """The words of a text with their weight times how rare they are."""
    return {term[1:]: weight * idf.get(term, unknown) for term, weight in text.weights.items() if term[0] == WORD}


def _meanings(
    shorts: list[tuple[int, Terms]], *, idf: Mapping[str, float], meaning: Meaning, entries: int
) -> tuple[Floats, Floats]:
    """The middle of all short texts, and each entry's mean direction away from it, shape (entries, dimensions)."""
    unknown = float(np.log(1 + entries))
    vectors = np.stack([meaning.vector(topic_words(text, idf, unknown=unknown)) for _, text in shorts])
    middle = vectors.mean(axis=0)
    total = np.zeros((entries, meaning.dimensions), dtype=np.float32)
    np.add.at(total, [entry for entry, _ in shorts], vectors - middle)
    return middle, total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9)


def build(documents: Sequence[Document], *, maker: TermMaker, meaning: Meaning, layers: Layers) -> Built:
    """Everything for a pack; ``layers`` say how the four kinds of evidence are weighed and summed."""
    vocabulary, entries = Vocabulary(), len(documents)
    found = _gather(documents, maker=maker, vocabulary=vocabulary)
    streams, short = vocabulary.streams(), found.short.rows()
    kinds, entry_counts, text_idf = _kinds(found, streams=streams, entries=entries)
    document_share = np.bincount(entry_counts.places // entries, minlength=len(streams))
    entry_idf = np.log(1 + entries / (document_share + 1)).astype(np.float32)
    by_term = dict(zip(vocabulary.numbers, entry_idf.tolist(), strict=True))
    middle, meanings = _meanings(found.shorts, idf=by_term, meaning=meaning, entries=entries)
    del short
    return Built(
        keys=tuple(document.key for document in documents),
        terms=vocabulary.numbers,
        entry_idf=entry_idf,
        text_idf=text_idf,
        named=np.unique(found.names.rows().terms * entries + found.names.rows().owners),
        postings=merge(
            [[(weight, kinds[kind]) for kind, weight in layer.items()] for layer in layers],
            terms=len(streams),
            entries=entries,
        ),
        middle=middle,
        meanings=meanings,
    )


def _kinds(found: _Gathering, *, streams: np.ndarray, entries: int) -> tuple[dict[str, Cells], Cells, Floats]:
    """The four kinds of evidence, the counts of short texts, and the idf over short texts."""
    names, short, body = found.names.rows(), found.short.rows(), found.body.rows()
    counts = summed(short, short.counts, entries)
    centroid, text_idf = centroids(short, streams=streams, texts=found.short.texts, entries=entries)
    kinds = {
        "names": bm25(summed(names, names.counts, entries), streams=streams, entries=entries),
        "body": bm25(summed(body, body.counts, entries), streams=streams, entries=entries),
        "asked": likelihood(counts, streams=streams, entries=entries),
        "centroid": centroid,
    }
    return kinds, counts, text_idf
