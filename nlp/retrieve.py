"""Ranks the entries of the pack for a short question, with the probability that the first one is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.confidence import load_confidence, measures
from nlp.postings import Floats, Postings, build_postings
from nlp.segment import Segmenter
from nlp.terms import TermMaker
from nlp.words import Words

CANDIDATES = 50
NAMES, ASKED, BODY, NEAREST = 1.0, 1.0, 0.3, 1.0
CONTEXT = 0.6


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one entry; phrasings are the ways people ask for it."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked entry, its score, and the words of the question that it shares (for showing to people)."""

    key: str
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best entries, and the calibrated probabilities that the first, or one of the first three, is right."""

    hits: tuple[Hit, ...]
    right_first: float
    right_in_three: float


NOTHING = Ranking(hits=(), right_first=0.0, right_in_three=0.0)


@dataclass(frozen=True, slots=True)
class Index:
    """All entries ready for searching; immutable, so one may be searched while the next is built."""

    keys: tuple[str, ...]
    maker: TermMaker
    names: Postings
    asked: Postings
    body: Postings
    short: Postings
    owners: np.ndarray
    shown: tuple[frozenset[str], ...]

    @classmethod
    def build(cls, documents: Sequence[Document], *, segmenter: Segmenter, words: Words) -> Index:
        """Build from documents; CPU only (about 2 s for 152 entries), so callers run it in a thread."""
        maker = TermMaker(segmenter=segmenter, words=words)
        names = [[document.title, *document.aliases] for document in documents]
        asked = [list(document.phrasings) for document in documents]
        body = [[document.title, *document.keywords, document.body] for document in documents]
        short = [(number, text) for number in range(len(names)) for text in names[number] + asked[number]]
        return cls(
            keys=tuple(document.key for document in documents),
            maker=maker,
            names=build_postings([_counts(maker, texts) for texts in names]),
            asked=build_postings([_counts(maker, texts) for texts in asked]),
            body=build_postings([_counts(maker, texts) for texts in body]),
            short=build_postings([maker.make(text).counts for _, text in short]),
            owners=np.asarray([number for number, _ in short], dtype=np.int32),
            shown=tuple(_shown(maker, names[i] + asked[i] + body[i]) for i in range(len(names))),
        )

    def _scores(self, text: str) -> tuple[Floats, float, int]:
        """The score of every entry for one text, the most it could be, and the text's length."""
        terms = self.maker.make(text)
        nearest = np.zeros(len(self.keys), dtype=np.float32)
        np.maximum.at(nearest, self.owners, self.short.scores(terms.weights))
        scores = (
            NAMES * self.names.scores(terms.weights)
            + ASKED * self.asked.scores(terms.weights)
            + BODY * self.body.scores(terms.weights)
            + NEAREST * nearest
        )
        return scores, self.asked.heaviness(terms.weights), terms.length

    def search(
        self,
        text: str,
        *,
        context: str | None = None,
        allowed: Callable[[str], bool] | None = None,
        limit: int = 5,
    ) -> Ranking:
        """Rank the entries for a question; ``context`` is the previous one, ``allowed`` says which keys may appear."""
        if not self.keys:
            return NOTHING
        scores, heaviness, length = self._scores(text)
        if context:
            before, _, _ = self._scores(context)
            scores = scores + CONTEXT * before
        order = [i for i in np.argsort(-scores, kind="stable") if scores[i] > 0]
        kept = [i for i in order if allowed is None or allowed(self.keys[i])][: max(limit, 10)]
        if not kept:
            return NOTHING
        told = measures([float(scores[i]) for i in kept], heaviness=heaviness, length=length)
        confidence = load_confidence()
        return Ranking(
            hits=tuple(Hit(self.keys[i], float(scores[i]), self._matched(text, i)) for i in kept[:limit]),
            right_first=confidence.first.probability(told),
            right_in_three=confidence.three.probability(told),
        )

    def _matched(self, text: str, number: int) -> tuple[str, ...]:
        """The question's topic words that an entry shares, in the order they were written."""
        words = dict.fromkeys(self.maker.words(text))
        return tuple(word for word in words if word in self.shown[number])


def _counts(maker: TermMaker, texts: Sequence[str]) -> Counter[str]:
    """The terms of several texts together."""
    total: Counter[str] = Counter()
    for text in texts:
        total.update(maker.make(text).counts)
    return total


def _shown(maker: TermMaker, texts: Sequence[str]) -> frozenset[str]:
    """The topic words of an entry."""
    return frozenset(word for text in texts for word in maker.words(text) if not maker.is_function_word(word))
