"""What a draft changes, line by line, in words that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from casework.publishing import FieldChange
from models.wording import knows, say


class Mark(StrEnum):
    """Whether a line stays, goes or comes."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """One line and what happens to it."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that changes: its name and its lines."""

    field: str
    lines: tuple[MarkedLine, ...]


def plain(change: FieldChange) -> FieldDifference:
    """A change as marked lines."""
    before, after = list(_lines(change.before)), list(_lines(change.after))
    return FieldDifference(change.field, tuple(_marked(before, after)))


def _lines(text: str) -> Iterable[str]:
    return (_in_words(line) for line in text.splitlines() if line != "unknown: False")


def _in_words(line: str) -> str:
    """Names and values of the stored form as people call them."""
    name, colon, value = line.partition(": ")
    if not colon:
        return _value(line)
    key = f"staff.key.{name}"
    return say("staff.key_value", name=say(key), value=_value(value)) if knows(key) else line


def _value(text: str) -> str:
    key = f"staff.value.{text}"
    return say(key) if text.isidentifier() and knows(key) else text


def _marked(before: list[str], after: list[str]) -> Iterator[MarkedLine]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (MarkedLine(Mark.SAME, text) for text in before[a:b])
            continue
        yield from (MarkedLine(Mark.GONE, text) for text in before[a:b])
        yield from (MarkedLine(Mark.NEW, text) for text in after[c:d])
