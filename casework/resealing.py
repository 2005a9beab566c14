"""换密钥: everything sealed under an earlier key is sealed anew, and numbers are hashed anew, block by block.

Nothing is remembered between blocks: what the key in use opens is done, so a run that was killed is simply run again.
A value that somebody changes meanwhile is left to them. Processes may serve all the while, as long as they know both
keys: they seal with the new one and open with either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from tortoise.models import Model

from models.receipts import mark_of, receipt_in
from models.sealed import is_fresh, key_mark, reseal, unseal
from models.tables import TABLE_MODULES
from models.transaction import Row, execute, execute_many, fetch, listed, transaction
from people import rekeying, sealed_files, shelf
from people.audit import record
from people.loading import files
from people.permissions import allow
from people.personal import phone_mark
from people.viewers import Viewer

BLOCK = 500
_BY_OTHER_NAMES = {
    *(("inbox", "payload"), ("outbox", "body")),
    *(("sealed_ballot", "token"), ("paper_ballot", "token"), ("sealed_answer", "token")),
}
_WITH_HASHES = "personal"
"""Where hashes must stay unique and are compared with those of files: ``people.rekeying`` does these rows whole."""
_HASHED = {("join_request", "phone_sealed"): ("phone_hash", phone_mark)}
"""Other columns with a hash beside them: its name, and how it is made of the opened value."""
_BALLOTS = "sealed_ballot"
"""Where the hash is of the vote and of the receipt within the value."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds sealed text."""

    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass(frozen=True, slots=True)
class Done:
    """How many values were looked at, sealed anew, and still need an earlier key or can be opened by none."""

    seen: int = 0
    changed: int = 0
    left: int = 0

    def __add__(self, other: Done) -> Done:
        return Done(self.seen + other.seen, self.changed + other.changed, self.left + other.left)


def columns() -> tuple[Column, ...]:
    """Every sealed column: named ``sealed`` or ``…_sealed``, and those of queues, ballots and anonymous answers."""
    return tuple(sorted(_sealed(), key=str))


def _sealed() -> Iterator[Column]:
    for module in TABLE_MODULES:
        for noun in vars(import_module(module)).values():
            if isinstance(noun, type) and issubclass(noun, Model) and noun.__module__ == module:
                described = noun.describe()
                for field in described["data_fields"]:
                    if _is_sealed(described["table"], field["db_column"]):
                        yield Column(described["table"], field["db_column"])


def _is_sealed(table: str, name: str) -> bool:
    return bool(table) and (name == "sealed" or name.endswith("_sealed") or (table, name) in _BY_OTHER_NAMES)


async def rotate(*, by: Viewer, tell: Told = lambda line: None) -> Done:
    """换密钥: bring every sealed value and every hash under the key in use; gives what could not be."""
    allow(by, "keys.rotate", None)
    await files.drop_other_keys()
    done = Done()
    for column in columns():
        if column.table == _WITH_HASHES:
            await _forget_mark(column)
        else:
            done += await _walk(column, tell=tell, seals=True)
    done += await _photos(tell=tell, seals=True)
    renewed = await rekeying.renew()
    tell(f"{_WITH_HASHES}: {renewed.done} rows sealed and hashed anew")
    done += Done(renewed.done + renewed.left, renewed.done, renewed.left)
    async with transaction():
        detail = f"{done.changed} sealed anew, {done.left} left"
        await record(by, "keys.rotate", subject="key", subject_id=None, place_id=None, detail=detail)
    return done


async def check(*, by: Viewer, tell: Told = lambda line: None) -> Done:
    """Look whether the key in use opens everything by itself; ``left`` says how much it does not."""
    allow(by, "keys.rotate", None)
    done = Done()
    for column in columns():
        done += await _walk(column, tell=tell, seals=False)
    done += await _photos(tell=tell, seals=False)
    stale = await fetch(f"SELECT count(*) AS n FROM {_WITH_HASHES} WHERE key_mark IS NULL OR key_mark<>$1", key_mark())
    return done + Done(left=stale[0]["n"])


