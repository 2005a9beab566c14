"""Districts, subdistricts and neighbourhoods in a spreadsheet: its rows, and all that is wrong with each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as a_field
from functools import lru_cache
from pathlib import Path

from models.errors import Invalid
from models.place import Level
from models.wording import say
from people.loading import sheets
from people.loading.cells import clean
from people.staff import LONGEST, PHONE

COLUMNS = ("level", "slug", "name", "above", "address", "hours", "phone")
NEEDED = ("level", "slug", "name")
FACTS = ("name", "address", "hours", "phone")
MOST_ROWS, MOST_OF_SLUG = 5_000, 40
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class PlaceProblem:
    """What is wrong in a row, counted from 1 with the header; ``key`` names the sentence, ``facts`` fill its blanks."""

    row: int
    field: str
    key: str
    facts: Mapping[str, object] = a_field(default_factory=dict)

    @property
    def words(self) -> str:
        """The problem as people read it."""
        return say(f"places.problem.{self.key}", **self.facts)

    @property
    def column(self) -> str:
        """The column it stands in, as the template calls it."""
        return heading(self.field)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row that was understood; an empty fact says nothing."""

    row: int
    level: Level
    slug: str
    above: str
    facts: Mapping[str, str]


def read(path: Path, *, name: str = "") -> list[tuple[int, dict[str, str]]]:
    """Every row with its number, from the first sheet whose header names level, short name and name; Invalid where
    there is none, or too many rows."""
    found = sheets.rows_under(path, name=name or path.name, known=_names(), needed=NEEDED, most=MOST_ROWS)
    if found is None:
        raise Invalid("join.no_list", columns="、".join(heading(column) for column in NEEDED))
    return [(number, {column: clean(cell) for column, cell in cells.items()}) for number, cells in found]


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Every column by all that it may be called."""
    return {word: column for column in COLUMNS for word in say(f"places.column.{column}").split("|")}


def heading(column: str) -> str:
    """What a column is called in the template."""
    return say(f"places.column.{column}").split("|")[0]


def level_word(level: Level) -> str:
    """What a level is called."""
    return say(f"places.level.{level.value}").split("|")[0]


def look(number: int, cells: Mapping[str, str]) -> tuple[PlaceRow | None, list[PlaceProblem]]:
    """The row as understood, or everything that is wrong with it by itself."""
    given = {column: cells.get(column, "") for column in COLUMNS}
    level = next((one for one in Level if given["level"] in say(f"places.level.{one.value}").split("|")), None)
    problems = [PlaceProblem(number, *found) for found in _wrong(given, level)]
    if problems or level is None:
        return None, problems
    return PlaceRow(number, level, given["slug"], given["above"], {one: given[one] for one in FACTS if given[one]}), []


def _wrong(given: Mapping[str, str], level: Level | None) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for column in NEEDED:
        if not given[column]:
            yield column, "missing", {"column": heading(column)}
    if given["level"] and level is None:
        yield "level", "level", {"words": "、".join(level_word(one) for one in reversed(Level))}
    if given["slug"] and not _SLUG.fullmatch(given["slug"]):
        yield "slug", "slug", {"most": MOST_OF_SLUG}
    for column in FACTS:
        if given[column] and (key := _wrong_fact(column, given[column])):
            yield column, key, {"most": LONGEST[column]}


def _wrong_fact(column: str, text: str) -> str:
    if len(text) > LONGEST[column]:
        return "too_long"
    if not text.isprintable():
        return "unprintable"
    return "phone" if column == "phone" and not PHONE.fullmatch(text) else ""


def template() -> bytes:
    """A workbook with a line of examples for each level."""
    examples = [say(f"places.example.{level.value}").split("|") for level in reversed(Level)]
    return sheets.write_table(say("places.sheet"), [heading(column) for column in COLUMNS], examples)
