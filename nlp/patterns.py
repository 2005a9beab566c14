"""The small pattern language of the word files: `{group}` stands for any word of a group, `…` for a short gap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_GROUP = re.compile(r"\{([a-z_]+)\}")
_NEVER = re.compile(r"(?!)")
_GAP = r"[^。!?]{0,8}?"


class PatternInvalid(ValueError):
    """A pattern that names an unknown group or is not a regular expression."""


def expand(pattern: str, groups: Mapping[str, Iterable[str]]) -> str:
    """Turn one pattern into a regular expression."""

    def group(found: re.Match[str]) -> str:
        if found[1] not in groups:
            raise PatternInvalid(f"unknown group {{{found[1]}}} in {pattern!r}")
        return "(?:" + "|".join(sorted(groups[found[1]], key=len, reverse=True)) + ")"

    return _GROUP.sub(group, pattern).replace("…", _GAP)


def compile_all(patterns: Iterable[str], groups: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """One regular expression that finds any of the patterns; none at all never matches."""
    sources = [_checked(pattern, groups) for pattern in patterns]
    return re.compile("|".join(f"(?:{source})" for source in sources)) if sources else _NEVER


def _checked(pattern: str, groups: Mapping[str, Iterable[str]]) -> str:
    """The expanded pattern, once it is known to be a regular expression."""
    source = expand(pattern, groups)
    try:
        re.compile(source)
    except re.error as error:
        raise PatternInvalid(f"not a pattern: {error} in {pattern!r}") from error
    return source


@dataclass(frozen=True, slots=True)
class Rule:
    """What betrays one meaning: whole messages, patterns inside a message, and what speaks against it."""

    whole: re.Pattern[str]
    inside: re.Pattern[str]
    unless: re.Pattern[str]

    def find(self, text: str, bare: str) -> str | None:
        """The words that matched in the normalised ``text`` (``bare``: without punctuation), or None."""
        if found := self.whole.fullmatch(bare):
            return found[0]
        if self.unless.search(text):
            return None
        found = self.inside.search(text)
        return found[0] if found else None
