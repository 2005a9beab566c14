"""The dialogue's own word lists (`community/words/dialogue.toml`): ratings, 'none of these', what is asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from nlp.patterns import Rule, compile_all

_community = Path(__file__).parent.parent / "community"
_NOT_A_WORD = re.compile(r"[^\w]+")
_KEYS = {"whole", "patterns", "unless"}


def use_folder(community: Path) -> None:
    """Choose the community folder, once at start."""
    global _community
    _community = community
    _rules.cache_clear()


@lru_cache(maxsize=1)
def _rules() -> Mapping[str, Rule]:
    path = _community / "words" / "dialogue.toml"
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, section in sections.items():
        if unknown := set(section) - _KEYS:
            raise ValueError(f"{path}: {name}: unknown {sorted(unknown)}")
    return {name: _rule(section) for name, section in sections.items()}


def _rule(section: Mapping[str, list[str]]) -> Rule:
    whole, patterns, unless = (compile_all(section.get(name, []), {}) for name in ("whole", "patterns", "unless"))
    return Rule(whole=whole, inside=patterns, unless=unless)


def says(name: str, normalised: str) -> bool:
    """Whether a normalised message says what the section ``name`` of the word file lists."""
    return _rules()[name].find(normalised, _NOT_A_WORD.sub("", normalised)) is not None


def first_said(names: tuple[str, ...], normalised: str) -> str:
    """The first of several sections that a message says, or ''."""
    return next((name for name in names if says(name, normalised)), "")
