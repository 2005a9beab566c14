"""Whether names can be taken as typed in a request: the real one by its shape, the chosen one by ``people.names``."""

from __future__ import annotations

import unicodedata

from people import names
from people.loading.cells import clean

LONGEST_NAME = 20


def problem_of_name(name: str) -> str:
    """The key of what is wrong with a real name; '' for none."""
    text = clean(name)
    if not 1 < len(text) <= LONGEST_NAME or not any(unicodedata.category(one).startswith("L") for one in text):
        return "join.name_wrong"
    is_plain = all(unicodedata.category(one)[0] in "LM" or one in " ·•.'-" for one in text)
    return "" if is_plain else "join.name_wrong"


def problem_of_shown_name(name: str) -> str:
    """The key of what is wrong with a chosen name; '' where none was chosen, or for none."""
    return names.problem_of(name) if clean(name) else ""
