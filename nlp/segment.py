"""Cuts Chinese text into words with jieba; the only file that imports it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, MutableMapping, Sequence
from copy import copy
from functools import lru_cache
from math import inf, log

import jieba
import jieba.finalseg

from nlp.unknown_words import HiddenMarkov

_LOG_LEVEL = logging.WARNING
MOST_CUTS = 1 << 16
"""So many pieces of text are remembered at most (some 20 MB)."""
COMMONEST, UNKNOWN, RAREST = 4.0, 10.0, 15.0
Cuts = MutableMapping[str, Sequence[str]]


class Segmenter:
    """A word cutter with its own dictionary; making one takes half a second, so callers make it in a thread."""

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

    def words(self, text: str, *, cuts: Cuts | None = None) -> list[str]:
        """Cut into words, nothing twice (the Viterbi path over the dictionary, HMM for the unknown).

        The cuts are those of ``Tokenizer.lcut`` in half the time: its graph of words is not written out first.
        ``cuts`` remembers the pieces between marks for whoever cuts many texts: entries repeat themselves.
        """
        found: list[str] = []
        for block in jieba.re_han_default.split(text):
            if not jieba.re_han_default.match(block):
                found += _between(block)
            elif cuts is None:
                found += self._cut(block)
            else:
                found += self._cut_once(block, cuts)
        return found

    def _cut_once(self, block: str, cuts: Cuts) -> Sequence[str]:
        if (known := cuts.get(block)) is None:
            if len(cuts) >= MOST_CUTS:
                cuts.clear()
            known = cuts[block] = self._cut(block)
        return known

    def search_words(self, text: str) -> list[str]:
        """Cut into words and the shorter words inside them, for full-text search."""
        return self._tokenizer.lcut_for_search(text)

    def rarity(self, word: str) -> float:
        """How little often a word is written: the natural logarithm of all words of the dictionary's corpus per this
        one, from 4 to 15; of one the dictionary lacks 10."""
        often = self._tokenizer.FREQ.get(word)
        return min(max(log(self._tokenizer.total / often), COMMONEST), RAREST) if often else UNKNOWN

    def _cut(self, block: str) -> list[str]:
        """Follow the best path; single characters in a row may be a word that the dictionary lacks."""
        ends, found = _best_ends(block, self._tokenizer), []
        start = row = 0
        while start < len(block):
            end = ends[start]
            if end - start > 1:
                if row < start:
                    found += self._singles(block[row:start])
                found.append(block[start:end])
                row = end
            start = end
        return [*found, *self._singles(block[row:])]

    def _singles(self, row: str) -> Sequence[str]:
        """What single characters in a row become: as they are where the dictionary knows them, else by the HMM."""
        return row if len(row) < 2 or self._tokenizer.FREQ.get(row) else _unknown(row)


@lru_cache(maxsize=1)
def _model() -> HiddenMarkov:
    return HiddenMarkov.read(jieba.finalseg.start_P, steps=jieba.finalseg.trans_P, of=jieba.finalseg.emit_P)


def _unknown(row: str) -> list[str]:
    """Words the dictionary lacks, in what is written in Chinese characters; the rest is cut as everywhere."""
    found: list[str] = []
    for block in jieba.finalseg.re_han.split(row):
        if jieba.finalseg.re_han.match(block):
            found += _model().words(block)
        else:
            found += filter(None, jieba.finalseg.re_skip.split(block))
    return found


def _between(block: str) -> list[str]:
    """What stands between Chinese words: Latin words and numbers whole, the rest by character."""
    found: list[str] = []
    for part in jieba.re_skip_default.split(block):
        found += [part] if jieba.re_skip_default.match(part) else part
    return found


def _best_ends(block: str, tokenizer: jieba.Tokenizer) -> list[int]:
    """For every place where a word may begin, where it ends on the likeliest path; of equal ones the longest."""
    often, all_of_them = tokenizer.FREQ.get, log(tokenizer.total)
    size = len(block)
    best, ends = [0.0] * (size + 1), [0] * size
    for start in range(size - 1, -1, -1):
        most, longest = -inf, 0
        for end in range(start + 1, size + 1):
            if (count := often(block[start:end])) is None:
                break
            if count and (chance := log(count) - all_of_them + best[end]) >= most:
                most, longest = chance, end
        best[start] = most if longest else best[start + 1] - all_of_them
        ends[start] = longest or start + 1
    return ends


def _loaded() -> jieba.Tokenizer:
    """Jieba's dictionary as ``Tokenizer.initialize`` reads it, in half the time, and without a copy in a file that
    others might have written: how often each word is found, and 0 for whatever a word only begins with."""
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        cells = file.read().decode().split()
    words, counts = cells[::3], list(map(int, cells[1::3]))
    often = dict.fromkeys({word[:end] for word in words for end in range(1, len(word))}, 0)
    tokenizer.FREQ = often | dict(zip(words, counts, strict=True))
    tokenizer.total, tokenizer.initialized = sum(counts), True
    return tokenizer


def _copied(tokenizer: jieba.Tokenizer) -> jieba.Tokenizer:
    found = copy(tokenizer)
    found.lock = threading.RLock()
    found.FREQ = dict(tokenizer.FREQ)
    found.user_word_tag_tab = dict(tokenizer.user_word_tag_tab)
    return found
