"""Full-text search: the tokens a text is found by, the terms of what is asked, and where a text says them.

A token is a word, a word of the title (``^``), or a pair of neighbouring characters and each single one (``~``). Pairs
find what two cuts of the same characters would miss, as in the CJK analysers of Lucene and of PostgreSQL's pg_bigm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.normalise import normalise
from nlp.segment import Segmenter
from nlp.synonyms import Synonyms
from nlp.words import Words

TITLE, PIECE = "^", "~"
MOST_ASKED, MOST_TERMS, MOST_FORMS, MOST_TOKEN = 200, 8, 12, 40
"""So much of a question is read, so many terms and forms of each are looked up; tokens are no longer than this."""
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Something asked for: the word, what else it may be called, the shorter words inside it, and its weight (a natural
    logarithm times ten)."""

    word: str
    others: tuple[str, ...]
    inner: tuple[str, ...]
    weight: int

    @property
    def forms(self) -> tuple[str, ...]:
        """Everything that counts as saying it."""
        return (self.word, *self.others)

    @property
    def shown(self) -> tuple[str, ...]:
        """What is marked where it stands: also the shorter words, of which a post may say only one."""
        return (*self.forms, *self.inner)


def tokens(title: str, text: str, *, segmenter: Segmenter) -> str:
    """What a text is found by, each token once, a space between two; work for a thread where the text is long."""
    head, body = normalise(title), normalise(text)
    in_title = _words(head, segmenter)
    found = dict.fromkeys((*in_title, *_words(body, segmenter), *(TITLE + one for one in in_title)))
    found |= dict.fromkeys(PIECE + one for one in (*_parts(head), *_parts(body)))
    return " ".join(one for one in found if len(one) <= MOST_TOKEN)


def _words(normalised: str, segmenter: Segmenter) -> list[str]:
    """Words and the shorter words inside them."""
    return [part for word in segmenter.search_words(normalised) for part in _WORD.findall(word)]


def _parts(normalised: str) -> Iterator[str]:
    """Single Chinese characters, and the pairs of neighbours."""
    for run in _HAN.findall(normalised):
        yield from run
        yield from pairs(run)


def pairs(word: str) -> list[str]:
    """The pairs of neighbouring characters of a word."""
    return [word[at : at + 2] for at in range(len(word) - 1)]


def pieces(word: str) -> tuple[str, ...]:
    """The tokens that all stand wherever a text holds a Chinese word somewhere; none of another word."""
    if not _HAN.fullmatch(word):
        return ()
    return tuple(PIECE + one for one in (pairs(word) or [word]))


def terms(asked: str, *, segmenter: Segmenter, words: Words, synonyms: Synonyms) -> tuple[Term, ...]:
    """What somebody searches for, the rarest words first; nothing where no word is in it."""
    found: dict[str, Term] = {}
    for piece, is_known in synonyms.pieces(normalise(asked[:MOST_ASKED])):
        cut = [piece] if is_known else _asked(words.rewrites.apply(piece), segmenter)
        for word in cut:
            others = tuple(one for one in synonyms.of.get(word, ()) if one != word)[:MOST_FORMS]
            found.setdefault(word, Term(word[:MOST_TOKEN], others, _inner(word, segmenter), _weight(word, segmenter)))
    telling = _telling(found.values(), words=words, synonyms=synonyms)
    return tuple(sorted(telling, key=lambda term: -term.weight)[:MOST_TERMS])


def _asked(normalised: str, segmenter: Segmenter) -> list[str]:
    return [part for word in segmenter.words(normalised) for part in _WORD.findall(word)]


def _inner(word: str, segmenter: Segmenter) -> tuple[str, ...]:
    return tuple(one for one in segmenter.search_words(word) if 1 < len(one) < len(word)) if len(word) > 2 else ()


def _weight(word: str, segmenter: Segmenter) -> int:
    return round(10 * segmenter.rarity(word))


def _telling(found: Iterable[Term], *, words: Words, synonyms: Synonyms) -> list[Term]:
    """Those that say what is looked for; where there are none, whatever there is."""
    everything = list(found)
    strong = [one for one in everything if one.word not in synonyms.weak and one.word not in words.function_words]
    return strong or [one for one in everything if one.word not in words.function_words] or everything


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was looked for."""

    text: str
    is_hit: bool = False


def marked(text: str, looked_for: Sequence[Term]) -> tuple[Piece, ...]:
    """A text in pieces, with what was looked for marked, also where it is written in another script or width."""
    forms = sorted({form for term in looked_for for form in term.shown}, key=len, reverse=True)
    if not text or not forms:
        return (Piece(text),) if text else ()
    folded, places = _folded(text)
    found: list[Piece] = []
    end = 0
    for hit in re.finditer("|".join(map(re.escape, forms)), folded):
        start, stop = places[hit.start()], places[hit.end() - 1] + 1
        if start >= end:
            found += [Piece(text[end:start])] if start > end else []
            found.append(Piece(text[start:stop], is_hit=True))
            end = stop
    return (*found, Piece(text[end:])) if end < len(text) else tuple(found)


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as ``normalise`` sees each of its characters, and from which character each of those comes."""
    folded, places = [], []
    for at, character in enumerate(text):
        for one in normalise(character) or " ":
            folded.append(one)
            places.append(at)
    return "".join(folded), places


def window(text: str, looked_for: Sequence[Term], *, most: int) -> str:
    """The part of a text, on one line, that says most of what was looked for; its beginning where it says nothing."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    folded, places = _folded(flat)
    hits = [(places[at], term.weight) for term in looked_for for form in term.shown if (at := folded.find(form)) >= 0]
    if not hits:
        return f"{flat[:most]}…"
    start = max(hits, key=lambda hit: sum(weight for at, weight in hits if hit[0] <= at < hit[0] + most - 20))[0]
    begin = max(min(start - 15, len(flat) - most), 0)
    return f"{'…' if begin else ''}{flat[begin : begin + most]}{'…' if begin + most < len(flat) else ''}"
