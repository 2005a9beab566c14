"""A migrated database per test: made once per session as a template, then copied."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from models.migrate import migrate


async def make_schema(url: str) -> None:
    """Bring an empty database to the present schema."""
    await migrate(url)


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file, closed and therefore whole in one file."""
    path = folder / "template.db"
    with _Loop() as loop:
        loop.run(make_schema(f"sqlite://{path}"))
    return path


def sqlite_copy(template: Path, *, folder: Path) -> str:
    """The address of a fresh copy."""
    path = shutil.copyfile(template, folder / "mulin.db")
    return f"sqlite://{path}"


class _Loop:
    """An event loop in a thread of its own, for set-up work whichever loop a test runs on."""

    def __enter__(self) -> _Loop:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="databases")
        self._runner = asyncio.Runner()
        return self

    def __exit__(self, *problem: object) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Wait until the work is done over there."""
        self._thread.submit(self._runner.run, work).result()


class PostgresDatabases:
    """Makes and drops databases on one server, each a copy of a migrated template."""

    def __init__(self, url: str, loop: _Loop) -> None:
        self.url = url
        self._loop = loop
        self._prefix = f"mulin_test_{os.getpid()}"
        self._numbers = count(1)

    def address(self, name: str) -> str:
        """The address of another database on the same server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    async def _execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def make(self, name: str, *, template: str) -> None:
        """Create a database as a copy of another."""
        self._loop.run(self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))

    def drop(self, name: str) -> None:
        """Remove a database, also one that somebody is still connected to."""
        self._loop.run(self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table, dropped afterwards."""
        with self._temporary("template0") as url:
            yield url

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a copy of the migrated template, dropped afterwards."""
        with self._temporary(f"{self._prefix}_template") as url:
            yield url

    @contextmanager
    def _temporary(self, template: str) -> Iterator[str]:
        name = f"{self._prefix}_{next(self._numbers)}"
        self.make(name, template=template)
        try:
            yield self.address(name)
        finally:
            self.drop(name)

    @contextmanager
    def migrated(self) -> Iterator[PostgresDatabases]:
        """Keep a migrated template for as long as this lasts."""
        name = f"{self._prefix}_template"
        self.make(name, template="template0")
        try:
            self._loop.run(make_schema(self.address(name)))
            yield self
        finally:
            self.drop(name)


@contextmanager
def postgres_databases(url: str) -> Iterator[PostgresDatabases]:
    """Databases on the server at ``url``, with the migrated template ready to be copied."""
    with _Loop() as loop, PostgresDatabases(url, loop).migrated() as databases:
        yield databases
