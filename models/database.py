"""Opening and closing the database behind the models, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from asyncpg import PostgresError
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException

from models.errors import Invalid
from models.tables import TABLE_MODULES

APP = "models"
SQLITE = "sqlite"
POSTGRES = "postgres"
UNUSABLE = (OSError, DatabaseError, PostgresError, BaseORMException)
"""What is raised where a database cannot be reached, lets nobody in, or is none."""
CACHE = "-64000"
"""Up to so many KiB (given with a minus) of a SQLite file are kept in memory: sums over a year of a million cases take
half the time that they take with the 2 MB SQLite keeps by itself."""


def dialect_of(url: str) -> str:
    """``sqlite`` or ``postgres``, whichever the address names; anything else is refused."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SQLITE
    if scheme in ("postgres", "postgresql", "asyncpg"):
        return POSTGRES
    raise Invalid("settings.database_url", url=scheme)


def sqlite_path(url: str) -> Path:
    """The file behind an address such as ``sqlite://data/mulin.db`` (relative) or ``sqlite:////srv/mulin.db``."""
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def _sqlite(url: str) -> dict[str, Any]:
    usual = {"busy_timeout": "5000", "synchronous": "NORMAL", "cache_size": CACHE}
    pragmas = {**usual, **dict(parse_qsl(urlsplit(url).query))}
    return {"engine": "models.sqlite_immediate", "credentials": {"file_path": str(sqlite_path(url)), **pragmas}}


def _postgres(url: str) -> dict[str, Any]:
    address = "asyncpg" + url[url.index(":") :]
    found = dict(expand_db_url(address))
    found["credentials"]["reset"] = _as_it_is
    return found


async def _as_it_is(_connection: object) -> None:
    """What a connection is handed back with: nothing of ours sets, listens or locks for a whole session, so that there
    is nothing to ask PostgreSQL to undo, which would be a second trip for every statement outside a transaction."""


def orm_config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for an address; each dialect has its own connection label, since Tortoise caches SQL
    by label."""
    label = dialect_of(url)
    connection = _sqlite(url) if label == SQLITE else _postgres(url)
    app = {"models": list(TABLE_MODULES), "default_connection": label, "migrations": "models.migrations"}
    return {"connections": {label: connection}, "apps": {APP: app}, "use_tz": True, "timezone": "UTC"}


async def open_database(url: str) -> TortoiseContext:
    """Connect; the caller closes with ``close_database``. The context stays current for tasks started afterwards."""
    if dialect_of(url) == SQLITE:
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    context = TortoiseContext()
    context.__enter__()
    await context.init(config=orm_config(url))
    return context


async def close_database(context: TortoiseContext) -> None:
    """Close every connection of the context."""
    await context.close_connections()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[TortoiseContext]:
    """The database for the length of a block."""
    context = await open_database(url)
    try:
        yield context
    finally:
        await close_database(context)


MIGRATION_CONFIG = orm_config("sqlite://:memory:")
"""What the migration generator needs; it compares models with files and opens no database."""
