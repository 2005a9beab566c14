"""SQLite engine whose transactions take the write lock at once (BEGIN IMMEDIATE), so that read-then-write cannot fail
with "database is locked" when several processes share the file. Tortoise picks the dialect by the word sqlite in this
module's name."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import aiosqlite
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

SHORT_LOG = 3 * 1024 * 1024
"""Bytes of a write-ahead log that the next commit will only add to. A longer one is written into the database after the
commit; at 1,000 pages (about 4 MB) SQLite does that by itself, and waits for the disk wherever the commit runs: what is
left is room for a large transaction."""


@contextmanager
def _in_our_words() -> Iterator[None]:
    """The driver's errors as Tortoise's, as everywhere else."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError(error) from error
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error


def _run(connection: sqlite3.Connection, query: str, values: Sequence[object]) -> tuple[int, list[dict[str, Any]]]:
    before = connection.total_changes
    with _in_our_words():
        rows = connection.execute(query, tuple(values)).fetchall()
    return (connection.total_changes - before) or len(rows), list(map(dict, rows))


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that owns the write lock from its first statement."""

    def __init__(self, client: ImmediateClient) -> None:
        super().__init__(client)
        self._client = client

    def run_here(self, query: str, values: Sequence[object]) -> tuple[int, list[dict[str, Any]]]:
        """Run a statement in this thread, and give how many rows changed, and the rows.

        A trip to the driver's thread costs several times what a statement by key does. Nothing can hold such a
        statement up here: the write lock is ours already.
        """
        self.log.debug("%s: %s", query, values)
        return _run(self._connection._conn, query, values)

    async def begin(self) -> None:
        """Take the lock: at once in this thread where nobody holds it; else in the driver's, waiting up to
        ``busy_timeout``, after which it is a temporary OperationalError."""
        if self._begins_at_once():
            return
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def _begins_at_once(self) -> bool:
        connection, patience = self._connection._conn, self._client.pragmas["busy_timeout"]
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout={patience}")
        return True

    async def commit(self) -> None:
        """Make it durable: in this thread where the log only grows by it, in the driver's where that may have to wait
        for the disk. Where it cannot be, everything is undone, and the connection serves the next."""
        try:
            with _in_our_words():
                await self._commit()
        except (OperationalError, IntegrityError):
            await self.rollback()
            raise
        self._finalized = True

    async def _commit(self) -> None:
        if self._client.waits_for_disk():
            await self._connection.commit()
            return
        if self._client.has_short_log():
            self._connection._conn.commit()
            return
        await self._connection.commit()
        with suppress(sqlite3.OperationalError):  # Somebody reads; the next commit tries it again.
            await self._connection.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")


class ImmediateContext(SqliteTransactionContext):
    """Gives the process's own lock back when a transaction could not begin or its wait was cancelled; Tortoise's keeps
    it for good, and nothing could use the database any more."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self._begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection

    async def _begin(self) -> None:
        try:
            await self.connection.begin()
        except asyncio.CancelledError:  # The thread may still begin it; what is queued behind ends it again.
            await asyncio.shield(self.connection._connection.rollback())
            raise


class ImmediateClient(SqliteClient):
    """Tortoise's SQLite client with immediate transactions, whose connection any thread may use, one at a time."""

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - Tortoise's signature.
        """Open the file, once."""
        if self._connection is None:
            self._connection = await aiosqlite.connect(self.filename, isolation_level=None, check_same_thread=False)
            self._connection._conn.row_factory = sqlite3.Row
            for pragma, value in self.pragmas.items():
                await self._connection.execute_fetchall(f"PRAGMA {pragma}={value}")
            await self._post_connect()

    async def read_here(self, query: str, values: Sequence[object]) -> list[dict[str, Any]]:
        """Rows of a SELECT by key, read in this thread between two transactions: with a write-ahead log nothing holds
        a reader up."""
        async with self.acquire_connection() as connection:
            self.log.debug("%s: %s", query, values)
            return _run(connection._conn, query, values)[1]

    async def write_here(self, query: str, values: Sequence[object]) -> tuple[int, list[dict[str, Any]]]:
        """A statement by key that changes rows, as a transaction of its own; gives how many rows changed, and the
        rows."""
        async with self._in_transaction() as own:
            assert isinstance(own, ImmediateTransaction)
            return own.run_here(query, values)

    def waits_for_disk(self) -> bool:
        """Whether every commit does: one to a write-ahead log that is not synced each time does not."""
        mode, synced = str(self.pragmas["journal_mode"]).upper(), str(self.pragmas["synchronous"]).upper()
        return mode != "WAL" or synced not in ("NORMAL", "OFF")

    def has_short_log(self) -> bool:
        """Whether a commit now would only add to the log."""
        try:
            return os.stat(f"{self.filename}-wal").st_size < SHORT_LOG  # noqa: PTH116 - after every change.
        except FileNotFoundError:
            return True

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
