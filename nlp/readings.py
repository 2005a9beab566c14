"""Reads a text as somebody would who wants to see through it: what looks, sounds or is put together like other words.

One normaliser for everything that is screened. Each reading keeps for every character the place it came from in the
text. Width by NFKC (UAX #15), script by OpenCC, look-alikes by the community's list (UTS #39 calls that a skeleton),
sounds by pypinyin, the initials zh, ch, sh taken for z, c, s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

MOST = 8_000
"""So much of a text is read, in characters; what may be posted is shorter."""
_HAN = re.compile(r"[㐀-鿿]")
_PLAIN_MARKS = frozenset(" \t\n,.。，、!！?？;；:：()（）《》<>\"'“”‘’…")
_STOPS = frozenset("\n。，、!！?？;；,…")
_SOUND_BASE = 0xF0000
_sounds: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in some form, and for each of its characters the place it came from."""

    text: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """The forms one text is read in: with its marks, without any, by sound, and its Latin letters run together.

    ``gaps``: for each character of ``joined`` what stood between it and the one before. ``starts`` and ``ends``: where
    in ``letters`` a word in Latin letters begins and ends.
    """

    marked: Reading
    joined: Reading
    gaps: tuple[str, ...]
    sounds: Reading
    letters: Reading
    starts: frozenset[int]
    ends: frozenset[int]


@dataclass(frozen=True, slots=True)
class Looks:
    """The community's list of what looks alike: single characters, and parts that together are one."""

    same: Mapping[str, str]
    parts: Mapping[str, str]


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    """One character in its plainest form: width, case and script folded; '' where it cannot be seen."""
    folded = unicodedata.normalize("NFKC", character).lower()[:4]
    kept = "".join(one for one in folded if one == "\n" or unicodedata.category(one)[0] not in ("C", "M"))
    return _simplifier().convert(kept) if kept and not kept.isascii() else kept


def fold(text: str, looks: Looks) -> Reading:
    """The text character by character in plain form, everything as what it looks like."""
    characters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text[:MOST]):
        for one in _plain(looks.same.get(original, original)):
            characters.append(looks.same.get(one, one))
            places.append(place)
    return _put_together("".join(characters), places, looks)


def _put_together(text: str, places: list[int], looks: Looks) -> Reading:
    """Parts of a character that stand beside each other read as the one they make."""
    if not any(part in text for part in looks.parts):
        return Reading(text, tuple(places))
    finder = re.compile("|".join(re.escape(one) for one in sorted(looks.parts, key=len, reverse=True)))
    made: list[str] = []
    kept: list[int] = []
    end = 0
    for found in finder.finditer(text):
        made.append(text[end : found.start()] + looks.parts[found[0]])
        kept += [*places[end : found.start()], *[places[found.start()]] * len(looks.parts[found[0]])]
        end = found.end()
    return Reading("".join(made) + text[end:], (*kept, *places[end:]))


def sound_of(character: str) -> str:
    """A private character for how a Han character is spoken, without its tone."""
    spoken = lazy_pinyin(character)[0]
    plain = spoken[0] + spoken[2:] if spoken[:2] in ("zh", "ch", "sh") else spoken
    return _sounds.setdefault(plain, chr(_SOUND_BASE + len(_sounds)))


@lru_cache(maxsize=20_000)
def _sound(character: str) -> str:
    return sound_of(character) if _HAN.match(character) else character


def sounds_of(text: str) -> str:
    """A folded text by its sounds, character for character."""
    return "".join(_sound(one) for one in text)


def spelt(text: str) -> str:
    """A text of Han characters in Latin letters, run together; '' where it has others."""
    return "".join(lazy_pinyin(text)) if all(_HAN.match(one) for one in text) else ""


def read(text: str, looks: Looks) -> Readings:
    """Every reading of one text; takes time proportional to its length."""
    folded = fold(text, looks)
    joined: list[int] = []
    gaps: list[str] = []
    between = ""
    for at, one in enumerate(folded.text):
        if one.isalnum():
            joined.append(at)
            gaps.append(between)
            between = ""
        else:
            between += one
    words = "".join(folded.text[at] for at in joined)
    places = tuple(folded.places[at] for at in joined)
    letters, starts, ends = _letters(folded)
    return Readings(
        marked=_marked(folded),
        joined=Reading(words, places),
        gaps=tuple(gaps),
        sounds=Reading(sounds_of(words), places),
        letters=letters,
        starts=starts,
        ends=ends,
    )


def _marked(folded: Reading) -> Reading:
    """The text with what ends a thought as one kind of comma, and nothing else between its words."""
    kept = [at for at, one in enumerate(folded.text) if one.isalnum() or one in _STOPS or one in "./:"]
    text = "".join("，" if folded.text[at] in _STOPS else folded.text[at] for at in kept)
    return Reading(text, tuple(folded.places[at] for at in kept))


def _letters(folded: Reading) -> tuple[Reading, frozenset[int], frozenset[int]]:
    """Words of Latin letters run together as long as nothing but spaces or odd marks keeps them apart."""
    text, places = list[str](), list[int]()
    starts, ends, last = set[int](), set[int](), -1
    for run in re.finditer(r"[a-z]+", folded.text):
        if last >= 0 and not all(one == " " or is_odd(one) for one in folded.text[last : run.start()]):
            text.append("|")
            places.append(places[-1])
        starts.add(len(places))
        text.append(run[0])
        places += folded.places[run.start() : run.end()]
        ends.add(len(places))
        last = run.end()
    return Reading("".join(text), tuple(places)), frozenset(starts), frozenset(ends)


def is_odd(mark: str) -> bool:
    """Whether a character that is no letter is none of the marks that ordinary sentences have either."""
    return not mark.isalnum() and mark not in _PLAIN_MARKS


def is_spaced(gaps: Sequence[str], start: int, end: int) -> bool:
    """Whether nothing but spaces keeps characters ``start`` to ``end`` of a joined reading apart: seldom by chance."""
    return all(gap.isspace() and "\n" not in gap for gap in gaps[start + 1 : end] if gap)


def stands_apart(gaps: Sequence[str], start: int, end: int) -> bool:
    """Whether characters ``start`` to ``end`` of a joined reading were kept apart on purpose: by odd marks, or each
    from each and from what stands around them."""
    inside = gaps[start + 1 : end]
    if any(inside) and all(is_odd(one) for gap in inside for one in gap):
        return True
    before = start == 0 or bool(gaps[start])
    after = end == len(gaps) or bool(gaps[end])
    return before and after and all(inside)
