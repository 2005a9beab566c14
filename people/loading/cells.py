"""One row of a spreadsheet looked at by itself: what it says, and everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as a_field
from functools import lru_cache

from models import clock
from models.home_file import RowKind
from models.household import Relation
from models.wording import say
from people import ages
from people.areas import area_of
from people.loading.sheets import NEEDED, SheetRow, heading
from people.personal import Numbers, WrongNumber, id_number_of, phone_of, sealed

LONGEST: Mapping[str, int] = {"estate": 40, "grid": 40, "building": 30, "home": 30, "household": 30, "name": 40}
LONGEST_TAG, MOST_TAGS = 20, 20
_SPLIT = re.compile(r"[、,，;；\s]+")
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a column; ``key`` names the sentence, ``facts`` fill its blanks and hold nothing personal."""

    field: str
    key: str
    facts: Mapping[str, object] = a_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was understood, its numbers sealed."""

    row: SheetRow
    texts: Mapping[str, str]
    relation: Relation | None
    since: dt.date | None
    numbers: Numbers
    tags: tuple[str, ...]
    area: int | None = None

    @property
    def identity(self) -> str:
        """The same for two rows of the same person: the identity number, or else home and name."""
        if self.row.kind is RowKind.HOME:
            return ""
        at = "|".join(self.texts[name] for name in ("estate", "building", "home", "name"))
        return self.numbers.id_number_hash or f"n|{at}"


def natural(text: str) -> str:
    """A key that sorts 2 before 10: every number in it is padded to eight digits."""
    return _DIGITS.sub(lambda found: found[0][-8:].zfill(8), text)[:90]


def clean(text: str) -> str:
    """Full-width signs as ordinary ones, nothing invisible, one space where there were several."""
    if text.isascii() and text.isprintable():  # Numbers and days, which are most cells.
        return _SPACE.sub(" ", text).strip()
    return _cleaned(text)


@lru_cache(maxsize=4_096)
def _cleaned(text: str) -> str:
    """The same of any text; a column says the same few words again and again."""
    plain = unicodedata.normalize("NFKC", text)
    return _SPACE.sub(
        " ", "".join(one for one in plain if unicodedata.category(one)[0] != "C" or one.isspace())
    ).strip()


def look(row: SheetRow) -> tuple[Line | None, list[Problem]]:
    """The row as understood, or everything that is wrong with it. Sealing is the slow part: off the event loop."""
    given = {name: clean(cell) for name, cell in row.cells.items()}
    problems = [*_missing(row.kind, given), *_too_long(given)]
    relation, since = _relation(given.get("relation", "")), _day(given.get("since", ""))
    numbers: dict[str, str] = {}
    for name, read in (("phone", phone_of), ("id_number", id_number_of)):
        try:
            numbers[name] = read(given.get(name, ""))
        except WrongNumber as wrong:
            problems.append(Problem(name, wrong.key))
    if relation is None and given.get("relation"):
        problems.append(Problem("relation", "relation", {"words": _relation_words()}))
    if since is None and given.get("since"):
        problems.append(Problem("since", "since"))
    area = area_of(given["area"]) if given.get("area") else None
    if area is None and given.get("area"):
        problems.append(Problem("area", "area"))
    tags = tuple(sorted({tag for tag in _SPLIT.split(given.get("tags", "")) if tag}))
    problems += _wrong_tags(tags)
    if problems:
        return None, problems
    return Line(row, given, relation, since, sealed(numbers["phone"], numbers["id_number"]), tags, area), []


def _missing(kind: RowKind, given: Mapping[str, str]) -> Iterator[Problem]:
    return (Problem(name, "missing", {"column": heading(name)}) for name in NEEDED[kind] if not given[name])


def _too_long(given: Mapping[str, str]) -> Iterator[Problem]:
    for name, most in LONGEST.items():
        if len(given.get(name, "")) > most:
            yield Problem(name, "too_long", {"most": most})


def _wrong_tags(tags: tuple[str, ...]) -> list[Problem]:
    if len(tags) > MOST_TAGS:
        return [Problem("tags", "too_many_tags", {"most": MOST_TAGS})]
    if any(len(tag) > LONGEST_TAG for tag in tags):
        return [Problem("tags", "tag_too_long", {"most": LONGEST_TAG})]
    return [Problem("tags", "age_tag") for tag in tags if ages.span_of(tag)][:1]


@lru_cache(maxsize=256)
def _relation(text: str) -> Relation | None:
    return next((one for one in Relation if text in say(f"homes.relation.{one.value}").split("|")), None)


def _relation_words() -> str:
    return "、".join(say(f"homes.relation.{one.value}").split("|")[0] for one in Relation)


def _day(text: str) -> dt.date | None:
    """A day that has been, written 2020-03-01, 2020/3/1, 20200301 or 2020年3月1日."""
    found = _DAY.fullmatch(text)
    try:
        day = dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and day.year >= 1900 and day <= clock.today() else None
