"""Ranks the entries of the pack for a short question, with the probability that the first one is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

import numpy as np

from nlp.building import Built, build, topic_words
from nlp.confidence import Coefficients, load_coefficients, log_odds
from nlp.document import Document
from nlp.gathering import Floats, Longs
from nlp.meaning import load_meaning
from nlp.postings import Shown, stand_in
from nlp.segment import Segmenter
from nlp.terms import WORD, TermMaker, Terms
from nlp.words import Words

__all__ = ["NOTHING", "Document", "Hit", "Index", "Ranking"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked entry, its score, the words of the question that it shares (for showing to people), and whether one of
    them stands in its names."""

    key: str
    score: float
    matched: tuple[str, ...]
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best entries, the calibrated probabilities that the first, or one of the first three, is right, whether a
    topic that the pack does not answer (``elsewhere``) is nearer than all of them, and how much of the question, by
    weight, the pack knows (0 to 1)."""

    hits: tuple[Hit, ...]
    right_first: float
    right_in_three: float
    is_elsewhere: bool = False
    known: float = 0.0


NEVER = -1e9
UNSURE = 0.9
"""A single word that names several entries (身份证, 户口) does not say which one: offered, not answered outright."""
HANGS_ON = 1.2
"""How much the question before counts for one that hangs on it (那多少钱); others may be about something else."""
KNOWN = 0.3
"""So much of a question, by weight, must be known to the pack to be answered outright; of those rightly answered by the
shipped pack it was 0.58 and more, by a small one less."""
LONG = 80
"""Characters from which on more of them make no answer surer: few of the questions that were fitted on are longer."""
NOTHING = Ranking(hits=(), right_first=0.0, right_in_three=0.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One text against every entry: shape (kinds, entries), each kind on a scale of its own."""

    kinds: Floats
    known: float
    terms: Terms


