"""Spreadsheets as rows of text, read a row at a time: xlsx and CSV, and the template that is handed out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import Invalid
from models.home_file import RowKind
from models.wording import say

COLUMNS: Mapping[RowKind, tuple[str, ...]] = MappingProxyType(
    {
        RowKind.HOME: ("estate", "grid", "building", "home", "area"),
        RowKind.PERSON: (
            *("estate", "building", "home", "household", "name", "relation", "phone", "id_number", "since", "tags"),
        ),
    }
)
NEEDED: Mapping[RowKind, tuple[str, ...]] = MappingProxyType(
    {RowKind.HOME: ("estate", "building", "home"), RowKind.PERSON: ("estate", "building", "home", "name", "relation")}
)
MOST_ROWS = 200_000
MOST_LINES = 1_048_576
"""Rows of a sheet, empty ones too: Excel has no more. A file may number its second row two thousand million."""
MOST_UNPACKED_BYTES = 400 * 1024 * 1024
_BREAK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it stands in the file: ``number`` counts from 1 with the header, ``cells`` by the columns' names."""

    kind: RowKind
    sheet: str
    number: int
    cells: Mapping[str, str]


def read(path: Path, *, name: str = "") -> Iterator[SheetRow]:
    """The rows of an xlsx or CSV file that tell of homes or people; Invalid where it cannot be read at all."""
    return _rows(_sheets(path, name or path.name))


def _sheets(path: Path, name: str) -> Iterator[tuple[str, Iterator[list[str]]]]:
    readers = {".xlsx": _xlsx, ".csv": _csv}
    if (reader := readers.get(Path(name).suffix.lower())) is None:
        raise Invalid("homes.kind_of_file")
    if not path.stat().st_size:
        raise Invalid("homes.empty")
    return reader(path)


def tables(path: Path, *, name: str) -> Iterator[Iterator[list[str]]]:
    """The rows of every sheet as text, whatever they tell of; Invalid where the file cannot be read at all."""
    return (lines for _, lines in _sheets(path, name))


_LIST = ("building", "home", "name")


def read_list(path: Path, *, name: str, most: int) -> list[tuple[int, dict[str, str]]]:
    """A printed list of people: each row with its number and its cells, from the first sheet whose header names
    building, home and name; Invalid where there is none, or too many rows."""
    found = rows_under(path, name=name, known=_names(), needed=_LIST, most=most)
    if found is None:
        raise Invalid("join.no_list", columns="、".join(heading(column) for column in _LIST))
    return found


def rows_under(
    path: Path, *, name: str, known: Mapping[str, str], needed: Collection[str], most: int
) -> list[tuple[int, dict[str, str]]] | None:
    """Each row with its number and its cells by column, from the first sheet whose header names all that is needed by
    the words that are known; None where no sheet has one. Invalid where there are too many rows."""
    for lines in tables(path, name=name):
        filled = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cells))
        columns = _columns(next(filled, (0, []))[1], known)
        if set(needed) <= set(columns):
            rows = [(number, _cells(row, columns)) for number, row in islice(filled, most + 1)]
            if len(rows) > most:
                raise Invalid("homes.too_many_rows", most=most)
            return rows
    return None


