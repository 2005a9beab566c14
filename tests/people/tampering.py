"""Changing the audit log as somebody would who owns the database: the guards are put aside first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.transaction import connection, execute, fetch, is_postgres, transaction
from models.triggers import make

TABLES = ("audit_line", "audit_head")


async def tamper(*statements: str) -> None:
    """Run statements that the triggers refuse."""
    async with _unseen() if is_postgres() else unguarded():
        for statement in statements:
            await execute(statement)


@asynccontextmanager
async def _unseen() -> AsyncIterator[None]:
    """On PostgreSQL triggers can be made to look away for one transaction: the tables keep their shape, and the next
    test need not have a new database."""
    async with transaction():
        await execute("SET LOCAL session_replication_role = replica")
        yield


@asynccontextmanager
async def unguarded() -> AsyncIterator[None]:
    """Without the triggers for a while."""
    await _put_aside()
    try:
        yield
    finally:
        await make(connection())


async def _put_aside() -> None:
    if is_postgres():
        for table in TABLES:
            await execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for row in await fetch("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'audit%'"):
        await execute(f"DROP TRIGGER {row['name']}")
