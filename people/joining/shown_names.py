"""Whether a name can be taken: the one place where joining asks."""

from __future__ import annotations

import unicodedata

from people.loading.cells import clean
from people.names import problem_of

LONGEST_NAME = 20


def problem_of_name(name: str) -> str:
    """The key of what is wrong with a real name; '' for none."""
    text = clean(name)
    if not 1 < len(text) <= LONGEST_NAME or not any(unicodedata.category(one).startswith("L") for one in text):
        return "join.name_wrong"
    is_plain = all(unicodedata.category(one)[0] in "LM" or one in " ·•.'-" for one in text)
    return "" if is_plain else "join.name_wrong"


def problem_of_shown_name(name: str) -> str:
    """The key of what is wrong with a chosen name; '' for none, and for one that nobody chose."""
    return problem_of(name) if name.strip() else ""
