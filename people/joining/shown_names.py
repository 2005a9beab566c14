"""Whether a name can be taken: the one place where joining asks, until people.names is there."""

from __future__ import annotations

import unicodedata

from nlp.normalise import normalise
from people.loading.cells import clean

LONGEST_NAME, LONGEST_SHOWN = 20, 12
_OFFICIAL = ("居委", "物业", "官方", "民警", "派出所", "管理员", "书记", "业委", "街道", "社区", "客服", "系统")


def problem_of_name(name: str) -> str:
    """The key of what is wrong with a real name; '' for none."""
    text = clean(name)
    if not 1 < len(text) <= LONGEST_NAME or not any(unicodedata.category(one).startswith("L") for one in text):
        return "join.name_wrong"
    is_plain = all(unicodedata.category(one)[0] in "LM" or one in " ·•.'-" for one in text)
    return "" if is_plain else "join.name_wrong"


def problem_of_shown_name(name: str) -> str:
    """The key of what is wrong with a chosen name; '' for none."""
    text = clean(name)
    if not 0 < len(text) <= LONGEST_SHOWN or not text.isprintable():
        return "join.shown_name_wrong"
    plain = normalise(text).replace(" ", "")
    return "join.shown_name_official" if any(word in plain for word in _OFFICIAL) else ""
