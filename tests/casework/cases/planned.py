"""How SQLite would look something up if a million cases had been counted, most of them of no building or account."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from models.transaction import execute, fetch


async def as_if_counted(asked: str, values: Sequence[object]) -> str:
    """The plan of a statement over cases and their reporters, under statistics that are forged."""
    await execute("ANALYZE")
    await _count("cases", one_value=("building_id",))
    await _count("case_reporter", one_value=("conversation_id", "person_id"))
    await execute("ANALYZE sqlite_schema")
    marks = itertools.count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(marks)}", asked)
    return str(await fetch(f"EXPLAIN QUERY PLAN {numbered}", *values))


async def _count(table: str, *, one_value: tuple[str, ...]) -> None:
    """Statistics of a million rows: of the columns named everything is empty, which counts as one value."""
    columns = "SELECT l.name, i.name AS first FROM pragma_index_list($1) l, pragma_index_info(l.name) i WHERE i.seqno=0"
    await execute("DELETE FROM sqlite_stat1 WHERE tbl=$1", table)
    for row in await fetch(columns, table):
        often = "1000000 1000000" if row["first"] in one_value else "1000000 3000 300 30 1"
        await execute("INSERT INTO sqlite_stat1 VALUES ($1,$2,$3)", table, row["name"], often)
