"""A migrated database per test: made once per session as a template, then copied; on PostgreSQL the copy is emptied and
used again, since making one takes a hundred times as long."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from models.migrate import migrate
from tests.emptied import EmptiedDatabase

Result = TypeVar("Result")


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file, closed and therefore whole in one file."""
    path = folder / "template.db"
    with _Loop() as loop:
        loop.run(migrate(f"sqlite://{path}"))
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

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Wait until the work is done over there."""
        return self._thread.submit(self._runner.run, work).result()


class PostgresDatabases:
    """Makes and drops databases on one server, each a copy of a migrated template."""

    def __init__(self, url: str, loop: _Loop) -> None:
        self.url = url
        self._loop = loop
        self._prefix = f"mulin_test_{os.getpid()}"
        self._numbers = count(1)
        self._idle: list[EmptiedDatabase] = []
        self._made = ExitStack()

    def address(self, name: str) -> str:
        """The address of another database on the same server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    @contextmanager
    def connected(self) -> Iterator[PostgresDatabases]:
        """Keep one connection for making and dropping."""
        self._loop.run(self._connect())
        try:
            yield self
        finally:
            self._loop.run(self._connection.close())

    async def _connect(self) -> None:
        self._connection = await asyncpg.connect(self.url)
        careless = await self._connection.fetchval("SHOW fsync") == "off"
        modern = self._connection.get_server_version().major >= 15
        # Copying files is the quicker way, but not where the server then waits for the disk.
        self._way = " STRATEGY file_copy" if careless and modern else ""

    @contextmanager
    def migrated(self) -> Iterator[PostgresDatabases]:
        """Keep a migrated template for as long as this lasts."""
        with self._temporary(self._template, copy_of="template0") as url:
            self._loop.run(migrate(url))
            with self._made:
                yield self

    @property
    def _template(self) -> str:
        return f"{self._prefix}_template"

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table, dropped afterwards."""
        with self._temporary(f"{self._prefix}_{next(self._numbers)}", copy_of="template0") as url:
            yield url

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a copy of the migrated template, which another test may use afterwards."""
        database = self._idle.pop() if self._idle else self._new_copy()
        try:
            yield database.url
        finally:
            if self._loop.run(database.empty()):
                self._idle.append(database)

    def _new_copy(self) -> EmptiedDatabase:
        url = self._made.enter_context(self._temporary(f"{self._prefix}_{next(self._numbers)}", copy_of=self._template))
        database = self._loop.run(EmptiedDatabase.at(url))
        self._made.callback(lambda: self._loop.run(database.close()))
        return database

    @contextmanager
    def _temporary(self, name: str, *, copy_of: str) -> Iterator[str]:
        self._loop.run(self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{copy_of}"{self._way}'))
        try:
            yield self.address(name)
        finally:
            self._loop.run(self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@contextmanager
def postgres_databases(url: str) -> Iterator[PostgresDatabases]:
    """Databases on the server at ``url``, with the migrated template ready to be copied."""
    with _Loop() as loop, PostgresDatabases(url, loop).connected() as databases, databases.migrated():
        yield databases
