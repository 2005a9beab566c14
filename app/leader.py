"""One leader at a time over all processes of an installation: who runs the jobs, who asks Telegram for updates."""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import asyncpg

from app.lease import Leadership, leased
from models.database import POSTGRES, SQLITE, dialect_of, orm_config, sqlite_path

JOBS, TELEGRAM = "jobs", "telegram"
_LOCKS = {JOBS: 7_446_317_206, TELEGRAM: 7_446_317_207}
"""Next to the number of models/migrate.py."""
_LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_ADDRESS = ("host", "port", "user", "password", "database", "ssl")


@asynccontextmanager
async def candidate(database_url: str, *, name: str = JOBS, redis_url: str | None = None) -> AsyncIterator[Leadership]:
    """Stand for leader among the processes that share a database; over Redis where they share that too."""
    is_file = dialect_of(database_url) == SQLITE
    lock = _FileLock(database_url, name) if is_file else _SessionLock(database_url, name)
    async with leased(redis_url, name=name, without=lock) if redis_url else nullcontext(lock) as leadership:
        try:
            yield leadership
        finally:
            await leadership.resign()


class _FileLock:
    """A locked file beside the SQLite database; the system frees it when the process ends, however it ends."""

    def __init__(self, database_url: str, name: str) -> None:
        self._path = f"{sqlite_path(database_url)}.{'leader' if name == JOBS else f'{name}.leader'}"
        self._handle: int | None = None

    async def leads(self) -> bool:
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    async def resign(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class _SessionLock:
    """An advisory lock on a connection of its own: a pool would hand the session, and with it the lock, to others."""

    def __init__(self, database_url: str, name: str) -> None:
        self._lock = _LOCKS[name]
        credentials = orm_config(database_url)["connections"][POSTGRES]["credentials"]
        self._address = {name: credentials[name] for name in _ADDRESS if credentials.get(name) is not None}
        self._connection: Any = None
        self._has_lock = False

    async def leads(self) -> bool:
        try:
            return await self._ask()
        except _LOST:  # Out of reach means: does not lead.
            await self.resign()
            return False

    async def _ask(self) -> bool:
        if self._connection is None or self._connection.is_closed():
            self._has_lock = False
            self._connection = await asyncpg.connect(**self._address, timeout=5)
        ask = "SELECT true" if self._has_lock else f"SELECT pg_try_advisory_lock({self._lock})"
        self._has_lock = bool(await self._connection.fetchval(ask, timeout=5))
        return self._has_lock

    async def resign(self) -> None:
        connection, has_lock = self._connection, self._has_lock
        self._connection, self._has_lock = None, False
        if connection is None:
            return
        if has_lock:  # The server would notice a closed connection only some time later.
            with suppress(*_LOST):
                await connection.execute(f"SELECT pg_advisory_unlock({self._lock})", timeout=2)
        connection.terminate()