async def _walk(column: Column, *, tell: Told, seals: bool) -> Done:
    after, done = 0, Done()
    while rows := await _block(column, after):
        after = rows[-1][0]
        done += await _one_block(column, rows, seals=seals)
        tell(f"{column}: {done.seen} looked at, {done.changed} sealed anew")
    return done


_PHOTOS = (
    "SELECT f.id, f.shelf_name FROM paper_photo f JOIN vote v ON v.id=f.vote_id WHERE v.state='open' ORDER BY f.id"
)
"""Of papers before the count, which lie sealed; few enough to be walked at once."""


async def _photos(*, tell: Told, seals: bool) -> Done:
    done = Done()
    for row in await fetch(_PHOTOS):
        if not await asyncio.to_thread(sealed_files.needs_other_key, row["shelf_name"]):
            done += Done(seen=1)
        else:
            done += await _one_photo(row) if seals else Done(seen=1, left=1)
    tell(f"paper_photo: {done.seen} looked at, {done.changed} sealed anew")
    return done


async def _one_photo(row: Row) -> Done:
    """Under another name; one that is counted meanwhile is left to the count."""
    former, name = row["shelf_name"], await asyncio.to_thread(sealed_files.resealed_copy, row["shelf_name"])
    if not name:
        return Done(seen=1, left=1)
    sql = "UPDATE paper_photo SET shelf_name=$1 WHERE id=$2 AND shelf_name=$3"
    changed = await execute(sql, name, row["id"], former)
    await asyncio.to_thread(shelf.remove, [former if changed else name])
    return Done(seen=1, changed=changed)


async def _block(column: Column, after: int) -> list[tuple[int, str]]:
    rows = await fetch(
        f"SELECT id, {column.name} AS token FROM {column.table} WHERE id>$1 AND {column.name}<>'' ORDER BY id LIMIT $2",
        after,
        BLOCK,
    )
    return [(row["id"], row["token"]) for row in rows]


async def _one_block(column: Column, rows: list[tuple[int, str]], *, seals: bool) -> Done:
    stale = await asyncio.to_thread(lambda: [(id_, token) for id_, token in rows if not is_fresh(token)])
    if not seals:
        return Done(len(rows), 0, len(stale))
    sealed = await asyncio.to_thread(lambda: [(reseal(token), id_, token) for id_, token in stale])
    anew = [(token, id_, former) for token, id_, former in sealed if token is not None]
    if anew:
        async with transaction():
            await execute_many(f"UPDATE {column.table} SET {column.name}=$1 WHERE id=$2 AND {column.name}=$3", anew)
            await _hash_anew(column, anew)
    return Done(len(rows), len(anew), len(stale) - len(anew))


async def _hash_anew(column: Column, anew: list[tuple[str, int, str]]) -> None:
    if (column.table, column.name) in _HASHED:
        name, mark = _HASHED[column.table, column.name]
        hashes = [(mark(unseal(token)), id_, token) for token, id_, _ in anew]
        await execute_many(f"UPDATE {column.table} SET {name}=$1 WHERE id=$2 AND {column.name}=$3", hashes)
    if column.table == _BALLOTS:
        await _mark_anew(anew)


async def _mark_anew(anew: list[tuple[str, int, str]]) -> None:
    """So that a receipt finds its ballot also when the earlier key is no longer known."""
    rows = await fetch(f"SELECT id, vote_id FROM {_BALLOTS} WHERE id IN ({listed(id_ for _, id_, _ in anew)})")
    votes = {row["id"]: row["vote_id"] for row in rows}
    marks = [(mark_of(votes[id_], receipt_in(unseal(token))), id_, token) for token, id_, _ in anew if id_ in votes]
    await execute_many(f"UPDATE {_BALLOTS} SET mark=$1 WHERE id=$2 AND token=$3", marks)


async def _forget_mark(column: Column) -> None:
    """A row that says it is under the key in use, and is not: written by a process that knew only the earlier key."""
    after = 0
    while rows := await _block(column, after):
        after = rows[-1][0]
        stale = await asyncio.to_thread(lambda rows=rows: [id_ for id_, token in rows if not is_fresh(token)])
        if stale:
            await execute(f"UPDATE {column.table} SET key_mark=NULL WHERE id IN ({listed(stale)})")
