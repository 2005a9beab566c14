"""SQLite engine whose transactions take the write lock at once (BEGIN IMMEDIATE), so that read-then-write cannot fail
with "database is locked" when several processes share the file. Tortoise picks the dialect by the word sqlite in this
module's name."""

from __future__ import annotations

import sqlite3

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.exceptions import OperationalError


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that owns the write lock from its first statement."""

    async def begin(self) -> None:
        """Take the lock, waiting up to ``busy_timeout``; too long is a temporary OperationalError."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class ImmediateClient(SqliteClient):
    """Tortoise's SQLite client with immediate transactions."""

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self), self._lock)


client_class = ImmediateClient