class Index:
    """All entries ready for searching; never changed, so one may be searched while the next is built."""

    __slots__ = ("_built", "_coefficients", "_idf", "_is_apart", "_maker", "_size", "_unknown")

    def __init__(
        self, built: Built, *, maker: TermMaker, coefficients: Coefficients, size: int, is_apart: bool = False
    ) -> None:
        self._built = built
        self._size = size
        self._is_apart = is_apart
        self._maker = maker
        self._coefficients = coefficients
        rare = built.entry_idf.tolist()
        self._idf = {term: rare[number] for term, number in built.terms.items()}
        self._unknown = log(1 + len(built.keys))

    @classmethod
    def build(cls, documents: Sequence[Document], *, segmenter: Segmenter, words: Words) -> Index:
        """Build from documents; CPU only (about 2 s for 152 entries), so callers run it in a thread.

        The names are learnt by a segmenter of its own: how questions are cut must not hang on what was indexed before.
        """
        segmenter = segmenter.copy()
        segmenter.learn(words.canonical(name) for document in documents for name in document.names if len(name) <= 6)
        maker, coefficients = TermMaker(segmenter=segmenter, words=words), load_coefficients()
        everything = [*documents, *elsewhere(words)]
        built = build(everything, maker=maker, meaning=load_meaning(), layers=coefficients.layers)
        return cls(built, maker=maker, coefficients=coefficients, size=len(documents))

    @property
    def bytes_held(self) -> int:
        """How much memory its arrays take."""
        built = self._built
        parts = (built.entry_idf, built.text_idf, built.named, built.middle, built.meanings)
        return sum(part.nbytes for part in (*parts, built.postings))

    def mask(self, allowed: Callable[[str], bool]) -> Shown:
        """Which entries may appear, for ``search``; topics the pack does not answer always compete."""
        shown = [allowed(key) for key in self._built.keys[: self._size]]
        return np.asarray([*shown, *[True] * (len(self._built.keys) - self._size)], dtype=np.bool_)

    def evidence(self, text: str, *, shown: Shown = None) -> Evidence:
        """Weigh one text against every entry.

        The sparse layers are divided by the most the text could score (its weights times idf), the last one by the
        length of its tf-idf vector, and added up, or kept apart for fitting; the last row is the cosine of meanings.
        """
        terms, built = self._maker.make(text), self._built
        numbers = {built.terms[term]: weight for term, weight in terms.weights.items() if term in built.terms}
        heaviness = {term: weight * self._idf.get(term, self._unknown) for term, weight in terms.weights.items()}
        total = max(sum(heaviness.values()), 1e-9)
        rare = built.text_idf[np.fromiter(numbers, dtype=np.int64, count=len(numbers))].tolist()
        length = sum((weight * idf) ** 2 for weight, idf in zip(numbers.values(), rare, strict=True)) ** 0.5
        scales = np.full(len(built.postings.worths), 1 / total, dtype=np.float32)
        scales[-1] = 1 / max(length, 1e-9)
        mix = np.diag(scales) if self._is_apart else scales[None, :]
        scored = built.postings.scores(numbers, mix=mix, shown=shown, own=self._size)
        meaning = self._meanings(scored.whole, direction=load_meaning().vector(self._topic_words(terms)) - built.middle)
        return Evidence(
            kinds=np.vstack([scored.sums, meaning]).astype(np.float32),
            known=sum(heavy for term, heavy in heaviness.items() if term in built.terms) / total,
            terms=terms,
        )

    def _meanings(self, whole: Longs | None, *, direction: Floats) -> Floats:
        """How near the entries' meanings lie to a direction; those that not every term counted for are left at 0."""
        if whole is None:
            return self._built.meanings @ direction
        found = np.zeros(len(self._built.meanings), dtype=np.float32)
        found[whole] = self._built.meanings[whole] @ direction
        return found

    def _topic_words(self, terms: Terms) -> dict[str, float]:
        return topic_words(terms, self._idf, unknown=self._unknown)

    def scores(self, evidence: Evidence) -> Floats:
        """The log-odds of every entry (up to a constant): what the kinds of evidence say together."""
        weights = np.ones(len(evidence.kinds), dtype=np.float32)
        weights[-1] = self._coefficients.meaning
        return (weights @ evidence.kinds).astype(np.float32)

    def search(
        self, text: str, *, context: str | None = None, hangs_on: bool = False, shown: Shown = None, limit: int = 5
    ) -> Ranking:
        """Rank the entries for a question; ``context`` is the previous one, on which this one may hang (``hangs_on``),
        ``shown`` a mask of those that may appear: the others count for nothing, not even for how sure the first is."""
        if not self._size:
            return NOTHING
        evidence = self.evidence(text, shown=shown)
        scores = self.scores(evidence)
        if context:
            before = self.scores(self.evidence(context, shown=shown))
            weight = HANGS_ON if hangs_on else self._coefficients.context
            scores = (scores + weight * before).astype(np.float32)
        if shown is not None:
            scores = np.where(shown, scores, NEVER).astype(np.float32)
        best = self._best(scores, limit=max(limit, 3))
        if not best or not evidence.kinds[:, best[0]].any():
            return NOTHING
        return self._ranking(scores, best, evidence=evidence, shown=shown, limit=limit)

    def _ranking(self, scores: Floats, best: list[int], *, evidence: Evidence, shown: Shown, limit: int) -> Ranking:
        told, topic = self.measures(scores, best=best, evidence=evidence), self._topic(evidence.terms)
        shares, terms = self._matched(topic, best[:limit]), list(topic.values())
        hits = [
            Hit(self._built.keys[i], float(scores[i]), words, is_named=is_named)
            for i, words, is_named in zip(best[:limit], shares, self._are_named(best[:limit], terms), strict=True)
        ]
        several = len(terms) == 1 and self._names(terms[0], shown=shown) > 1
        is_unsure = several or evidence.known < KNOWN
        return Ranking(
            hits=tuple(hits),
            right_first=min(self._coefficients.first.probability(told), UNSURE if is_unsure else 1.0),
            right_in_three=self._coefficients.three.probability(told),
            is_elsewhere=told["elsewhere"] < 0,
            known=evidence.known,
        )

    def _are_named(self, entries: Sequence[int], terms: Sequence[int]) -> list[bool]:
        """For each entry whether any of the terms stands in its names."""
        wanted = np.add.outer(np.asarray(terms, dtype=np.int64) * len(self._built.keys), entries)
        return np.logical_or.reduce(stand_in(self._built.named, wanted), axis=0).tolist()

    def _names(self, term: int, *, shown: Shown) -> int:
        """In the names of how many entries of the pack a term stands."""
        width, places = len(self._built.keys), self._built.named
        start, end = np.searchsorted(places, (term * width, term * width + self._size))
        return int(end - start) if shown is None else int(shown[places[start:end] - term * width].sum())

    def _best(self, scores: Floats, *, limit: int) -> list[int]:
        """The best entries that may appear; topics the pack does not answer are left out."""
        own = scores[: self._size]
        return [i for i in _highest(own, min(limit, self._size)) if own[i] > NEVER][:limit]

    def measures(self, scores: Floats, *, best: list[int], evidence: Evidence) -> dict[str, float]:
        """What the confidence looks at; topics the pack does not answer take their share of the chances."""
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        first = [float(chances[i]) for i in best[:3]]
        told = {f"kind_{number}": float(value) for number, value in enumerate(evidence.kinds[:, best[0]])}
        elsewhere = float(scores[self._size :].max()) if len(scores) > self._size else 0.0
        return told | {
            "chance": log_odds(first[0]),
            "chance_three": log_odds(sum(first)),
            "score": float(scores[best[0]]),
            "elsewhere": float(scores[best[0]]) - elsewhere,
            "known": evidence.known,
            "length": log1p(min(evidence.terms.length, LONG)),
        }

    def _topic(self, asked: Terms) -> dict[str, int]:
        """The question's topic words in the order they were written, with their numbers in the index."""
        words = (
            term.removeprefix(WORD) for term in asked.counts if term.startswith(WORD) and term in self._built.terms
        )
        return {word: self._built.terms[WORD + word] for word in words if not self._maker.is_function_word(word)}

    def _matched(self, topic: Mapping[str, int], entries: Sequence[int]) -> list[tuple[str, ...]]:
        """For each entry those of the question's topic words that it shares."""
        wanted = np.asarray(entries, dtype=np.int32)
        held = {word: self._built.postings.held(number, wanted) for word, number in topic.items()}
        return [tuple(word for word, has in held.items() if has[place]) for place in range(len(entries))]


def _highest(scores: Floats, most: int) -> list[int]:
    """The places of the highest scores, the highest first, equal ones in their order."""
    if most >= len(scores):
        return np.argsort(-scores, kind="stable").tolist()
    lowest = np.partition(scores, len(scores) - most)[len(scores) - most]
    places = np.flatnonzero(scores >= lowest)
    return places[np.argsort(-scores[places], kind="stable")].tolist()


def elsewhere(words: Words) -> list[Document]:
    """What people ask that the pack does not answer, as documents without a key."""
    return [Document(key="", title=topic.name, phrasings=topic.asked) for topic in words.elsewhere]
