"""Finds words that a neighbourhood does not want in public, however they are written; knows no person and no database.

Aho-Corasick over the readings of ``nlp.readings``, patterns over the marked one. What is found by sound alone or in
Latin letters is never more than held for a person to look at: words that sound alike are not the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

from nlp.readings import Looks, Readings, fold, is_spaced, read, sounds_of, spelt, stands_apart

BOTH = "+"
_SHORTEST_SPELT = 4
_NOTHING = re.compile(r"(?!)")


class Action(StrEnum):
    """What becomes of a post that has a word of a list: refused, held for a person to look at, or the word starred."""

    BLOCK = "block"
    HOLD = "hold"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class WordList:
    """One list. A word ``a+b`` is found where both are. ``sounds`` are also found by what sounds like them;
    ``patterns`` are regular expressions over the marked reading; ``harmless`` words hide what is found in them. Where
    ``warned``, a text that warns of such things, and says no way to reach anybody, is let be.
    """

    name: str
    action: Action
    words: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Common:
    """What all lists share: look-alikes, words of a warning, and patterns of a way to be reached."""

    looks: Looks
    warnings: tuple[str, ...]
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that was found: of which list, what it does, and the places of its characters in the text."""

    list: str
    action: Action
    word: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One word, or a part of one with several, as it is searched: of which list and word."""

    list: WordList
    word: str
    part: str

    @property
    def parts(self) -> int:
        """How many different parts must be there."""
        return len(set(self.word.split(BOTH)))


@dataclass(frozen=True, slots=True)
class _Finder:
    """An automaton over one reading, and what each of its patterns stands for."""

    automaton: AhoCorasick | None
    entries: tuple[_Entry, ...]

    def matches(self, text: str) -> Iterator[tuple[_Entry, int, int]]:
        """Every occurrence, overlapping ones too."""
        if self.automaton is None or not text:
            return
        for number, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
            yield self.entries[number], start, end


@dataclass(frozen=True, slots=True)
class Screen:
    """The lists of one neighbourhood, compiled; safe to share between threads."""

    common: Common
    words: _Finder
    sounds: _Finder
    letters: _Finder
    patterns: tuple[tuple[WordList, re.Pattern[str]], ...]
    harmless: _Finder
    warnings: re.Pattern[str]
    reached: re.Pattern[str]
    warned: frozenset[str]


def _finder(found: Iterable[tuple[str, _Entry]]) -> _Finder:
    pairs = [(text, entry) for text, entry in found if text]
    automaton = AhoCorasick([text for text, _ in pairs]) if pairs else None
    return _Finder(automaton, tuple(entry for _, entry in pairs))


def _bare(text: str, looks: Looks) -> str:
    return "".join(one for one in fold(text, looks).text if one.isalnum())


def build(lists: Sequence[WordList], common: Common) -> Screen:
    """Compile lists; ``re.error`` where a pattern is none. A thousand words take some ten milliseconds."""
    looks = common.looks
    written = [(part, _Entry(one, word, part)) for one in lists for word in one.words for part in word.split(BOTH)]
    spoken = [(part, _Entry(one, word, part)) for one in lists for word in one.sounds for part in word.split(BOTH)]
    both = [*written, *spoken]
    return Screen(
        common=common,
        words=_finder((_bare(part, looks), entry) for part, entry in both),
        sounds=_finder((sounds_of(_bare(part, looks)), entry) for part, entry in spoken),
        letters=_finder((_spelt(part, looks), entry) for part, entry in both),
        patterns=tuple((one, re.compile(pattern)) for one in lists for pattern in one.patterns),
        harmless=_finder((_bare(word, looks), _Entry(one, word, word)) for one in lists for word in one.harmless),
        warnings=_any(_bare(word, looks) for word in common.warnings),
        reached=re.compile("|".join(common.reached)) if common.reached else _NOTHING,
        warned=frozenset(one.name for one in lists if one.warned),
    )


def _spelt(word: str, looks: Looks) -> str:
    spelling = spelt(_bare(word, looks))
    return spelling if len(spelling) >= _SHORTEST_SPELT and len(word) > 1 else ""


def _any(words: Iterable[str]) -> re.Pattern[str]:
    sources = [re.escape(word) for word in words if word]
    return re.compile("|".join(sources)) if sources else _NOTHING


def find(text: str, screen: Screen) -> list[Hit]:
    """Every word of the lists in a text, the strongest action first; each word of a list once."""
    readings = read(text, screen.common.looks)
    let_be = _harmless(readings, screen)
    hits = [*_by_words(readings, screen, let_be), *_by_sounds(readings, screen, let_be)]
    hits += [*_by_letters(readings, screen), *_by_patterns(readings, screen, let_be)]
    if screen.warnings.search(readings.joined.text) and not screen.reached.search(readings.marked.text):
        hits = [hit for hit in hits if hit.list not in screen.warned]
    order = list(Action)
    words: dict[tuple[str, str], list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: order.index(hit.action)):
        words.setdefault((hit.list, hit.word), []).append(hit)
    return [_together(found) for found in words.values()]


def _together(found: Sequence[Hit]) -> Hit:
    """A word with every place it stands in, for the strongest of what it does."""
    first = found[0]
    spots = {spot for hit in found if hit.action is first.action for spot in hit.places}
    return replace(first, places=tuple(sorted(spots)))


@dataclass(slots=True)
class _Harmless:
    """Where the harmless words of one list stand: from where, how far those that begin no later reach, and every
    place of theirs."""

    starts: list[int] = field(default_factory=list)
    reach: list[int] = field(default_factory=list)
    places: set[int] = field(default_factory=set)

    def add(self, places: Sequence[int]) -> None:
        """One more, in the order in which they begin."""
        self.starts.append(places[0])
        self.reach.append(max(places[-1], self.reach[-1] if self.reach else 0))
        self.places.update(places)

    def holds(self, places: Sequence[int]) -> bool:
        """Whether all of this stands inside one of them."""
        before = bisect_right(self.starts, places[0])
        return bool(before) and self.reach[before - 1] >= places[-1] and self.places.issuperset(places)


_LetBe = Mapping[str, _Harmless]


def _harmless(readings: Readings, screen: Screen) -> _LetBe:
    """Places of harmless words, by the list they speak for."""
    found: dict[str, _Harmless] = {}
    for entry, start, end in sorted(screen.harmless.matches(readings.joined.text), key=itemgetter(1)):
        found.setdefault(entry.list.name, _Harmless()).add(readings.joined.places[start:end])
    return found


_Found = tuple[_Entry, tuple[int, ...]]


def _by_words(readings: Readings, screen: Screen, let_be: _LetBe) -> list[Hit]:
    sure: list[_Found] = []
    spaced: list[_Found] = []
    for entry, start, end in screen.words.matches(readings.joined.text):
        if not _is_word(readings, start, end):
            continue
        places = readings.joined.places[start:end]
        if not any(readings.gaps[start + 1 : end]) or stands_apart(readings.gaps, start, end):
            sure.append((entry, places))
        elif is_spaced(readings.gaps, start, end):
            spaced.append((entry, places))
    return [*_whole(sure, let_be, lambda hit: hit), *_whole((*sure, *spaced), let_be, _weaker)]


def _is_word(readings: Readings, start: int, end: int) -> bool:
    """Whether Latin letters at its ends are not those of a longer word."""
    text, gaps = readings.joined.text, readings.gaps
    if text[start].isascii() and start and text[start - 1].isascii() and not gaps[start]:
        return False
    return not (text[end - 1].isascii() and end < len(text) and text[end].isascii() and not gaps[end])


def _by_sounds(readings: Readings, screen: Screen, let_be: _LetBe) -> list[Hit]:
    found = (
        (entry, readings.sounds.places[start:end])
        for entry, start, end in screen.sounds.matches(readings.sounds.text)
        if not any(readings.gaps[start + 1 : end])
    )
    return list(_whole(found, let_be, _weaker))


def _by_letters(readings: Readings, screen: Screen) -> list[Hit]:
    found = (
        (entry, readings.letters.places[start:end])
        for entry, start, end in screen.letters.matches(readings.letters.text)
        if start in readings.starts and end in readings.ends
    )
    return list(_whole(found, {}, _weaker))


def _weaker(hit: Hit) -> Hit:
    return replace(hit, action=Action.HOLD) if hit.action is Action.BLOCK else hit


def _whole(found: Iterable[_Found], let_be: _LetBe, made: Callable[[Hit], Hit]) -> Iterator[Hit]:
    """Words that are there with all their parts, outside what is harmless."""
    parts: dict[tuple[str, str], tuple[_Entry, dict[str, set[int]]]] = {}
    for entry, places in found:
        if _is_let_be(entry.list.name, places, let_be):
            continue
        if entry.parts == 1:
            yield made(Hit(entry.list.name, entry.list.action, entry.word, places))
            continue
        _, seen = parts.setdefault((entry.list.name, entry.word), (entry, {}))
        seen.setdefault(entry.part, set()).update(places)
    for entry, seen in parts.values():
        if len(seen) == entry.parts:
            spots = tuple(sorted(set().union(*seen.values())))
            yield made(Hit(entry.list.name, entry.list.action, entry.word, spots))


def _is_let_be(name: str, places: Sequence[int], let_be: _LetBe) -> bool:
    return name in let_be and let_be[name].holds(places)


def _by_patterns(readings: Readings, screen: Screen, let_be: _LetBe) -> Iterator[Hit]:
    for one, pattern in screen.patterns:
        for found in pattern.finditer(readings.marked.text):
            places = readings.marked.places[found.start() : found.end()]
            if places and not _is_let_be(one.name, places, let_be):
                yield Hit(one.name, one.action, found[0], places)


def starred(text: str, hits: Iterable[Hit]) -> str:
    """The text with the words of lists that mask as stars."""
    shown = list(text)
    for hit in hits:
        if hit.action is Action.MASK:
            for place in hit.places:
                shown[place] = "*"
    return "".join(shown)
