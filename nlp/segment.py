"""Cuts Chinese text into words with jieba; the only file that imports it."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterable
from copy import copy

import jieba

_LOG_LEVEL = logging.WARNING


class Segmenter:
    """A word cutter with its own dictionary; making one takes about a second, so callers make it in a thread."""

    __slots__ = ("_tokenizer",)

    def __init__(self, extra: Iterable[str] = (), *, tokenizer: jieba.Tokenizer | None = None) -> None:
        jieba.setLogLevel(_LOG_LEVEL)
        self._tokenizer = tokenizer or _loaded()
        self.learn(extra)

    def copy(self) -> Segmenter:
        """One that knows the same words and learns for itself; takes some 20 ms and 40 MB."""
        return Segmenter(tokenizer=_copied(self._tokenizer))

    def learn(self, words: Iterable[str]) -> None:
        """Add words to the dictionary; safe while other threads cut (they see each word at once or not yet)."""
        for word in words:
            self._tokenizer.add_word(word)

    def words(self, text: str) -> list[str]:
        """Cut into words, nothing twice (the Viterbi path over the dictionary, HMM for the unknown)."""
        return self._tokenizer.lcut(text)

    def search_words(self, text: str) -> list[str]:
        """Cut into words and the shorter words inside them, for full-text search."""
        return self._tokenizer.lcut_for_search(text)


def _loaded() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="mulin-jieba-") as private:
        tokenizer.tmp_dir = private  # pyright: ignore[reportAttributeAccessIssue]
        tokenizer.initialize()
    return tokenizer


def _copied(tokenizer: jieba.Tokenizer) -> jieba.Tokenizer:
    found = copy(tokenizer)
    found.lock = threading.RLock()
    found.FREQ = dict(tokenizer.FREQ)
    found.user_word_tag_tab = dict(tokenizer.user_word_tag_tab)
    return found
