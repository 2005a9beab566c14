"""What pages of boards are measured beside: an aiohttp handler that runs recorded statements through the driver alone.

It speaks to SQLite through ``aiosqlite`` with the pragmas of the product, to PostgreSQL through ``asyncpg`` with a pool
as large as the product's. For every page it runs the statements that the product runs for it, with their values and in
their order, what changes rows in one transaction, and returns all rows as JSON. It leaves out cookies, rights, all
templates, headers, refusals, logs and metrics.

Run by ``benchmarks.boards``: ``python -m benchmarks.boards_peer sqlite|postgres URL RECORDING``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import uvloop
from aiohttp import web

from benchmarks.chat_peers import PRAGMAS
from models.database import sqlite_path

POOL = 5
"""Connections: Tortoise's default."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement with its values."""

    text: str
    values: tuple[object, ...]

    @property
    def changes(self) -> bool:
        """Whether it changes rows."""
        return not self.text.lstrip().startswith(("SELECT", "WITH"))


def write(recorded: Mapping[str, Sequence[Sequence[Asked]]], path: Path) -> None:
    """Keep what each page of each kind asks."""
    kept = {kind: [[(one.text, one.values) for one in page] for page in pages] for kind, pages in recorded.items()}
    path.write_text(json.dumps(kept, default=lambda value: {"at": value.isoformat()}), encoding="utf-8")


def read(path: Path) -> dict[str, list[list[Asked]]]:
    """What was kept."""
    kept = json.loads(path.read_text(encoding="utf-8"), object_hook=_moment)
    return {
        kind: [[Asked(text, tuple(values)) for text, values in page] for page in pages] for kind, pages in kept.items()
    }


def _moment(given: dict[str, Any]) -> object:
    return dt.datetime.fromisoformat(given["at"]) if given.keys() == {"at"} else given


class OnSqlite:
    """One connection; what changes rows is one transaction at a time."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self.db = db
        self.turn = asyncio.Lock()

    async def rows(self, page: Sequence[Asked]) -> list[Rows]:
        """Of every statement of a page."""
        found = [await self._run(one) for one in page if not one.changes]
        writes = [one for one in page if one.changes]
        if writes:
            async with self.turn:
                await self.db.execute("BEGIN IMMEDIATE")
                found += [await self._run(one) for one in writes]
                await self.db.commit()
        return found

    async def _run(self, one: Asked) -> Rows:
        return [dict(row) for row in await self.db.execute_fetchall(one.text, one.values)]


class OnPostgres:
    """A pool; a page has one connection for itself."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def rows(self, page: Sequence[Asked]) -> list[Rows]:
        """Of every statement of a page."""
        async with self.pool.acquire() as db:
            found = [await self._run(db, one) for one in page if not one.changes]
            writes = [one for one in page if one.changes]
            if writes:
                async with db.transaction():
                    found += [await self._run(db, one) for one in writes]
            return found

    async def _run(self, db: Any, one: Asked) -> Rows:
        return [dict(row) for row in await db.fetch(one.text, *one.values)]


async def _serve(kind: str, url: str, recording: Path) -> None:
    recorded = read(recording)
    async with AsyncExitStack() as opened:
        database = await _opened(kind, url, opened)

        async def show(request: web.Request) -> web.Response:
            page = recorded[request.match_info["kind"]][int(request.match_info["number"])]
            return web.json_response(await database.rows(page), dumps=lambda rows: json.dumps(rows, default=str))

        app = web.Application()
        app.add_routes([web.get("/{kind}/{number}", show)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()


async def _opened(kind: str, url: str, opened: AsyncExitStack) -> OnSqlite | OnPostgres:
    if kind == "postgres":
        return OnPostgres(await opened.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=POOL)))
    db = await opened.enter_async_context(aiosqlite.connect(sqlite_path(url), isolation_level=None))
    db.row_factory = aiosqlite.Row
    for pragma in PRAGMAS:
        await db.execute(f"PRAGMA {pragma}")
    return OnSqlite(db)


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
