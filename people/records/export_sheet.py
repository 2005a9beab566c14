"""The file of an exported list: on top, below and on every printed page it says whose it is; no formula in it runs."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font

_FORMULA = tuple("=+-@")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
LONGEST_CELL = 30_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a file: its watermark, its heading, its rows."""

    title: str
    watermark: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]


def harmless(text: str) -> str:
    """A cell such that no spreadsheet runs it, now or after it was saved as CSV: an apostrophe before what could be a
    formula, wherever blanks or invisible signs stand before it."""
    shown = _UNPRINTABLE.sub("", text)[:LONGEST_CELL]
    bare = unicodedata.normalize("NFKC", shown).lstrip()
    bare = "".join(one for one in bare[:8] if unicodedata.category(one)[0] != "C")
    return f"'{shown}" if bare.startswith(_FORMULA) or shown[:1] in ("\t", "\r", "\n") else shown


def file_name(*parts: str) -> str:
    """Parts as a file's name, without anything a file system or a header could trip over."""
    return "-".join(_NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", part)) for part in parts)[:120]


def write(sheet: Sheet) -> bytes:
    """The workbook, row by row; every cell is text."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A3"
    for at in range(len(sheet.heading)):
        page.column_dimensions["ABCDEFGHIJ"[at]].width = 20
    page.oddHeader.center.text = page.oddFooter.center.text = sheet.watermark.replace("&", "＆")[:200]
    page.append([_cell(page, sheet.watermark, is_bold=True)])
    page.append([_cell(page, one, is_bold=True) for one in sheet.heading])
    for row in sheet.rows:
        page.append([_cell(page, one) for one in row])
    page.append([_cell(page, sheet.watermark, is_bold=True)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: object, text: str, *, is_bold: bool = False) -> Cell:
    cell = WriteOnlyCell(page, value=harmless(text))  # type: ignore[arg-type]
    cell.data_type, cell.number_format = "s", "@"
    if is_bold:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=False)
    return cell
