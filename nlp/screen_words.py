"""Loads the lists of words that posts are screened for (``community/words/screen``), and what all of them share."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp.readings import Looks
from nlp.screen import Action, Common, WordList
from nlp.words import WordsInvalid


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _CommonFile(_Shape):
    warnings: tuple[str, ...]
    reached: tuple[str, ...]
    same: dict[str, str]
    parts: dict[str, str]


class _ListFile(_Shape):
    action: Action
    words: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    warned: bool = False


def _table(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordsInvalid(f"{path.name}: {error}") from error


def _must_compile(name: str, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise WordsInvalid(f"{name}: {error} in {pattern!r}") from error


def load_common(folder: Path) -> Common:
    """What all lists share, from ``screen.toml``, and the look-alikes that names are judged by, from ``names.toml``."""
    path = folder / "screen.toml"
    try:
        told = _CommonFile.model_validate(_table(path))
    except ValidationError as error:
        raise WordsInvalid(f"{path.name}: {error.errors()[0]['loc']}") from error
    _must_compile(path.name, told.reached)
    names = _table(folder / "names.toml").get("same")
    drawn = {**(names if isinstance(names, dict) else {}), **told.same}
    same = {other: plain for plain, others in drawn.items() for other in str(others)}
    return Common(Looks(same=same, parts=told.parts), told.warnings, told.reached)


def load_lists(folder: Path) -> tuple[WordList, ...]:
    """Every list in ``screen/``, by name; WordsInvalid names the file and what is wrong with it."""
    return tuple(_list(path) for path in sorted((folder / "screen").glob("*.toml")))


def _list(path: Path) -> WordList:
    try:
        told = _ListFile.model_validate(_table(path))
    except ValidationError as error:
        raise WordsInvalid(f"{path.name}: {error.errors()[0]['loc']}") from error
    _must_compile(path.name, told.patterns)
    return WordList(path.stem, told.action, told.words, told.sounds, told.patterns, told.harmless, told.warned)
