"""The rows of a file handed in: looked at some at a time, and kept, sealed, until they are taken over or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from models.transaction import execute_many, transaction
from people.loading.cells import Line, Problem, look, natural
from people.loading.sheets import SheetRow

BATCH = 1_000

_ROW_COLUMNS = (
    *("file_id", "kind", "line", "sheet", "number", "estate", "grid", "building", "building_sort", "home", "home_sort"),
    *("household", "name", "relation", "since", "phone_sealed", "phone_hash", "id_number_sealed", "id_number_hash"),
    *("born", "identity", "area"),
)
_ROW = (
    f"INSERT INTO home_file_row ({', '.join(_ROW_COLUMNS)})"
    f" VALUES ({', '.join(f'${at}' for at in range(1, len(_ROW_COLUMNS) + 1))})"
)
_TAG = "INSERT INTO home_file_tag (file_id, line, name) VALUES ($1,$2,$3)"
_PROBLEM = (
    "INSERT INTO home_file_problem (file_id, line, sheet, number, field, key, facts) VALUES ($1,$2,$3,$4,$5,$6,$7)"
)


Looked = tuple[int, SheetRow, Line | None, list[Problem]]
"""A row's number in the file, the row, what was understood of it, and what is wrong with it."""


def look_at(rows: Iterator[SheetRow], done: int) -> list[Looked]:
    """The next rows, read and looked at; in a thread, because reading, checking and sealing take their time."""
    return [(line, row, *look(row)) for line, row in enumerate(islice(rows, BATCH), start=done + 1)]


async def keep(file_id: int, looked: list[Looked]) -> None:
    """Write down what was understood, its tags, and what is wrong with the rest."""
    async with transaction():
        good = [(number, line) for number, _, line, _ in looked if line is not None]
        await execute_many(_ROW, [_values(file_id, number, line) for number, line in good])
        await execute_many(_TAG, [(file_id, number, tag) for number, line in good for tag in line.tags])
        await execute_many(
            _PROBLEM,
            [
                (file_id, number, row.sheet, row.number, one.field, one.key, json.dumps(dict(one.facts)))
                for number, row, _, problems in looked
                for one in problems
            ],
        )


def _values(file_id: int, number: int, line: Line) -> tuple[object, ...]:
    row, text, numbers = line.row, line.texts, line.numbers
    return (
        file_id,
        row.kind.value,
        number,
        row.sheet,
        row.number,
        text["estate"],
        text.get("grid", ""),
        text["building"],
        natural(text["building"]),
        text["home"],
        natural(text["home"]),
        text.get("household", ""),
        text.get("name", ""),
        line.relation.value if line.relation else None,
        line.since,
        numbers.phone_sealed,
        numbers.phone_hash,
        numbers.id_number_sealed,
        numbers.id_number_hash,
        numbers.born,
        line.identity,
        line.area,
    )
