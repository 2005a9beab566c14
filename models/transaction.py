"""The one place that opens a transaction, runs plain SQL, and runs what was put off until after the commit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.transactions import in_transaction

from models.database import POSTGRES, SQLITE
from models.sqlite_immediate import ImmediateClient, ImmediateTransaction

Row = dict[str, Any]
_MARK = re.compile(r"\$(\d+)")


@dataclass(slots=True)
class _Open:
    """A transaction of this task. ``client`` is its connection: asking the context for it takes longer than most
    statements do."""

    client: BaseDBAsyncClient | None = None
    after: list[Callable[[], None]] = field(default_factory=list)
    doomed: bool = False


_open: ContextVar[_Open | None] = ContextVar("open_transaction", default=None)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. A nested one joins the outer; if it fails, the outer cannot commit (see ``savepoint``)."""
    outer = _open.get()
    if outer is not None:
        with _Dooming(outer):
            yield
        return
    mine = _Open()
    token = _open.set(mine)
    try:
        async with in_transaction(dialect()) as mine.client:
            yield
            if mine.doomed:
                raise RuntimeError("a nested transaction failed; use savepoint() where failure is expected")
    finally:
        _open.reset(token)
    for call in mine.after:
        call()


class _Dooming:
    """Marks the outer transaction as lost when the inner block raises."""

    def __init__(self, outer: _Open) -> None:
        self.outer = outer

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.outer.doomed = True


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Inside a transaction: a part that may fail and be undone while the rest goes on."""
    outer = _open.get()
    if outer is None:
        async with transaction():
            yield
        return
    client, kept, doomed = outer.client, len(outer.after), outer.doomed
    try:
        async with in_transaction(dialect()) as outer.client:
            yield
    except BaseException:
        del outer.after[kept:]
        outer.doomed = doomed
        raise
    finally:
        outer.client = client


def after_commit(call: Callable[[], None]) -> None:
    """Run ``call`` once the transaction is durable, or at once where none is open."""
    current = _open.get()
    if current is None:
        call()
    else:
        current.after.append(call)


def in_transaction_now() -> bool:
    """Whether a transaction of ours is open in this task."""
    return _open.get() is not None


def dialect() -> str:
    """``sqlite`` or ``postgres``: the label of the current connection."""
    return require_context().default_connection or SQLITE


def is_postgres() -> bool:
    """Whether the current database is PostgreSQL."""
    return dialect() == POSTGRES


def chosen_once() -> tuple[str, str]:
    """What stands around a sub-select with LIMIT that says which rows an UPDATE takes: on PostgreSQL it must run once.

    ``IN (SELECT … LIMIT 1 FOR UPDATE SKIP LOCKED)`` may be run again for every row of the table, once statistics make a
    nested loop look cheap; each run takes another row, and more are changed than the limit says.
    """
    return ("=ANY(ARRAY(", "))") if is_postgres() else ("IN (", ")")


@lru_cache(maxsize=512)
def _for_sqlite(sql: str) -> tuple[str, tuple[int, ...]]:
    return _MARK.sub("?", sql), tuple(int(number) - 1 for number in _MARK.findall(sql))


def _sqlite_day(value: dt.date) -> str:
    return value.astimezone(dt.UTC).isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()


def _ready(sql: str, values: tuple[object, ...]) -> tuple[BaseDBAsyncClient, str, list[object]]:
    """The connection to use now, and the statement with its values as that one takes them."""
    client = connection()
    if client.capabilities.dialect == POSTGRES:
        return client, sql, list(values)
    text, order = _for_sqlite(sql)
    ordered = (values[place] for place in order)
    return client, text, [_sqlite_day(one) if isinstance(one, dt.date) else one for one in ordered]


def connection() -> BaseDBAsyncClient:
    """The connection to use now, the open transaction's where there is one."""
    current = _open.get()
    if current is not None and current.client is not None:
        return current.client
    return require_context().connections.get(dialect())


async def fetch(sql: str, *values: object) -> list[Row]:
    """Rows of a statement written with ``$1`` marks, as plain dicts; INSERT/UPDATE … RETURNING counts too."""
    client, text, args = _ready(sql, values)
    return await client.execute_query_dict(text, args)


async def fetch_one(sql: str, *values: object) -> Row | None:
    """The first row, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def execute(sql: str, *values: object) -> int:
    """Run a statement without rows; gives how many an UPDATE or DELETE changed. An INSERT counts as 0 on PostgreSQL:
    ask for its row with RETURNING."""
    client, text, args = _ready(sql, values)
    count, _ = await client.execute_query(text, args)
    return count


async def fetch_by_key(sql: str, *values: object) -> list[Row]:
    """As ``fetch``, for a statement that finds its rows by a key and so takes microseconds: on SQLite it runs at once,
    without a trip to the driver's thread, which costs more than the statement does. Only where another process writes
    at that moment, or the log has grown long, does what changes rows outside a transaction make the trip."""
    client, text, args = _ready(sql, values)
    if isinstance(client, ImmediateTransaction):
        return client.run_here(text, args)[1]
    if isinstance(client, ImmediateClient):
        is_read = text.startswith("SELECT")
        return await client.read_here(text, args) if is_read else (await client.write_here(text, args))[1]
    return await client.execute_query_dict(text, args)


async def fetch_one_by_key(sql: str, *values: object) -> Row | None:
    """As ``fetch_one``, under the condition of ``fetch_by_key``."""
    rows = await fetch_by_key(sql, *values)
    return rows[0] if rows else None


async def execute_by_key(sql: str, *values: object) -> int:
    """As ``execute``, under the condition of ``fetch_by_key``."""
    client, text, args = _ready(sql, values)
    if isinstance(client, ImmediateTransaction):
        return client.run_here(text, args)[0]
    if isinstance(client, ImmediateClient):
        return (await client.write_here(text, args))[0]
    return (await client.execute_query(text, args))[0]


async def execute_many(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement once for each row of values, inside a transaction: one trip to the database for all of them."""
    if not in_transaction_now():
        raise RuntimeError("many rows at once belong to a transaction")
    if rows:
        ready = [_ready(sql, tuple(row)) for row in rows]
        client, text, _ = ready[0]
        await client.execute_many(text, [args for _, _, args in ready])


def listed(ids: Iterable[int]) -> str:
    """Ids as the inside of an SQL ``IN (…)``; of none what nothing is in."""
    return ", ".join(str(int(one)) for one in ids) or "NULL"


def day(value: str | dt.date | None) -> dt.date | None:
    """A day read by plain SQL (text on SQLite)."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def moment(value: str | dt.datetime) -> dt.datetime:
    """A time read by plain SQL (text on SQLite) as a zoned UTC datetime."""
    if isinstance(value, dt.datetime):
        return value
    parsed = dt.datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
