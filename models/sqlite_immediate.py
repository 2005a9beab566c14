"""SQLite engine whose transactions take the write lock at once (BEGIN IMMEDIATE), so that read-then-write cannot fail
with "database is locked" when several processes share the file. Tortoise picks the dialect by the word sqlite in this
module's name."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError


def _run(connection: sqlite3.Connection, query: str, values: Sequence[object]) -> tuple[int, list[dict[str, Any]]]:
    before = connection.total_changes
    try:
        rows = connection.execute(query, tuple(values)).fetchall()
    except sqlite3.OperationalError as error:
        raise OperationalError(error) from error
    except sqlite3.IntegrityError as error:
        raise IntegrityError(error) from error
    return (connection.total_changes - before) or len(rows), list(map(dict, rows))


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that owns the write lock from its first statement."""

    def run_here(self, query: str, values: Sequence[object]) -> tuple[int, list[dict[str, Any]]]:
        """Run a statement in this thread, and give how many rows changed, and the rows.

        A trip to the driver's thread costs several times what a statement by key does. Nothing can hold such a
        statement up here: the write lock is ours already, and the commit, which may have to wait for the disk, still
        goes through the driver.
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
        connection = self._connection._conn
        patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout={patience}")
        return True


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

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
