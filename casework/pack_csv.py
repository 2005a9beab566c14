"""Packs as one CSV file that Excel opens as it is: UTF-8 with a mark, one row for each entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from casework.pack_cells import COLUMNS, At, cells_of, columns_of, guarded, headings, packs_of, unguarded
from casework.pack_files import Pack, too_large
from models.errors import Invalid
from models.wording import say


def write_csv(packs: Iterable[Pack]) -> bytes:
    """The file: a header row, then every entry of every pack."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings())
    for pack in packs:
        for entry in pack.entries:
            writer.writerow(map(guarded, cells_of(entry, pack.slug)))
    return out.getvalue().encode("utf-8-sig")


def read_csv(path: Path) -> list[Pack]:
    """The packs of a CSV file in UTF-8, or in GB 18030 as Excel saves it; Invalid names row and column."""
    return packs_of(_rows(path))


def _rows(path: Path) -> Iterator[tuple[Mapping[str, str], At]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    columns: list[str] = []
    try:
        for number, row in enumerate(reader, start=1):
            at = At(path.name, "", number)
            if not columns:
                columns = columns_of(row, at=at)
            elif any(cell.strip() for cell in row):
                yield _cells(columns, row, at=at), at
    except csv.Error as error:
        raise Invalid("packs.unreadable", file=path.name, why=str(error)) from error
    if not columns:
        raise Invalid("packs.unreadable", file=path.name, why=say("pack_cells.empty"))


def _cells(columns: list[str], row: list[str], *, at: At) -> dict[str, str]:
    if len(row) < len(columns) or any(cell.strip() for cell in row[len(columns) :]):
        raise at.refusal(COLUMNS[-1], say("pack_cells.width", wanted=len(columns), found=len(row)))
    return {name: unguarded(_lined(cell)) for name, cell in zip(columns, row, strict=False)}


def _lined(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _text(path: Path) -> str:
    too_large(path)
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            problem = str(error)
    raise Invalid("packs.unreadable", file=path.name, why=problem)
