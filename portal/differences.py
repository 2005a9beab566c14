"""What a draft changes, line by line, in words that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from casework.changes import FieldChange
from models.wording import knows, say

ALIKE = 0.5
"""From this likeness on two lines are shown as one that changed."""


_UNSAID = ("unknown: False", "ends: False")
"""What goes without saying."""


class Mark(StrEnum):
    """Whether a line stays, goes or comes."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line; ``is_changed`` where it differs from the line that it replaces or that replaces it."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line and what happens to it."""

    mark: Mark
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that changes: its name and its lines."""

    field: str
    lines: tuple[MarkedLine, ...]


def plain(change: FieldChange) -> FieldDifference:
    """A change as marked lines."""
    before, after = list(_lines(change.before)), list(_lines(change.after))
    return FieldDifference(change.field, tuple(_marked(before, after)))


_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?")


def between(before: str, after: str) -> tuple[MarkedLine, ...]:
    """What one text says and another does not, sentence by sentence, as people wrote them."""
    return tuple(_marked(_sentences(before), _sentences(after)))


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.findall(text) if one.strip()]


def _lines(text: str) -> Iterable[str]:
    return (_in_words(line) for line in text.splitlines() if line not in _UNSAID)


def _in_words(line: str) -> str:
    """Names and values of the stored form as people call them."""
    name, colon, value = line.partition(": ")
    if not colon:
        return _value(line)
    key = f"staff.key.{name}"
    return say("staff.key_value", name=say(key), value=_in_words(value)) if knows(key) else line


def _value(text: str) -> str:
    key = f"staff.value.{text}"
    return say(key) if text.isidentifier() and knows(key) else text


def _marked(before: list[str], after: list[str]) -> Iterator[MarkedLine]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (_whole(Mark.SAME, text) for text in before[a:b])
        elif b - a == d - c:
            for old, new in zip(before[a:b], after[c:d], strict=True):
                yield from _replaced(old, new)
        else:
            yield from (_whole(Mark.GONE, text) for text in before[a:b])
            yield from (_whole(Mark.NEW, text) for text in after[c:d])


def _whole(mark: Mark, text: str) -> MarkedLine:
    return MarkedLine(mark, (Part(text, is_changed=False),))


def _replaced(old: str, new: str) -> Iterator[MarkedLine]:
    """One line in place of another: what they share stays plain, unless they share too little to be read so."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        yield from (_whole(Mark.GONE, old), _whole(Mark.NEW, new))
        return
    gone, came = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        gone.append(Part(old[a:b], is_changed=kind != "equal"))
        came.append(Part(new[c:d], is_changed=kind != "equal"))
    yield MarkedLine(Mark.GONE, tuple(part for part in gone if part.text))
    yield MarkedLine(Mark.NEW, tuple(part for part in came if part.text))
