"""Indexes are slow to build; two are kept: the one in use, and one built to judge a draft until the pack says that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.document import Document
from nlp.retrieve import Index
from nlp.segment import Segmenter
from nlp.words import Words


@dataclass(frozen=True, slots=True)
class _Tried:
    documents: frozenset[Document]
    index: Index


@dataclass(frozen=True, slots=True)
class _InUse:
    words: Words
    documents: tuple[Document, ...]
    index: Index


_in_use: _InUse | None = None
_kept: _Tried | None = None
_turn = asyncio.Lock()


def one_at_a_time() -> asyncio.Lock:
    """Held while a draft is judged, so that many who ask at once wait for one index."""
    return _turn


def build(documents: Sequence[Document], *, segmenter: Segmenter, words: Words) -> Index:
    """The index of a pack that nobody sees yet, or the one built last where it is of the same; CPU only."""
    global _kept
    wanted, kept = frozenset(documents), _kept
    if kept is not None and kept.documents == wanted:
        return kept.index
    index = Index.build(documents, segmenter=segmenter, words=words)
    _kept = _Tried(wanted, index)
    return index


def in_use(documents: Sequence[Document], *, segmenter: Segmenter, words: Words) -> Index:
    """The index of what residents are shown, built only where something searched differs from the last; CPU only."""
    global _in_use
    wanted, before = tuple(documents), _in_use
    if before is None or before.words is not words or before.documents != wanted:
        index = _taken(wanted) or Index.build(wanted, segmenter=segmenter, words=words)
        before = _in_use = _InUse(words, wanted, index)
    return before.index


def _taken(documents: Sequence[Document]) -> Index | None:
    """The kept index where it is of exactly these documents; it is not kept any longer then."""
    global _kept
    kept = _kept
    if kept is None or kept.documents != frozenset(documents):
        return None
    _kept = None
    return kept.index


def forget() -> None:
    """Keep none, and begin anew in another event loop."""
    global _kept, _turn
    _kept, _turn = None, asyncio.Lock()
