"""A wish for a person that says nothing of what about (转人工, 有人吗): no question that an entry could answer."""

from __future__ import annotations

import re

from casework import guide
from nlp.intent import Intent, understand

_NOT_A_WORD = re.compile(r"[^\w]+")
SHORT = 8
"""Characters of a wish in words that no rule knows which hold nothing else."""


def is_bare_wish(text: str) -> bool:
    """Whether words only ask for a person."""
    heard = understand(text, words=guide.words())
    if heard.intent is not Intent.HAND_OVER:
        return False
    bare = _NOT_A_WORD.sub("", heard.normalised)
    is_whole = guide.words().intents[Intent.HAND_OVER.value].whole.fullmatch(bare) is not None
    return is_whole or (not heard.by_rule and len(bare) <= SHORT)


def matter_of(text: str) -> str:
    """What a question is about: its lines but those that only ask for a person; '' where nothing else was said."""
    return "\n".join(line for line in text.splitlines() if line.strip() and not is_bare_wish(line))
