"""Migrations on databases full of rows: nothing is lost, nothing is half done, and only one runs at a time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.fields import Field
from tortoise.migrations.operations import AddField

from models.database import connected, dialect_of, sqlite_path
from models.migrate import MigrationFailed, is_current, migrate
from models.unwritten import unwritten
from tests.models import made

REMOVED = ("is_active",)
FULL_TEXT = ("post_word", False, ("found",))
"""PostgreSQL's index for search (models/full_text.py), which stands in no model."""


async def _filled(url: str) -> dict[str, list[dict[str, object]]]:
    await migrate(url)
    async with connected(url):
        await made.fill()
        return await made.contents()


def _without(contents: dict[str, list[dict[str, object]]], *columns: str) -> dict[str, list[dict[str, object]]]:
    return {
        table: [{name: value for name, value in row.items() if name not in columns} for row in rows]
        for table, rows in contents.items()
    }


async def test_the_shipped_migrations_make_what_the_models_say(empty_database_url: str, tmp_path: Path) -> None:
    assert await migrate(empty_database_url) == made.NAMES
    assert await migrate(empty_database_url) == ()
    assert await unwritten() == []
    async with connected(empty_database_url):
        migrated = await made.indexes()
        await _drop_all()
        await Tortoise.generate_schemas(safe=False)
        fresh = await made.indexes()
    in_no_model = {index for index in migrated if index[0] == "tortoise_migrations" or index == FULL_TEXT}
    assert migrated - in_no_model == fresh


def test_no_migration_adds_a_column_that_rows_already_there_could_not_have() -> None:
    """SQLite refuses such a one on a table with rows, and PostgreSQL too: an upgrade would stop half-way."""
    added = [
        (name, operation.model_name, operation.name)
        for name in made.NAMES[1:]
        for operation in import_module(f"models.migrations.{name}").Migration.operations
        if isinstance(operation, AddField) and _needs_a_value(operation.field)
    ]
    assert added == []


def _needs_a_value(field: object) -> bool:
    return isinstance(field, Field) and not (field.null or field.has_db_default())


async def _drop_all() -> None:
    from tortoise.context import require_context

    client = require_context().db()
    if client.capabilities.dialect == "postgres":
        await client.execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return
    await client.execute_script("PRAGMA foreign_keys=OFF")
    for noun in made.tables():
        await client.execute_script(f'DROP TABLE "{noun._meta.db_table}"')
    await client.execute_script("DROP TABLE tortoise_migrations")


async def test_changing_parent_tables_keeps_every_row_index_and_trigger(
    empty_database_url: str, tmp_path: Path
) -> None:
    before = await _filled(empty_database_url)
    async with connected(empty_database_url):
        indexes, triggers = await made.indexes(), await made.triggers()
    with made.migrations(tmp_path, m9001_changes=made.CHANGES) as package:
        assert await migrate(empty_database_url, migrations=package) == ("9001_changes",)
    async with connected(empty_database_url):
        assert _without(await made.contents(), *REMOVED) == _without(before, *REMOVED)
        assert (await made.indexes(), await made.triggers()) == (indexes, triggers)
    of_boards = {"post", "reply", "reaction", "survey", "proposal", "proposal_step", "proposal_support"}
    of_boards |= {"meeting", "meeting_conclusion", "meeting_seat", "ledger_entry"}
    of_boards |= {"project", "project_money", "spending"}
    of_cases = {"cases", "case_step", "case_reporter"}
    watched = {"audit_line", "audit_head", "point", "activity", "sign_up"} | of_boards | of_cases
    assert {table for table, _, _ in triggers} - {"post_word"} == watched
    assert all(len(rows) == 3 for rows in before.values())


@pytest.mark.parametrize("third", [made.BREAKS, made.LOSES], ids=["breaks", "loses a row"])
async def test_a_failing_migration_leaves_everything_as_before(
    empty_database_url: str, tmp_path: Path, third: str
) -> None:
    before = await _filled(empty_database_url)
    async with connected(empty_database_url):
        indexes, triggers = await made.indexes(), await made.triggers()
    with (
        made.migrations(tmp_path, m9001_changes=made.CHANGES, m9002_third=third) as package,
        pytest.raises(MigrationFailed, match=r"no_such_table|rows of utterance would be lost: 3 before, 2 after"),
    ):
        await migrate(empty_database_url, migrations=package)
    async with connected(empty_database_url):
        kept = await made.contents(), await made.indexes(), await made.triggers()
        assert kept == (before, indexes, triggers)
    assert await is_current(empty_database_url)


async def test_a_run_that_was_killed_half_way_is_undone_by_the_next(empty_database_url: str, tmp_path: Path) -> None:
    before = await _filled(empty_database_url)
    with made.migrations(tmp_path, m9001_changes=made.CHANGES, m9002_third=made.DIES) as package:
        killed = await asyncio.create_subprocess_exec(*_command(empty_database_url, package), cwd=tmp_path)
        assert await killed.wait() == 9
        if dialect_of(empty_database_url) == "sqlite":
            assert not await is_current(empty_database_url)
        await migrate(empty_database_url)
    assert await is_current(empty_database_url)
    async with connected(empty_database_url):
        assert await made.contents() == before


def _command(url: str, package: str) -> list[str]:
    root = str(made.SHIPPED.parents[1])
    work = (
        f"import asyncio, sys; sys.path[:0] = [{root!r}, '.']; from models.migrate import migrate;"
        f"asyncio.run(migrate({url!r}, migrations={package!r}))"
    )
    return [sys.executable, "-c", work]


async def test_four_runs_at_once_wait_for_each_other(empty_database_url: str) -> None:
    command = _command(empty_database_url, "models.migrations")
    runs = [await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE) for _ in range(4)]
    ended = await asyncio.gather(*(run.communicate() for run in runs))
    assert [run.returncode for run in runs] == [0, 0, 0, 0], [error.decode()[-300:] for _, error in ended]
    assert await is_current(empty_database_url)


@pytest.mark.databases("sqlite")
async def test_no_copy_is_left_beside_the_database(empty_database_url: str) -> None:
    await _filled(empty_database_url)
    path = sqlite_path(empty_database_url)
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.migrating"}


@pytest.mark.databases("sqlite")
async def test_an_empty_address_is_not_current_and_is_not_created(empty_database_url: str) -> None:
    assert not await is_current(empty_database_url)
    assert not sqlite_path(empty_database_url).exists()