def _columns(header: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands; of two by one name, the first."""
    named = [known.get(_BREAK.sub("", cell)) for cell in header]
    return {name: at for at, name in reversed(list(enumerate(named))) if name is not None}


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: row[at] if at < len(row) else "" for name, at in columns.items()}


def _rows(sheets: Iterable[tuple[str, Iterator[list[str]]]]) -> Iterator[SheetRow]:
    """Sheets of any other kind are passed over; none of ours is refused."""
    count, known = 0, False
    for title, lines in sheets:
        header: _Header | None = None
        for number, cells in enumerate(lines, start=1):
            if not any(cells):
                continue
            if header is None:
                if (header := _header(cells, sheet=title)) is None:
                    break
                known = True
                continue
            count += 1
            if count > MOST_ROWS:
                raise Invalid("homes.too_many_rows", most=MOST_ROWS)
            yield SheetRow(header.kind, title[:40], number, header.cells(cells))
    if not known:
        raise Invalid("homes.no_sheet")


@dataclass(frozen=True, slots=True)
class _Header:
    """Which column stands where in a sheet."""

    kind: RowKind
    places: Mapping[str, int]

    def cells(self, row: list[str]) -> dict[str, str]:
        """The row's cells by name."""
        return _cells(row, self.places)


def _header(cells: list[str], *, sheet: str) -> _Header | None:
    """The header in a sheet's first row; None where nothing in it is ours. A needed column that lacks is refused."""
    places = _columns(cells, _names())
    if not {"building", "home"} & set(places):
        return None
    kind = RowKind.PERSON if {"name", "relation"} & set(places) else RowKind.HOME
    for needed in NEEDED[kind]:
        if needed not in places:
            raise Invalid("homes.no_column", sheet=sheet or say("homes.csv"), column=heading(needed))
    return _Header(kind, {name: at for name, at in places.items() if name in COLUMNS[kind]})


def heading(column: str) -> str:
    """What a column is called in the template."""
    return say(f"homes.column.{column}").split("|")[0]


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Every column by all that it may be called."""
    columns = {column for kind in RowKind for column in COLUMNS[kind]}
    called = {column: say(f"homes.column.{column}").split("|") for column in columns}
    return {word: column for column, words in called.items() for word in (*words, column)}


def _xlsx(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    with path.open("rb") as file:
        book = _opened(file)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # What a file says of its own size is often wrong.
                yield sheet.title, _texts(sheet.iter_rows(values_only=True))
        finally:
            book.close()


def _opened(file: IO[bytes]) -> Workbook:
    """The workbook, read a row at a time; one that would unpack to more than a disk should bear is refused."""
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise Invalid("homes.too_large")
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, OSError) as error:
        raise Invalid("homes.unreadable") from error


def _texts(rows: Iterator[tuple[object, ...]]) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(rows):
            if number == MOST_LINES:
                raise Invalid("homes.too_many_rows", most=MOST_ROWS)
            yield [_text(value) for value in row]
    except (ParseError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise Invalid("homes.unreadable") from error


def _text(value: object) -> str:
    """What a cell shows as text; numbers and dates that Excel made of typed text become text again."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """UTF-8, or GB 18030 as Excel saves it."""
    yield "", _csv_lines(path, _encoding(path))


def _csv_lines(path: Path, encoding: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        try:
            for row in csv.reader(file):
                yield [cell.strip().removeprefix("'") for cell in row]
        except (csv.Error, UnicodeDecodeError) as error:
            raise Invalid("homes.unreadable") from error


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise Invalid("homes.unreadable")


def template() -> bytes:
    """An empty workbook with both sheets, a line of examples in each, and every cell plain text."""
    return write({kind: [_example(kind)] for kind in RowKind})


def _example(kind: RowKind) -> list[str]:
    return [say(f"homes.example.{column}") for column in COLUMNS[kind]]


def write(rows: Mapping[RowKind, Iterable[list[str]]]) -> bytes:
    """A workbook with a sheet for each kind, written row by row."""
    book = Workbook(write_only=True)
    for kind, lines in rows.items():
        columns = [heading(column) for column in COLUMNS[kind]]
        _fill(book, say(f"homes.sheet.{kind.value}"), columns=columns, rows=lines)
    return _saved(book)


def write_table(title: str, columns: Sequence[str], rows: Iterable[list[str]]) -> bytes:
    """A workbook with one sheet, its header bold, every cell plain text."""
    book = Workbook(write_only=True)
    _fill(book, title, columns=columns, rows=rows)
    return _saved(book)


def _fill(book: Workbook, title: str, *, columns: Sequence[str], rows: Iterable[list[str]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at in range(len(columns)):
        column = sheet.column_dimensions["ABCDEFGHIJ"[at]]
        column.width, column.number_format = 20, "@"
    sheet.append([_bold(sheet, column) for column in columns])
    for line in rows:
        sheet.append(line)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: object, text: str) -> object:
    cell = WriteOnlyCell(sheet, value=text)  # type: ignore[arg-type]
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    return cell
