"""Bringing a database to the present schema without losing a row: the only way in which migrations are run.

Tortoise alone may not be trusted with it. On SQLite it rebuilds a table to change it, which deletes the rows that
cascade from it and forgets its indexes; on both databases two runs at once disturb each other. So: one run at a time;
on PostgreSQL everything in one transaction; on SQLite a copy first, no cascades meanwhile, indexes brought back, and
the copy put in place again when anything went wrong, a killed process included. On both, triggers are made where they
are missing.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_editor import BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.transactions import in_transaction

from models import count_triggers, full_text, triggers
from models.database import APP, SQLITE, dialect_of, orm_config, sqlite_path
from models.migration_state import DrawnState

MIGRATIONS = "models.migrations"
_LOCK = 7_446_317_205
"""Any number, as long as nothing else on the server takes an advisory lock by it."""

Told = Callable[[str], None]


class MigrationFailed(RuntimeError):
    """The database is as it was before; the message says why."""


class _SqliteEditor(SqliteSchemaEditor):
    """Tortoise cuts a script at every semicolon, also at those within a comment; this one cuts where SQLite would."""

    async def _run_sql(self, sql: str) -> None:
        statement = ""
        for piece in f"{sql};".split(";")[:-1]:
            statement += piece + ";"
            if sqlite3.complete_statement(statement):
                if statement.strip("; \n"):
                    await self.client.execute_query(statement)
                statement = ""


class _Executor(MigrationExecutor):
    """Tortoise's executor with our editor of SQLite's schema, and models drawn only where a step looks at them."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        assert upto is None, "nothing here goes backwards"
        state = DrawnState.empty({app: config["default_connection"] for app, config in self.loader.apps_config.items()})
        for key in self._full_plan():
            if key in applied:
                migration = self.loader.graph.nodes[key]
                assert migration is not None, key
                await migration.apply(state, dry_run=True)
        return state

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:  # noqa: FBT001, FBT002
        if self.connection.capabilities.dialect == SQLITE:
            return _SqliteEditor(self.connection, atomic=atomic, collect_sql=collect_sql)
        return super()._schema_editor(atomic, collect_sql)


async def migrate(url: str, *, migrations: str = MIGRATIONS, tell: Told = lambda name: None) -> tuple[str, ...]:
    """Apply what is missing and give the names; ``tell`` hears each as it starts. MigrationFailed: nothing changed."""
    if dialect_of(url) == SQLITE:
        return await _migrate_sqlite(url, migrations=migrations, tell=tell)
    return await _migrate_postgres(url, migrations=migrations, tell=tell)


async def is_current(url: str, *, migrations: str = MIGRATIONS) -> bool:
    """Whether the database has every migration and none was cut off half-way."""
    if dialect_of(url) == SQLITE and (not sqlite_path(url).exists() or _copy_of(sqlite_path(url)).exists()):
        return False
    async with _opened(orm_config(url)) as client:
        return not await _missing(client, _apps(migrations, client))


@asynccontextmanager
async def _opened(config: dict[str, Any]) -> AsyncIterator[BaseDBAsyncClient]:
    """A connection of its own, whatever the caller has open."""
    async with TortoiseContext() as context:
        await context.init(config=config)
        yield context.db()


def _apps(migrations: str, client: BaseDBAsyncClient) -> dict[str, dict[str, Any]]:
    modules = orm_config("sqlite://x")["apps"][APP]["models"]
    return {APP: {"models": modules, "migrations": migrations, "default_connection": client.connection_name}}


