"""Cases as rows of a CSV file: the columns by the names they go by, and what is wrong with a cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.cases.kinds import Kind
from casework.cases.recognising import ranked, sure
from casework.cases.reporting import Facts
from casework.pack_cells import guarded, unguarded
from models import clock
from models.clock import SHANGHAI
from models.errors import Invalid
from models.rules import rules
from models.wording import say
from nlp.normalise import clean_input

WRITTEN = ("number", "system", "outside", "reported_at", "kind", "state", "where", "text", "due_at", "closed_at")
"""The columns of a file that is given out: nobody's name and nobody's number."""
NEEDED = ("outside", "reported_at", "text")
READ = ("system", *NEEDED, "kind", "where", "name", "phone")
HOTLINE = "12345"
BAR, _BARS = "｜", 5
MOST_ROWS, MOST_BYTES = 500, 2_000_000
_LONGEST = {"system": 20, "outside": 50, "where": 200, "name": 60, "phone": 60}
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, in words; ``row`` counts from 1 with the header."""

    row: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class SheetCase:
    """A case of a file: what is known of it, when it came in there, and under which number."""

    row: int
    facts: Facts
    at: dt.datetime

    @property
    def outside(self) -> str:
        """The system and its number, as a case keeps them."""
        return self.facts.outside or ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds, and every problem in it."""

    cases: tuple[SheetCase, ...]
    problems: tuple[Problem, ...]


def write(rows: Iterable[Mapping[str, str]], *, mark: str) -> bytes:
    """The file: UTF-8 with a byte order mark, no cell of which a spreadsheet takes for a formula; on top and below it
    says whose it is (``mark``)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(mark)])
    writer.writerow(say(f"exchange.column.{name}").split("|")[0] for name in WRITTEN)
    writer.writerows([guarded(row[name]) for name in WRITTEN] for row in rows)
    writer.writerow([guarded(mark)])
    return out.getvalue().encode("utf-8-sig")


def local_text(at: dt.datetime | None) -> str:
    """A moment as the file has it, in local time."""
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}" if at else ""


def read(content: bytes, *, kinds: Mapping[str, Kind]) -> Sheet:
    """What a file in UTF-8 or GB 18030 holds; Invalid when it is no such file at all."""
    rows = _rows(_text(content))
    names = _columns(next(rows, (0, []))[1])
    reading = _Reading(kinds)
    for count, (number, row) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Invalid("exchange.too_many", most=MOST_ROWS)
        cells = {name: unguarded(cell.strip()) for name, cell in zip(names, row, strict=False) if name}
        if any(cells.values()):
            reading.take(number, cells)
    return Sheet(tuple(reading.cases), tuple(reading.problems))


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Invalid("exchange.too_large")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("exchange.unreadable")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number, but those in which a file of ours says whose it is: one cell with bars in it."""
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if not any(row[1:]) and row[:1] and row[0].count(BAR) >= _BARS:
                continue
            yield number, row
    except csv.Error as error:
        raise Invalid("exchange.unreadable") from error


def _columns(header: Sequence[str]) -> list[str]:
    """The column each cell of the header names; '' for one that nobody reads."""
    known = {word: name for name in READ for word in say(f"exchange.column.{name}").split("|")}
    names = [known.get(cell.strip(), "") for cell in header]
    for name in READ:
        if names.count(name) > 1 or (name in NEEDED and name not in names):
            raise Invalid("exchange.column", column=_word(name))
    return names


def _word(name: str) -> str:
    return say(f"exchange.column.{name}").split("|")[0]


class _Reading:
    """Takes row after row, and keeps what it holds and what is wrong with it."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        spoken = {word: kind for kind in kinds.values() for word in kind.spoken}
        self.named = spoken | {word: kind for kind in kinds.values() for word in (kind.id, kind.name)}
        self.cases: list[SheetCase] = []
        self.problems: list[Problem] = []
        self.seen: dict[str, int] = {}

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """One row: a case, or its problems."""
        before = len(self.problems)

        def wrong(column: str, key: str, **facts: object) -> None:
            self.problems.append(Problem(row, _word(column), say(f"exchange.problem.{key}", **facts)))

        cell = {name: clean_input(cells.get(name, "")) for name in READ}
        _too_long(cell, wrong)
        outside = self._outside(row, cell, wrong)
        at = _moment(cell["reported_at"], wrong)
        if not cell["text"]:
            wrong("text", "missing")
        kind = self._kind(cell, wrong)
        if len(self.problems) == before and at is not None and kind is not None:
            self.cases.append(SheetCase(row, _facts(cell, kind, outside), at))

    def _outside(self, row: int, cell: Mapping[str, str], wrong: Callable[..., None]) -> str:
        system = cell["system"] or HOTLINE
        if ":" in system:
            wrong("system", "colon")
        if not cell["outside"]:
            wrong("outside", "missing")
            return ""
        if _ROUNDED.fullmatch(cell["outside"]):
            wrong("outside", "rounded")
        outside = f"{system}:{cell['outside']}"
        if self.seen.setdefault(outside, row) != row:
            wrong("outside", "twice", row=self.seen[outside])
        return outside

    def _kind(self, cell: Mapping[str, str], wrong: Callable[..., None]) -> Kind | None:
        """The kind that is named, or what the words mean where that is sure."""
        found = self.named.get(cell["kind"]) or sure(ranked(f"{cell['kind']} {cell['text']}", self.kinds.values()))
        if found is None:
            wrong("kind", "unknown" if cell["kind"] else "not_sure")
        return found


def _too_long(cell: Mapping[str, str], wrong: Callable[..., None]) -> None:
    for name, most in {**_LONGEST, "text": rules().max_message_chars}.items():
        if len(cell[name]) > most:
            wrong(name, "too_long", most=most)


def _moment(text: str, wrong: Callable[..., None]) -> dt.datetime | None:
    """A local time that has passed."""
    found = _MOMENT.fullmatch(text)
    try:
        at = dt.datetime(*(int(part or 0) for part in found.groups()), tzinfo=SHANGHAI) if found else None  # pyright: ignore[reportArgumentType]
    except ValueError:
        at = None
    if at is None:
        wrong("reported_at", "moment")
    elif at > clock.now():
        wrong("reported_at", "future")
    elif at.year < 2000:
        wrong("reported_at", "moment")
    return at.astimezone(dt.UTC) if at is not None else None


def _facts(cell: Mapping[str, str], kind: Kind, outside: str) -> Facts:
    return Facts(
        kind.id,
        cell["text"],
        who=cell["name"],
        when=cell["reported_at"],
        where=cell["where"],
        name=cell["name"],
        phone=cell["phone"],
        outside=outside,
    )
