"""Photos and voice messages: kept, shown to whoever may see what they belong to, and gone with it.

What files belong to registers itself (``register``): a question, a line of a conversation, a case, a post. Whether
somebody may see a file is asked of its parent's finder, which knows; nothing here does.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from courier import limits
from models import clock
from models.errors import NotFound
from models.file import FileKind, FileState, StoredFile
from models.rules import rules
from models.transaction import Row, after_commit, execute, fetch, fetch_one, listed, moment, transaction
from people import shelf, sounds, strays
from people.audit import record
from people.filing import new_name, stored_as
from people.permissions import allow
from people.viewers import Viewer

UNATTACHED_LASTS = dt.timedelta(days=1)
"""How long a file waits for what it belongs to: a form that was never sent, a message that was never answered."""
STRAY_AFTER = dt.timedelta(hours=1)
"""How old a file without a row must be: one that is being written has its row a moment later."""
_COLUMNS = (
    "id, created_at, place_id, kind, state, name, shelf_name, parent_kind, parent_id, line_id, contact_id, person_id,"
    " media_type, bytes, width, height, problem"
)


@dataclass(frozen=True, slots=True)
class ParentKind:
    """A kind of thing files belong to: rows of ``table``. ``may_see`` asks its finder whether somebody sees one of it;
    ``is_open`` is SQL over ``f.parent_id``: that it still needs its files, however old they are. ``is_of_office``: they
    are given by who works here, and stay when the account of who gave them goes."""

    name: str
    table: str
    may_see: Callable[[int, Viewer], Awaitable[bool]]
    is_open: str = "1=0"
    is_of_office: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """What a file belongs to."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as pages show it; ``problem`` says why one was lost."""

    id: int
    name: str
    kind: FileKind
    state: FileState
    parent_id: int | None
    line_id: int | None
    media_type: str
    bytes: int
    width: int
    height: int
    problem: str
    at: dt.datetime

    @property
    def is_kept(self) -> bool:
        """Whether it is there to be looked at or heard."""
        return self.state is FileState.KEPT

    @property
    def is_played(self) -> bool:
        """Whether browsers play it."""
        return self.media_type in sounds.PLAYED


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that somebody may see: where it lies, and as what it is shown."""

    path: Path
    media_type: str


_parents: dict[str, ParentKind] = {}


def register(kind: ParentKind) -> None:
    """Make a kind of parent known, by the module that has its finder."""
    _parents[kind.name] = kind


class Counted(StrEnum):
    """By which limit what is handed in counts, as it is called in ``[limits]`` of community/rules.toml."""

    FILES = "files"
    PAPERS = "papers"


async def keep(
    content: bytes, *, by: Viewer, kind: FileKind, place_id: int, counted: Counted = Counted.FILES
) -> StoredFile:
    """收下: a photo written anew, or a voice message as it came. It belongs to nothing yet (``attach``)."""
    allow(by, "file.keep", None)
    giver = f"contact:{by.contact_id}" if by.contact_id else f"person:{by.person_id or 0}"
    await limits.spend(counted.value, giver, rate=getattr(rules().limits, counted.value))
    stored = await stored_as(content, kind=kind)
    async with transaction():
        file = await StoredFile.create(
            created_at=clock.now(),
            place_id=place_id,
            kind=kind,
            state=FileState.KEPT,
            name=new_name(),
            contact_id=by.contact_id,
            person_id=by.person_id,
            **stored,
        )
        await record(by, "file.keep", subject="file", subject_id=file.id, place_id=place_id)
    return file


async def attach(names: Collection[str], *, to: Parent, by: Viewer, line_id: int | None = None) -> int:
    """Let files that somebody gave and that belong to nothing yet belong to this, in the caller's transaction; gives
    how many. Names of others' files are passed over."""
    return sum(
        [
            await execute(
                "UPDATE file SET parent_kind=$1, parent_id=$2, line_id=$3 WHERE parent_kind='' AND name=$4"
                " AND (contact_id=$5 OR person_id=$6)",
                to.kind,
                to.id,
                line_id,
                name,
                by.contact_id,
                by.person_id,
            )
            for name in names
        ]
    )


async def own_waiting(names: Collection[str], *, by: Viewer) -> list[int]:
    """The numbers of files that somebody gave and that belong to nothing yet, by name; others' are passed over."""
    rows = [
        await fetch_one(
            "SELECT id FROM file WHERE name=$1 AND parent_kind='' AND (contact_id=$2 OR person_id=$3)",
            name,
            by.contact_id,
            by.person_id,
        )
        for name in names
    ]
    return [row["id"] for row in rows if row]


async def pass_on(file_id: int, *, to: Parent) -> None:
    """Let one file that its caller found belong to something else from now on, in the caller's transaction."""
    await execute("UPDATE file SET parent_kind=$1, parent_id=$2 WHERE id=$3", to.kind, to.id, file_id)


async def pass_all(before: Parent, *, to: Parent) -> None:
    """Let all the files of something belong to something else from now on, in the caller's transaction."""
    await execute(
        "UPDATE file SET parent_kind=$1, parent_id=$2 WHERE parent_kind=$3 AND parent_id=$4",
        to.kind,
        to.id,
        before.kind,
        before.id,
    )


