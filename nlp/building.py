"""Builds what the index searches: postings of names, text and phrasings, and a direction of meaning per entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.document import Document
from nlp.gathering import ASKED, BLOCK, NAME, Block, Floats, Longs, Vocabulary, gather
from nlp.meaning import Meaning
from nlp.postings import Filling, Postings
from nlp.terms import FADE_LENGTH, FUNCTION_WEIGHT, WORD, TermMaker, Terms
from nlp.weighing import Census, kinds_of

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
    named: Longs
    postings: Postings
    middle: Floats
    meanings: Floats


def topic_words(text: Terms, idf: Mapping[str, float], *, unknown: float) -> dict[str, float]:
    """The words of a text with their weight times how rare they are."""
    return {term[1:]: weight * idf.get(term, unknown) for term, weight in text.weights.items() if term[0] == WORD}


def build(
    documents: Sequence[Document], *, maker: TermMaker, meaning: Meaning, layers: Layers, block: int = BLOCK
) -> Built:
    """Everything for a pack; ``layers`` say how the four kinds of evidence are weighed and summed.

    Texts are cut once and kept as numbers, then weighed ``block`` entries at a time, so that 100,000 entries fit into
    a few gigabytes.
    """
    vocabulary = Vocabulary()
    blocks = list(gather(documents, maker=maker, vocabulary=vocabulary, size=block))
    census = Census(blocks, streams=vocabulary.streams())
    entry_idf = np.log(1 + census.entries / (census.short.found_in + 1)).astype(np.float32)
    middle, meanings = _meanings(blocks, idf=entry_idf, words=_Words.of(vocabulary, maker=maker, meaning=meaning))
    return Built(
        keys=tuple(document.key for document in documents),
        terms=vocabulary.terms(),
        entry_idf=entry_idf,
        text_idf=census.text_idf,
        named=_named(blocks, entries=census.entries),
        postings=_postings(blocks, census=census, layers=layers),
        middle=middle,
        meanings=meanings,
    )


def _named(blocks: list[Block], *, entries: int) -> Longs:
    rows = [(block, block.rows(NAME)) for block in blocks]
    return np.unique(np.concatenate([row.terms * entries + block.first + row.owners for block, row in rows]))


def _postings(blocks: list[Block], *, census: Census, layers: Layers) -> Postings:
    """Weigh every block, and let go of it."""
    filling = Filling(census.postings, layers=len(layers), entries=census.entries)
    for number in range(len(blocks)):
        block = blocks.pop(0)
        kinds = kinds_of(block, number, census=census)
        weighed = [[(weight, kinds[kind]) for kind, weight in layer.items()] for layer in layers]
        filling.add(weighed, first=block.first, entries=block.entries)
    return filling.done()


@dataclass(frozen=True, slots=True)
class _Words:
    """For each term: its row in the table of meanings (-1: none), and whether it says nothing about the topic."""

    rows: npt.NDArray[np.int64]
    function: npt.NDArray[np.bool_]
    streams: npt.NDArray[np.int8]
    meaning: Meaning

    @classmethod
    def of(cls, vocabulary: Vocabulary, *, maker: TermMaker, meaning: Meaning) -> _Words:
        """The words of a vocabulary."""
        rows, function = np.full(len(vocabulary), -1, dtype=np.int64), np.zeros(len(vocabulary), dtype=np.bool_)
        for word, number in vocabulary.words().items():
            rows[number], function[number] = meaning.rows.get(word, -1), maker.is_function_word(word)
        return cls(rows, function, vocabulary.streams(), meaning)


def _meanings(blocks: list[Block], *, idf: Floats, words: _Words) -> tuple[Floats, Floats]:
    """The middle of all short texts, and each entry's mean direction away from it, shape (entries, dimensions)."""
    sums = np.concatenate([_directions(block, idf=idf, words=words) for block in blocks])
    texts = np.concatenate([np.bincount(block.texts(NAME, ASKED), minlength=block.entries) for block in blocks])
    middle = sums.sum(axis=0) / texts.sum()
    away = sums - texts[:, None] * middle
    directions = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    return middle.astype(np.float32), directions.astype(np.float32)


def _directions(block: Block, *, idf: Floats, words: _Words) -> npt.NDArray[np.float64]:
    """For each entry of a block the sum of its short texts' directions, as `Meaning.vector` finds them."""
    rows, owners = block.rows(NAME, ASKED), block.texts(NAME, ASKED)
    long = np.bincount(rows.texts, weights=rows.counts * (words.streams[rows.terms] == 2), minlength=len(owners))
    fade = np.minimum(1.0, FADE_LENGTH / np.maximum(long, 1))
    known = np.flatnonzero(words.rows[rows.terms] >= 0)
    terms, texts = rows.terms[known], rows.texts[known]
    weights = np.where(words.function[terms], FUNCTION_WEIGHT * fade[texts], 1.0) * idf[terms]
    vectors = words.meaning.bytes[words.rows[terms]] * weights.astype(np.float32)[:, None]
    found, directions = _added(vectors, texts)
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-9)
    total = np.zeros((block.entries, words.meaning.dimensions))
    whose, sums = _added(directions.astype(np.float64), owners[found])
    total[whose] = sums
    return total


def _added(rows: npt.NDArray[np.floating], groups: Longs) -> tuple[Longs, npt.NDArray[np.floating]]:
    """The sums of rows of the same group; the groups, ascending, stand first."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return groups[starts], np.add.reduceat(rows, starts, axis=0) if len(starts) else rows
