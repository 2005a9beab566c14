"""Lines of a project's money and of what was spent of it, as everybody reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.transaction import Row, fetch, moment
from models.transaction import day as day_of
from people import files
from people.files import FileLine

MOST_LINES = 500
SPENDING = "spending"
"""The kind of parent of photos of receipts."""


@dataclass(frozen=True, slots=True)
class Money:
    """A line of money in fen: whose, of which source; ``is_corrected``: a counter-entry took it out."""

    id: int
    source: str
    giver: str
    fen: int
    at: dt.datetime
    corrects_id: int | None
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class SpendingLine:
    """A line of spending in fen, with its receipt."""

    id: int
    what: str
    payee: str
    spent_on: dt.date
    fen: int
    corrects_id: int | None
    is_corrected: bool
    photos: tuple[FileLine, ...]


_CORRECTED = "EXISTS (SELECT 1 FROM {table} c WHERE c.corrects_id=x.id) AS is_corrected"


async def money_of(project_id: int) -> list[Money]:
    """Every line of money of a project that its caller found, the oldest first."""
    sql = f"SELECT x.*, {_CORRECTED.format(table='project_money')} FROM project_money x WHERE x.project_id=$1"
    return [
        Money(
            id=row["id"],
            source=row["source"],
            giver=row["giver"],
            fen=row["fen"],
            at=moment(row["created_at"]),
            corrects_id=row["corrects_id"],
            is_corrected=bool(row["is_corrected"]),
        )
        for row in await fetch(f"{sql} ORDER BY x.id LIMIT {MOST_LINES}", project_id)
    ]


async def spendings_of(project_id: int) -> list[SpendingLine]:
    """Every line of spending of a project that its caller found, by its day, with its receipts."""
    sql = f"SELECT x.*, {_CORRECTED.format(table='spending')} FROM spending x WHERE x.project_id=$1"
    rows = await fetch(f"{sql} ORDER BY x.spent_on, x.id LIMIT {MOST_LINES}", project_id)
    photos = await files.of(SPENDING, [row["id"] for row in rows])
    return [_spending(row, photos.get(row["id"], ())) for row in rows]


def _spending(row: Row, photos: Sequence[FileLine]) -> SpendingLine:
    spent_on = day_of(row["spent_on"])
    assert spent_on is not None
    return SpendingLine(
        id=row["id"],
        what=row["what"],
        payee=row["payee"],
        spent_on=spent_on,
        fen=row["fen"],
        corrects_id=row["corrects_id"],
        is_corrected=bool(row["is_corrected"]),
        photos=tuple(photos),
    )
