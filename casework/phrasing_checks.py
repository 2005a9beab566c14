"""Whether ways of asking are really different: within an entry, between entries, and from outside test questions.

Likeness is the part of the shorter text's character pairs that the other has too. What is near a text is found through
an inverted list of character pairs: 152 entries with 24 ways each take about a second, without comparing all pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from operator import itemgetter

from casework.pack_findings import Finding, Kind
from casework.pack_words import PackWords, bare
from nlp.similar import SAME, similar

MOST_ALIKE = 0.6
MOST_ALIKE_ELSEWHERE = 0.8
MOST_ENTRIES_PER_FRAME = 10
AFFIX = 4
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way of asking, whose it is, and in which field it stands."""

    file: str
    entry: str
    text: str
    field: str = "phrasings"


def pairs_of(text: str) -> frozenset[str]:
    """The character pairs of a text without punctuation; the text itself where it is a single character."""
    words = bare(text)
    return frozenset(words[i : i + 2] for i in range(len(words) - 1)) or frozenset({words})


@dataclass(slots=True)
class Net:
    """Phrasings by their character pairs."""

    phrasings: list[Phrasing] = made_by(default_factory=list)
    pairs: list[frozenset[str]] = made_by(default_factory=list)
    where: defaultdict[str, list[int]] = made_by(default_factory=lambda: defaultdict(list))

    def near(self, pairs: frozenset[str]) -> Iterator[tuple[Phrasing, float, float]]:
        """Phrasings that share any pair, with the common part of the shorter text's pairs and of the longer one's."""
        common = Counter(number for pair in pairs if pair in self.where for number in self.where[pair])
        for number, count in common.items():
            shorter, longer = sorted((len(pairs), len(self.pairs[number])))
            yield self.phrasings[number], count / shorter, count / longer

    def add(self, phrasing: Phrasing) -> None:
        """Put a phrasing in."""
        number, pairs = len(self.phrasings), pairs_of(phrasing.text)
        self.phrasings.append(phrasing)
        self.pairs.append(pairs)
        for pair in pairs:
            self.where[pair].append(number)


def net_of(phrasings: Iterable[Phrasing]) -> Net:
    """All of them in one net."""
    net = Net()
    for phrasing in phrasings:
        net.add(phrasing)
    return net


def check_alike(phrasings: Sequence[Phrasing], *, words: PackWords) -> list[Finding]:
    """Ways of asking that are too alike within an entry, or nearly the same in two entries."""
    net, found = Net(), []
    for phrasing in phrasings:
        for other, alike, _ in net.near(pairs_of(phrasing.text)):
            found += _compare(phrasing, other, alike=alike)
        net.add(phrasing)
    return found + _only_frames(phrasings, words)


def _compare(one: Phrasing, other: Phrasing, *, alike: float) -> Iterator[Finding]:
    facts = {"one": one.text, "other": other.text, "share": f"{alike:.2f}"}
    if one.entry != other.entry:
        if alike > MOST_ALIKE_ELSEWHERE:
            facts["entry"] = other.entry
            yield Finding(Kind.ALIKE_ELSEWHERE, one.file, one.entry, "phrasings", facts)
    elif alike > MOST_ALIKE:
        yield Finding(Kind.ALIKE, one.file, one.entry, "phrasings", facts)


def check_added(one: Phrasing, others: Sequence[Phrasing], *, words: PackWords) -> list[Finding]:
    """What one more way of asking does wrong beside all others; what was wrong among those is not said again."""
    near = net_of(others).near(pairs_of(one.text))
    own = [other for other in others if other.entry == one.entry]
    return [
        *_too_short(one),
        *(finding for other, alike, _ in near for finding in _compare(one, other, alike=alike)),
        *_only_frames([*own, one], words)[len(_only_frames(own, words)) :],
        *_overused_by(one, others, words),
        *_nearer(one, others),
    ]


def _too_short(one: Phrasing) -> Iterator[Finding]:
    if len(bare(one.text)) < SHORTEST:
        yield Finding(Kind.TOO_SHORT, one.file, one.entry, "phrasings", {"text": one.text})


def _overused_by(one: Phrasing, others: Sequence[Phrasing], words: PackWords) -> Iterator[Finding]:
    frames = words.frames_of(one.text) | _affixes(bare(one.text))
    before = {str(finding.facts["frame"]) for finding in check_frames(others, words=words)}
    for finding in check_frames([*others, one], words=words):
        if finding.facts["frame"] in frames - before:
            yield finding


def _nearer(one: Phrasing, others: Iterable[Phrasing]) -> Iterator[Finding]:
    """The way of asking for another entry that is nearest, where it is near and no own one is as near."""
    nearness = [(similar(one.text, other.text), other) for other in others]
    own = max((near for near, other in nearness if other.entry == one.entry), default=0.0)
    near, other = max(
        ((near, other) for near, other in nearness if other.entry != one.entry), key=itemgetter(0), default=(0.0, one)
    )
    if near >= SAME and near > own:
        facts = {"one": one.text, "other": other.text, "entry": other.entry, "share": f"{near:.2f}"}
        yield Finding(Kind.NEARER_ELSEWHERE, one.file, one.entry, "phrasings", facts)


def _only_frames(phrasings: Iterable[Phrasing], words: PackWords) -> list[Finding]:
    first: dict[tuple[str, str], Phrasing] = {}
    found = []
    for one in phrasings:
        other = first.setdefault((one.entry, words.core(one.text)), one)
        if other is not one:
            facts = {"one": one.text, "other": other.text}
            found.append(Finding(Kind.ONLY_FRAME, one.file, one.entry, "phrasings", facts))
    return found


def check_frames(phrasings: Iterable[Phrasing], *, words: PackWords) -> list[Finding]:
    """Openings and closings, listed or found as shared beginnings and ends, that stand in too many entries."""
    entries: defaultdict[str, set[str]] = defaultdict(set)
    for phrasing in phrasings:
        for frame in words.frames_of(phrasing.text) | _affixes(bare(phrasing.text)):
            entries[frame].add(phrasing.entry)
    return [
        Finding(Kind.FRAME_OVERUSED, field="phrasings", facts=_overuse(frame, owners))
        for frame, owners in sorted(entries.items())
        if len(owners) > MOST_ENTRIES_PER_FRAME
    ]


def _affixes(text: str) -> set[str]:
    return {text[:AFFIX], text[-AFFIX:]} if len(text) > AFFIX else set()


def _overuse(frame: str, entries: set[str]) -> dict[str, object]:
    return {
        "frame": frame,
        "count": len(entries),
        "most": MOST_ENTRIES_PER_FRAME,
        "entries": " ".join(sorted(entries)),
    }
