"""Rows in every table, and migrations made for one test: what a migration must not lose, and what could lose it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

from tortoise import fields
from tortoise.context import require_context
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from models.case_tally import CaseTally
from models.post_word import PostWord
from models.tables import TABLE_MODULES

SHIPPED = Path(__file__).parents[2] / "models" / "migrations"
NAMES = tuple(sorted(path.stem for path in SHIPPED.glob("[0-9]*.py")))
MOMENT = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)

CHANGES = f"""
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("models", "{NAMES[-1]}")]
    operations = [
        ops.AlterField("Place", "phone", fields.CharField(max_length=80, null=True)),
        ops.AlterField("Conversation", "memory", fields.TextField(null=True)),
        ops.RemoveField("Person", "is_active"),
        ops.AlterField("Question", "where_text", fields.CharField(max_length=400, null=True)),
        ops.AlterField("AuditLine", "detail", fields.CharField(max_length=400, null=True)),
        ops.AlterField("AuditHead", "hash", fields.CharField(max_length=80, null=True)),
    ]
"""
LOSES = """
from tortoise import migrations
from tortoise.migrations import operations as ops

async def lose(apps, editor):
    await editor.client.execute_query('DELETE FROM utterance WHERE id=(SELECT min(id) FROM utterance)')

class Migration(migrations.Migration):
    dependencies = [("models", "9001_changes")]
    operations = [ops.RunPython(lose)]
"""
BREAKS = """
from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("models", "9001_changes")]
    operations = [ops.RunSQL("INSERT INTO no_such_table VALUES (1)")]
"""
DIES = """
import os
from tortoise import migrations
from tortoise.migrations import operations as ops

async def die(apps, editor):
    os._exit(9)

class Migration(migrations.Migration):
    dependencies = [("models", "9001_changes")]
    operations = [ops.RunPython(die)]
"""


@contextmanager
def migrations(folder: Path, **files: str) -> Iterator[str]:
    """A package with the shipped migrations and others after them; gives its name."""
    package = folder / "made_migrations"
    package.mkdir()
    for path in [*SHIPPED.glob("*.py")]:
        (package / path.name).write_text(path.read_text())
    for name, text in files.items():
        (package / f"{name.removeprefix('m')}.py").write_text(text)
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        yield package.name
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith(package.name)]:
            del sys.modules[name]


def tables() -> list[type[Model]]:
    """Every stored noun, what others point at first."""
    known: dict[type[Model], None] = {}
    for module in TABLE_MODULES:
        for value in vars(import_module(module)).values():
            if isinstance(value, type) and issubclass(value, Model) and value.__module__ == module:
                _add(value, known)
    return [noun for noun in known if not noun._meta.abstract]


def _add(noun: type[Model], known: dict[type[Model], None]) -> None:
    for field in noun._meta.fields_map.values():
        if isinstance(field, ForeignKeyFieldInstance) and field.related_model not in (noun, *known):
            _add(field.related_model, known)
    known[noun] = None


async def fill(*, rows: int = 3) -> None:
    """Some rows in every table, each pointing at rows of the others."""
    for noun in tables():
        if noun in (PostWord, CaseTally):  # The database made them with the posts and cases.
            continue
        for number in range(1, rows + 1):
            await noun.create(**dict(_values(noun, number)))


def _values(noun: type[Model], number: int) -> Iterator[tuple[str, Any]]:
    for name, field in noun._meta.fields_map.items():
        if isinstance(field, ForeignKeyFieldInstance):
            yield f"{name}_id", number if field.related_model is not noun else None
        elif name in noun._meta.db_fields and not field.generated and not field.reference:
            yield name, _value(field, name, number)


def _value(field: Any, name: str, number: int) -> object:
    if isinstance(field, fields.BooleanField):
        return True
    if isinstance(field, fields.DatetimeField):
        return MOMENT
    if isinstance(field, fields.DateField):
        return MOMENT.date()
    if isinstance(field, fields.IntField | fields.BigIntField | fields.FloatField):
        return number
    if hasattr(field, "enum_type"):
        return next(iter(field.enum_type))
    most = getattr(field, "max_length", None) or 12
    return f"{name[: min(10, most - 2)]} {number}"


INDEXES = {
    "sqlite": (
        'SELECT m.name AS tbl, l.name AS idx, l."unique" AS is_unique, i.name AS col'
        " FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i"
        " WHERE m.type='table' ORDER BY m.name, l.name, i.seqno"
    ),
    "postgres": (
        "SELECT t.relname AS tbl, c.relname AS idx, x.indisunique AS is_unique, a.attname AS col FROM pg_index x"
        " JOIN pg_class c ON c.oid=x.indexrelid JOIN pg_class t ON t.oid=x.indrelid"
        " JOIN pg_namespace n ON n.oid=t.relnamespace AND n.nspname='public'"
        " CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k(number, place)"
        " JOIN pg_attribute a ON a.attrelid=t.oid AND a.attnum=k.number ORDER BY t.relname, c.relname, k.place"
    ),
}


async def indexes() -> set[tuple[str, bool, tuple[str, ...]]]:
    """Every index of the current database: table, whether unique, columns. Names may differ, what they do may not."""
    client = require_context().db()
    rows = await client.execute_query_dict(INDEXES[client.capabilities.dialect])
    found: dict[tuple[str, str, bool], list[str]] = {}
    for row in rows:
        found.setdefault((row["tbl"], row["idx"], bool(row["is_unique"])), []).append(row["col"])
    return {(table, unique, tuple(columns)) for (table, _, unique), columns in found.items()}


TRIGGERS = {
    "sqlite": "SELECT tbl_name AS tbl, name, sql AS what FROM sqlite_master WHERE type='trigger'",
    "postgres": "SELECT c.relname AS tbl, t.tgname AS name, pg_get_triggerdef(t.oid) AS what FROM pg_trigger t"
    " JOIN pg_class c ON c.oid=t.tgrelid WHERE NOT t.tgisinternal",
}


async def triggers() -> set[tuple[str, str, str]]:
    """Every trigger of the current database: table, name, and what it does."""
    client = require_context().db()
    rows = await client.execute_query_dict(TRIGGERS[client.capabilities.dialect])
    return {(row["tbl"], row["name"], row["what"]) for row in rows}


async def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    client = require_context().db()
    return {
        noun._meta.db_table: await client.execute_query_dict(f'SELECT * FROM "{noun._meta.db_table}" ORDER BY 1')
        for noun in tables()
    }
