"""An index built to judge a draft, kept until the pack says just that: once it is published nothing is built again."""

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


def taken(documents: Sequence[Document]) -> Index | None:
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
