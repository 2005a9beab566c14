"""The words that no shown name may have, and the characters that look alike (community/words/names.toml)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import Invalid
from nlp.normalise import normalise

_folder = Path(__file__).parent.parent / "community"
_LETTERS = str.maketrans("0134578l@$!", "oieastbias i".replace(" ", ""))


class NameWords(BaseModel):
    """``anywhere`` in a name, in its ``letters``, as the ``whole`` of it; ``harmless`` ones are let be; ``adverts`` are
    patterns; ``same``: characters that look like another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    anywhere: tuple[str, ...]
    letters: tuple[str, ...]
    whole: tuple[str, ...]
    harmless: tuple[str, ...]
    adverts: tuple[str, ...]
    same: dict[str, str]


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the words."""
    global _folder
    _folder = community
    words.cache_clear()
    words()


@lru_cache(maxsize=1)
def words() -> NameWords:
    """The words as the file has them; Invalid says what is wrong with it."""
    path = _folder / "words" / "names.toml"
    try:
        found = NameWords.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        re.compile("|".join(found.adverts))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, re.error) as error:
        raise Invalid("packs.unreadable", file=path.name, why=str(error)) from error
    _looks.cache_clear()
    return found


@lru_cache(maxsize=1)
def _looks() -> dict[int, str]:
    return {ord(other): plain for plain, others in words().same.items() for other in others}


def alike(text: str) -> str:
    """The text in one script, case and width, every character as the one it looks like, nothing but letters and
    digits: what is read by a hurried eye."""
    seen = normalise(text.translate(_looks())).translate(_looks())
    return "".join(one for one in seen if one.isalnum())


def letters_of(text: str) -> str:
    """The Latin letters of what ``alike`` gives, with digits read as the letters they stand for."""
    read = text.translate(_LETTERS)
    return "".join(one for one in read if "a" <= one <= "z")