async def by_ids(ids: Collection[int]) -> list[FileLine]:
    """Files that its caller found, in order."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM file WHERE id IN ({listed(ids)}) ORDER BY id") if ids else []
    return [_line(row) for row in rows]


async def of(kind: str, ids: Collection[int]) -> dict[int, list[FileLine]]:
    """The files of each parent that its caller found, in order."""
    found: dict[int, list[FileLine]] = {}
    if ids:
        sql = f"SELECT {_COLUMNS} FROM file WHERE parent_kind=$1 AND parent_id IN ({listed(ids)}) ORDER BY id"
        for row in await fetch(sql, kind):
            found.setdefault(row["parent_id"], []).append(_line(row))
    return found


async def of_lines(line_ids: Collection[int]) -> dict[int, list[FileLine]]:
    """The files that came with each line that its caller found, whatever they belong to, in order."""
    found: dict[int, list[FileLine]] = {}
    if line_ids:
        for row in await fetch(f"SELECT {_COLUMNS} FROM file WHERE line_id IN ({listed(line_ids)}) ORDER BY id"):
            found.setdefault(row["line_id"], []).append(_line(row))
    return found


def _line(row: Row) -> FileLine:
    return FileLine(
        id=row["id"],
        name=row["name"],
        kind=FileKind(row["kind"]),
        state=FileState(row["state"]),
        parent_id=row["parent_id"],
        line_id=row["line_id"],
        media_type=row["media_type"],
        bytes=row["bytes"],
        width=row["width"],
        height=row["height"],
        problem=row["problem"],
        at=moment(row["created_at"]),
    )


async def opened(name: str, *, viewer: Viewer, is_preview: bool = False) -> Opened:
    """A file by the name in its address; NotFound unless its parent's finder shows the parent to them."""
    row = await fetch_one(f"SELECT {_COLUMNS} FROM file WHERE name=$1 AND state='kept'", name)
    if row is None or not await _may_see(row, viewer):
        raise NotFound("file.not_found")
    path = shelf.path_of(row["shelf_name"], is_preview=is_preview and row["kind"] == FileKind.PHOTO.value)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("file.not_found")
    return Opened(path, row["media_type"])


async def _may_see(row: Row, viewer: Viewer) -> bool:
    if not row["parent_kind"]:
        return is_giver(row, viewer)
    kind = _parents.get(row["parent_kind"])
    return kind is not None and await kind.may_see(row["parent_id"], viewer)


def is_giver(row: Row, viewer: Viewer) -> bool:
    """Whether the viewer gave the file."""
    if viewer.person_id is not None and viewer.person_id == row["person_id"]:
        return True
    return viewer.contact_id is not None and viewer.contact_id == row["contact_id"]


async def drop(kind: str, ids: Collection[int]) -> int:
    """Take away the files of parents that are gone, in the caller's transaction; gives how many."""
    return await drop_where(f"parent_kind=$1 AND parent_id IN ({listed(ids)})", kind) if ids else 0


async def drop_where(which: str, *values: object) -> int:
    """Take away files, row and all, in the caller's transaction; the folder follows after the commit."""
    taken = await _take_away(which, *values)
    if names := [name for name in taken if name]:
        after_commit(lambda: shelf.remove(names))
    return len(taken)


async def _take_away(which: str, *values: object) -> list[str | None]:
    """The rows; gives under which names they lay in the folder, None for what never lay there."""
    rows = await fetch(f"DELETE FROM file WHERE {which} RETURNING shelf_name", *values)
    return [row["shelf_name"] for row in rows]


async def drop_of_person(person_id: int) -> int:
    """Everything that somebody gave, from whatever chat of theirs, in the caller's transaction; what they gave in their
    office stays, and is nobody's."""
    theirs = "(person_id=$1 OR contact_id IN (SELECT id FROM contact WHERE person_id=$1))"
    office = ", ".join(f"'{one.name}'" for one in _parents.values() if one.is_of_office) or "NULL"
    left = f"UPDATE file SET person_id=NULL, contact_id=NULL WHERE {theirs} AND parent_kind IN ({office})"
    await execute(left, person_id)
    return await drop_where(theirs, person_id)


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete files that came before a moment, unless what they belong to is open; so many at a time."""
    is_open = " OR ".join(f"(f.parent_kind='{one.name}' AND {one.is_open})" for one in _parents.values()) or "1=0"
    return await drop_where(
        f"id IN (SELECT f.id FROM file f WHERE f.created_at<$1 AND NOT ({is_open}) ORDER BY f.id LIMIT $2)",
        older_than,
        limit,
    )


async def sweep(*, by: Viewer) -> int:
    """清理: files that nobody attached or whose parent is gone, and what lies in the folder without a row, as it does
    where a process died between the two; gives how many of each together."""
    allow(by, "file.sweep", None)
    now = clock.now()
    async with transaction():
        gone = await _take_away("parent_kind='' AND created_at<$1", now - UNATTACHED_LASTS)
        for kind in _parents.values():
            lives = f"SELECT p.id FROM {kind.table} p WHERE p.id=file.parent_id"
            gone += await _take_away(f"parent_kind='{kind.name}' AND NOT EXISTS ({lives})")
    await asyncio.to_thread(shelf.remove, [name for name in gone if name])
    return len(gone) + await strays.take_away(before=now - STRAY_AFTER)
