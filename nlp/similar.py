"""Says how alike two short questions are, and puts near-duplicates together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.normalise import normalise

SAME = 0.6
_NOT_A_WORD = re.compile(r"[^\w]+")
_FRAME = re.compile(
    r"^(?:请问一下|请问|我想问一下|我想问|想问一下|想问|问一下|麻烦问下|你好|您好|那个)+"
    r"|(?:怎么办理|怎么办|怎么弄|咋办|咋弄|在哪办|去哪办|谢谢|吗|呢|啊|呀|哦|伐|吧|的)+$"
)


@lru_cache(maxsize=10_000)
def grams(text: str) -> frozenset[str]:
    """The character pairs of a question without punctuation, greeting and closing words."""
    bare = _NOT_A_WORD.sub("", normalise(text))
    core = _FRAME.sub("", bare) or bare
    return frozenset(core[i : i + 2] for i in range(len(core) - 1)) or frozenset({core})


def _dice(left: frozenset[str], right: frozenset[str]) -> float:
    """The Dice coefficient of two sets, 0 to 1."""
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0


def similar(one: str, other: str) -> float:
    """How alike two questions are, from 0 to 1: Dice over character pairs, frames such as 请问 left out."""
    return _dice(grams(one), grams(other))


def near(texts: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Positions of the texts that ask the same as one of ``wanted``; work for a thread where both are many."""
    leaders = [grams(text) for text in wanted]
    return [number for number, text in enumerate(texts) if any(_dice(grams(text), one) >= SAME for one in leaders)]


@dataclass(slots=True)
class _Groups:
    """Groups under way: the grams of each group's first text, and where each gram occurs."""

    members: list[list[int]]
    leaders: list[frozenset[str]]
    where: defaultdict[str, list[int]]

    def nearest(self, wanted: frozenset[str]) -> int | None:
        """The group whose first text shares most with ``wanted``, if it shares enough."""
        shared = Counter(group for gram in wanted for group in self.where[gram])
        scored = [(_dice(wanted, self.leaders[group]), -group) for group, _ in shared.most_common(20)]
        best, group = max(scored, default=(0.0, 0))
        return -group if best >= SAME else None

    def add(self, number: int, wanted: frozenset[str]) -> None:
        """Put text ``number`` into its nearest group, or open one with it."""
        if (group := self.nearest(wanted)) is not None:
            self.members[group].append(number)
            return
        self.leaders.append(wanted)
        self.members.append([number])
        for gram in wanted:
            self.where[gram].append(len(self.leaders) - 1)


def group(texts: Sequence[str]) -> list[list[int]]:
    """Positions of near-duplicate texts together, largest group first, in order of first appearance."""
    groups = _Groups(members=[], leaders=[], where=defaultdict(list))
    for number, text in enumerate(texts):
        groups.add(number, grams(text))
    return sorted(groups.members, key=len, reverse=True)
