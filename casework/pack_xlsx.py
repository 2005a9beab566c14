"""Packs as an Excel workbook: one sheet for each category, one row for each entry, every cell plain text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from casework.pack_cells import COLUMNS, At, cells_of, columns_of, headings, looks_like_formula, packs_of
from casework.pack_files import MOST_ENTRIES, Pack, too_large
from models.errors import Invalid
from models.wording import say

LONGEST_CELL = 32_767
MOST_UNPACKED = 100_000_000
_BROKEN = (
    *(InvalidFileException, zipfile.BadZipFile, ParseError, OSError),
    *(LookupError, ValueError, TypeError, AttributeError),
)
"""What openpyxl raises for a workbook that is broken, or holds something it does not know."""
_WIDE = {"summary", "conditions", "steps", "phrasings", "variants", "note"}


def write_xlsx(packs: Iterable[Pack]) -> bytes:
    """The workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for pack in packs:
        sheet: Worksheet = book.create_sheet(_sheet_name(pack.slug, book.sheetnames))
        _fill(sheet, pack)
    if not book.worksheets:
        _header(book.create_sheet("packs"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(slug: str, taken: list[str]) -> str:
    """Excel allows 31 characters, each name once whatever its case; the slug itself stands in its column."""
    name, number = slug[:31], 2
    while name.lower() in {one.lower() for one in taken}:
        name, number = f"{slug[:27]}-{number}", number + 1
    return name


def _fill(sheet: Worksheet, pack: Pack) -> None:
    _header(sheet)
    for row, entry in enumerate(pack.entries, start=2):
        for column, text in enumerate(cells_of(entry, pack.slug), start=1):
            _put(sheet.cell(row, column), text, key=entry.id)


def _header(sheet: Worksheet) -> None:
    sheet.freeze_panes = "D2"
    for column, text in enumerate(headings(), start=1):
        cell = sheet.cell(1, column, text)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = 48 if COLUMNS[column - 1] in _WIDE else 20


def _put(cell: Cell | MergedCell, text: str, *, key: str) -> None:
    """Text as text: the type is set by hand, and the format keeps Excel from turning what is typed into a date."""
    if len(text) > LONGEST_CELL:
        raise Invalid("packs.too_long_for_xlsx", entry=key, most=LONGEST_CELL)
    if isinstance(cell, MergedCell):
        return
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = looks_like_formula(text)
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def read_xlsx(path: Path) -> list[Pack]:
    """The packs of a workbook; Invalid names sheet, row and column. Sheets without any text are passed over."""
    try:
        _check_size(path)
        book = load_workbook(path)
    except _BROKEN as error:
        raise Invalid("packs.unreadable", file=path.name, why=str(error)) from error
    try:
        return packs_of(row for sheet in book.worksheets for row in _rows(sheet, path.name))
    finally:
        book.close()


def _check_size(path: Path) -> None:
    """A small file may unpack to one that fills the memory."""
    too_large(path)
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Invalid(
                "packs.unreadable", file=path.name, why=say("pack_cells.large", most=MOST_UNPACKED // 1_000_000)
            )


def _rows(sheet: Worksheet, file: str) -> Iterator[tuple[Mapping[str, str], At]]:
    columns: list[str] = []
    if sheet.max_row > MOST_ENTRIES:
        raise At(file, sheet.title, sheet.max_row).refusal("?", say("pack_cells.far", most=MOST_ENTRIES))
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        at = At(file, sheet.title, number)
        if not columns:
            texts = [_text(cell, at, column="") for cell in cells]
            if any(text.strip() for text in texts):
                columns = columns_of(texts, at=at)
            continue
        row = {name: _text(cell, at, column=name) for name, cell in zip(columns, cells, strict=False)}
        if any(text.strip() for text in row.values()):
            yield {name: row.get(name, "") for name in columns}, at


def _text(cell: Cell | MergedCell, at: At, *, column: str) -> str:
    """What a cell shows as text; numbers and dates that Excel made of typed text become text again."""
    value = cell.value
    if isinstance(cell, MergedCell) and column:
        raise at.refusal(column, say("pack_cells.merged"))
    if isinstance(cell, Cell) and cell.data_type in {"f", "e"}:
        raise at.refusal(column, say("pack_cells.formula"))
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\r\n?", "\n", str(value))