async def _missing(client: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    if not await _tables(client):
        return tuple(step.migration.name for step in await _full_plan(client, apps))
    return tuple(step.migration.name for step in await _Executor(client, apps).plan())


async def _full_plan(client: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> list[Any]:
    executor = _Executor(client, apps)
    await executor.loader.build_graph()
    return executor._migration_plan(None, set(), executor.loader.graph)


async def _apply(client: BaseDBAsyncClient, apps: dict[str, dict[str, Any]], *, tell: Told) -> tuple[str, ...]:
    """Apply what is missing; a row that is gone afterwards is a failure."""
    executor = _Executor(client, apps)
    # Asking for records that are not there would end PostgreSQL's transaction.
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
    names, before = await _missing(client, apps), await _row_counts(client)
    await count_triggers.put_aside(client)
    starts = {"apply_start": tell}
    await executor.migrate(
        direction="forward", progress=lambda event, app, name: starts.get(event, lambda name: None)(name)
    )
    _refuse_losses(before, await _row_counts(client))
    await _make_triggers(client)
    return names


async def _make_triggers(client: BaseDBAsyncClient) -> None:
    await triggers.make(client)
    await count_triggers.make(client)
    await full_text.make(client)


def _refuse_losses(before: dict[str, int], after: dict[str, int]) -> None:
    for table, count in before.items():
        if after.get(table, count) < count:
            raise MigrationFailed(f"rows of {table} would be lost: {count} before, {after[table]} after")


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    f" AND name NOT LIKE '{full_text.FOUND}%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname=current_schema()",
}


async def _tables(client: BaseDBAsyncClient) -> list[str]:
    return [row["name"] for row in await client.execute_query_dict(_TABLES[client.capabilities.dialect])]


async def _row_counts(client: BaseDBAsyncClient) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in await _tables(client):
        rows = await client.execute_query_dict(f'SELECT count(*) AS n FROM "{table}"')
        counts[table] = rows[0]["n"]
    return counts


async def _migrate_postgres(url: str, *, migrations: str, tell: Told) -> tuple[str, ...]:
    """All in one transaction under an advisory lock, which waits for another run and ends with the transaction."""
    async with _opened(orm_config(url)) as connection:
        try:
            async with in_transaction(connection.connection_name) as client:
                await client.execute_query("SELECT pg_advisory_xact_lock($1)", [_LOCK])
                return await _apply(client, _apps(migrations, client), tell=tell)
        except (MigrationFailed, OSError):
            raise
        except Exception as error:  # a migration is a program of its own and may fail in any way
            raise MigrationFailed(_first_line(error)) from error


async def _migrate_sqlite(url: str, *, migrations: str, tell: Told) -> tuple[str, ...]:
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with await asyncio.to_thread(_alone, path):
        if _copy_of(path).exists():  # An earlier run was killed half-way.
            await asyncio.to_thread(_put_back, path)
        if await is_current(url, migrations=migrations):
            async with _opened(orm_config(url)) as client:
                await _make_triggers(client)  # They may be missing though no migration is.
            return ()
        await asyncio.to_thread(_keep_copy, path)
        try:
            applied = await _apply_to_sqlite(url, migrations=migrations, tell=tell)
        except BaseException as error:
            await asyncio.shield(asyncio.to_thread(_put_back, path))
            if not isinstance(error, Exception) or isinstance(error, MigrationFailed):
                raise
            raise MigrationFailed(_first_line(error)) from error
        _copy_of(path).unlink()
    return applied


async def _apply_to_sqlite(url: str, *, migrations: str, tell: Told) -> tuple[str, ...]:
    config = orm_config(url)
    config["connections"][SQLITE]["credentials"]["foreign_keys"] = "OFF"
    async with _opened(config) as client:
        applied = await _apply(client, _apps(migrations, client), tell=tell)
        if broken := await client.execute_query_dict("PRAGMA foreign_key_check"):
            raise MigrationFailed(
                f"rows of {broken[0]['table']} would point at {broken[0]['parent']} rows that are gone"
            )
        await _bring_back_indexes(client)
    return applied


async def _bring_back_indexes(client: BaseDBAsyncClient) -> None:
    """A rebuilt table has lost its indexes, those of unique columns too: make what the models have and it lacks."""
    schema = client.schema_generator(client).get_create_schema_sql(safe=False)
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(schema)
        wanted = [tuple(row) for row in fresh.execute(_INDEXES)]
    present = {tuple(row.values()) for row in await client.execute_query_dict(_INDEXES)}
    for table, unique, columns, sql in wanted:
        if (table, unique, columns) not in {index[:3] for index in present}:
            await client.execute_query(sql or _unique_index(table, columns))


def _unique_index(table: str, columns: str) -> str:
    names = columns.split(",")
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'CREATE UNIQUE INDEX "unique_{table}_{"_".join(names)}" ON "{table}" ({quoted})'


_INDEXES = (
    'SELECT m.name AS tbl, l."unique" AS is_unique,'
    " (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i) AS columns,"
    " (SELECT s.sql FROM sqlite_master s WHERE s.type='index' AND s.name=l.name) AS sql"
    " FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type='table' ORDER BY m.name, l.seq"
)


@contextmanager
def _held(handle: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(handle)


def _alone(path: Path) -> Any:
    """Wait until no other process migrates this file; a context that ends the wait of the next."""
    handle = os.open(f"{path}.migrating", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return _held(handle)


def _copy_of(path: Path) -> Path:
    return path.with_name(path.name + ".before")


def _keep_copy(path: Path) -> None:
    """A whole copy beside the database, which appears under its name only when it is finished."""
    unfinished = path.with_name(path.name + ".copying")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    copy_file(path, to=unfinished)
    unfinished.replace(_copy_of(path))


def _put_back(path: Path) -> None:
    copy_file(_copy_of(path), to=path)
    _copy_of(path).unlink()


def copy_file(source: Path, *, to: Path) -> None:
    """A SQLite database copied over another, all at once, by SQLite's own backup; others may have the files open."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__
