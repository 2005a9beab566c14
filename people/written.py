"""How buildings, homes and ages are written here (community/words/written.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import Invalid

Word = Annotated[str, Field(min_length=1)]
_folder = Path(__file__).parent.parent / "community"


class Written(BaseModel):
    """``building_endings`` and ``home_endings`` say nothing by themselves; ``between`` stands before a home's own
    label; ``age_from`` and ``age_between`` end a tag of ages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    building_endings: tuple[Word, ...]
    home_endings: tuple[Word, ...]
    between: tuple[Word, ...]
    age_from: tuple[Word, ...]
    age_between: tuple[Word, ...]


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the words."""
    global _folder
    _folder = community
    for remembered in (words, _before_home, _after_home, _from_age, _between_ages):
        remembered.cache_clear()
    words()


@lru_cache(maxsize=1)
def words() -> Written:
    """The words as the file has them; Invalid says what is wrong with it."""
    path = _folder / "words" / "written.toml"
    try:
        return Written.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise Invalid("packs.unreadable", file=path.name, why=str(error)) from error


def _any(of: Iterable[str]) -> str:
    """A pattern for any of these, the longest first; none at all never matches."""
    return "|".join(re.escape(one) for one in sorted(of, key=len, reverse=True)) or "(?!)"


@lru_cache(maxsize=1)
def _before_home() -> re.Pattern[str]:
    return re.compile(rf"^.*(?:{_any(words().between)})")


@lru_cache(maxsize=1)
def _after_home() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(words().home_endings)})$")


@lru_cache(maxsize=1)
def _from_age() -> re.Pattern[str]:
    return re.compile(rf"(\d{{1,3}})(?:\+|{_any(words().age_from)})")


@lru_cache(maxsize=1)
def _between_ages() -> re.Pattern[str]:
    return re.compile(rf"(\d{{1,3}})-(\d{{1,3}})(?:{_any(words().age_between)})?")


def building(text: str) -> str:
    """3号楼, 3幢 and 3 are the same building; ``text`` has no blanks."""
    for ending in words().building_endings:
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text


def labels(text: str) -> tuple[str, ...]:
    """What a home may be called in the list: 3号楼501室 and 3-501 are both 501; ``text`` has no blanks."""
    bare = _after_home().sub("", text)
    return tuple(dict.fromkeys(one for one in (text, bare, _before_home().sub("", bare)) if one))


def ages(tag: str) -> tuple[int, int | None] | None:
    """The ages of a tag: 80+ (also 80岁以上) has no end, 0-6 has; None for a tag of any other kind."""
    if found := _from_age().fullmatch(tag):
        return int(found[1]), None
    if found := _between_ages().fullmatch(tag):
        return int(found[1]), int(found[2])
    return None
