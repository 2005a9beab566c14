"""Changing the audit log as somebody would who owns the database: the guards are put aside first."""

from __future__ import annotations

from models.transaction import connection, execute, fetch, is_postgres
from models.triggers import make

TABLES = ("audit_line", "audit_head")


async def tamper(*statements: str, hides_it: bool = True) -> None:
    """Run statements that the triggers refuse; the triggers are there again afterwards, unless it is left open."""
    await _put_aside()
    for statement in statements:
        await execute(statement)
    if hides_it:
        await make(connection())


async def _put_aside() -> None:
    if is_postgres():
        for table in TABLES:
            await execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for row in await fetch("SELECT name FROM sqlite_master WHERE type='trigger'"):
        await execute(f"DROP TRIGGER {row['name']}")
