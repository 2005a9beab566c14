"""Brings every message to one written form, so that width, script and invisible characters never decide a match."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_SPACES = re.compile(r"\s+")
_KEPT_CONTROLS = "\n\t"
_MOST_GROWTH = 4
"""A text may become this many times longer; one ligature of Arabic becomes eighteen characters, and a page of them
would keep everybody else waiting."""


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    """The Traditional to Simplified converter; opening it takes about 10 ms, once."""
    return OpenCC("t2s")


def _is_invisible(character: str) -> bool:
    """Whether the character is a control, a zero-width mark, a surrogate or for private use."""
    return unicodedata.category(character)[0] == "C"


def visible(text: str) -> str:
    """The text without what is invisible; mostly there is nothing of it, which Python sees at a glance."""
    if text.isprintable():
        return text
    return "".join(character for character in text if not _is_invisible(character))


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Fold width (NFKC), case, Traditional script (OpenCC t2s), invisible characters and runs of spaces."""
    folded = unicodedata.normalize("NFKC", text)[: _MOST_GROWTH * len(text)].lower()
    spaced = _SPACES.sub(" ", folded)
    return _simplifier().convert(visible(spaced)).strip()


def clean_input(text: str) -> str:
    """What may be stored of a message: everything but NUL, other controls and broken surrogates."""
    if text.isprintable():
        return text.strip()
    kept = (c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()
