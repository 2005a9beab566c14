"""Words that mean the same where neighbours search: staff's list, and the forms that are rewritten everywhere else.

They are applied to what is asked and not to what is kept, so that a changed list is in force at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from nlp.normalise import normalise
from nlp.words import Words, WordsInvalid

FILE = "synonyms.toml"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: list[list[str]]
    weak: list[str]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For each known form all forms of its group, itself first; ``weak`` words say little on a board."""

    of: dict[str, tuple[str, ...]]
    weak: frozenset[str]
    finder: re.Pattern[str]

    def pieces(self, normalised: str) -> Iterator[tuple[str, bool]]:
        """A normalised text in its order, cut around the forms that are known (the longest first): each piece, and
        whether it is one."""
        end = 0
        for found in self.finder.finditer(normalised):
            yield normalised[end : found.start()], False
            yield found[0], True
            end = found.end()
        yield normalised[end:], False


def load_synonyms(folder: Path, *, words: Words) -> Synonyms:
    """Read the list of a folder of word files, which need not have one; WordsInvalid says what is wrong with it."""
    path = folder / FILE
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        file = _File(groups=[], weak=[])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise WordsInvalid(f"{path}: {error}") from error
    groups = [[normalise(one) for one in group] for group in file.groups]
    of = _joined([*groups, *_rewritten(words)])
    forms = sorted((one for one in of if len(one) > 1), key=len, reverse=True)
    finder = re.compile("|".join(map(re.escape, forms)) or r"(?!)")
    return Synonyms(of=of, weak=frozenset(map(normalise, file.weak)), finder=finder)


def _rewritten(words: Words) -> Iterator[list[str]]:
    """What is rewritten to one standard form, with that form; not what only asks or fills."""
    groups: dict[str, list[str]] = {}
    for form, standard in words.rewrites.table.items():
        if standard not in words.function_words and len(form) > 1 and len(standard) > 1:
            groups.setdefault(standard, [standard]).append(form)
    yield from groups.values()


def _joined(groups: Iterable[list[str]]) -> dict[str, tuple[str, ...]]:
    """A form that stands in two groups has the others of both."""
    others: dict[str, dict[str, None]] = {}
    for group in groups:
        for form in group:
            others.setdefault(form, {form: None}).update(dict.fromkeys(group))
    return {form: tuple(found) for form, found in others.items()}
