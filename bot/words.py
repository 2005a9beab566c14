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


def _rule_for(name: str) -> Rule:
    """A section's rule; a folder of one's own, older than the section, says nothing by it."""
    return _rules().get(name) or _rule({})


def _rule(section: Mapping[str, list[str]]) -> Rule:
    whole, patterns, unless = (compile_all(section.get(name, []), {}) for name in ("whole", "patterns", "unless"))
    return Rule(whole=whole, inside=patterns, unless=unless)


def says(name: str, normalised: str) -> bool:
    """Whether a normalised message says what the section ``name`` of the word file lists."""
    return _rule_for(name).find(normalised, _bare(normalised)) is not None


@lru_cache(maxsize=16)
def _bare(normalised: str) -> str:
    """Without marks; one message is asked of many sections in turn."""
    return _NOT_A_WORD.sub("", normalised)


def parts_said(name: str, normalised: str) -> list[str]:
    """Every part of a normalised message that the patterns of the section ``name`` find, in order."""
    return [found[0] for found in _rule_for(name).inside.finditer(normalised)]


def part_said(name: str, text: str) -> str:
    """What a whole message leaves in the brackets of a pattern of the section, as it was typed; '' where none fits."""
    found = _rule_for(name).whole.fullmatch(text)
    return next((part for part in found.groups() if part), "") if found else ""


def first_said(names: tuple[str, ...], normalised: str) -> str:
    """The first of several sections that a message says, or ''."""
    return next((name for name in names if says(name, normalised)), "")
