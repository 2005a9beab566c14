"""Files that lie with a chat system still: a row says what must be fetched, until it is here or surely never will be.

A process that dies while it fetches has changed nothing; when its lease ends, another fetches again.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from uuid import uuid4

from courier.leases import lease_ms
from models import clock
from models.errors import Invalid
from models.file import FileKind, FileState, StoredFile
from models.sealed import seal, unseal
from models.transaction import Row, chosen_once, execute, fetch, is_postgres, moment
from people import pictures, shelf, sounds
from people.files import Parent
from people.filing import new_name, stored_as

MOST_TRIES = 8
LONGEST_MS = 24 * 60 * 60_000
FIRST_WAIT_MS, LONGEST_WAIT_MS = 2_000, 30 * 60_000
MOST_BYTES = {FileKind.PHOTO: pictures.MOST_BYTES, FileKind.VOICE: sounds.MOST_BYTES}
"""Of each kind, more is not even fetched."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file leased to one fetcher: from which channel, and what that channel knows it by."""

    id: int
    kind: FileKind
    channel: str
    source: str
    line_id: int | None
    contact_id: int | None
    tries: int
    made_ms: int
    owner: str


async def want(  # noqa: PLR0913
    source: str,
    *,
    channel: str,
    kind: FileKind,
    place_id: int,
    contact_id: int,
    person_id: int | None,
    to: Parent,
    line_id: int,
    problem: str = "",
) -> None:
    """Write down that a file must be fetched, in the transaction of the message it came with; with a ``problem`` that
    it never will be."""
    await StoredFile.create(
        created_at=clock.now(),
        place_id=place_id,
        kind=kind,
        state=FileState.LOST if problem else FileState.WANTED,
        name=new_name(),
        parent_kind=to.kind,
        parent_id=to.id,
        line_id=line_id,
        contact_id=contact_id,
        person_id=person_id,
        source_sealed=None if problem else seal(json.dumps([channel, source])),
        problem=problem,
        due_ms=clock.now_ms(),
    )


async def claim(*, limit: int) -> list[Wanted]:
    """Lease the next files that are due."""
    owner, now = uuid4().hex, clock.now_ms()
    these, end = chosen_once()
    lock = " FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    rows = await fetch(
        f"UPDATE file SET owner=$1, lease_ms=$2, tries=tries+1 WHERE id {these}SELECT f.id FROM file f"
        " WHERE f.state='wanted' AND f.due_ms<=$3 AND f.lease_ms<$3 ORDER BY f.due_ms LIMIT $4"
        f"{lock}{end} RETURNING id, kind, source_sealed, line_id, contact_id, tries, created_at",
        owner,
        now + lease_ms(),
        now,
        limit,
    )
    return [_wanted(row, owner) for row in rows]


def _wanted(row: Row, owner: str) -> Wanted:
    channel, source = _opened(row["source_sealed"])
    return Wanted(
        id=row["id"],
        kind=FileKind(row["kind"]),
        channel=channel,
        source=source,
        line_id=row["line_id"],
        contact_id=row["contact_id"],
        tries=row["tries"],
        made_ms=int(moment(row["created_at"]).timestamp() * 1000),
        owner=owner,
    )


def _opened(sealed: str | None) -> tuple[str, str]:
    """Channel and source; of what no key of ours opens, neither."""
    try:
        channel, source = json.loads(unseal(sealed or ""))
    except (Invalid, ValueError):
        return "", ""
    return str(channel), str(source)


async def keep(wanted: Wanted, content: bytes) -> bool:
    """What was fetched is written anew and kept; False when another fetcher was first. Invalid where it is not what it
    should be."""
    stored = await stored_as(content, kind=wanted.kind)
    names = ", ".join(f"{name}=${place}" for place, name in enumerate(stored, start=3))
    changed = await execute(
        f"UPDATE file SET state='kept', source_sealed=NULL, lease_ms=0, {names} WHERE id=$1 AND owner=$2"
        " AND state='wanted'",
        wanted.id,
        wanted.owner,
        *stored.values(),
    )
    if changed != 1:
        await asyncio.to_thread(shelf.remove, [stored["shelf_name"]])
    return changed == 1


async def put_off(wanted: Wanted, *, wait_ms: int) -> None:
    """It could not be fetched now; later perhaps."""
    await execute(
        "UPDATE file SET lease_ms=0, due_ms=$1 WHERE id=$2 AND owner=$3 AND state='wanted'",
        clock.now_ms() + wait_ms,
        wanted.id,
        wanted.owner,
    )


async def lose(wanted: Wanted, *, problem: str) -> bool:
    """It will never be had; False when another fetcher was first."""
    changed = await execute(
        "UPDATE file SET state='lost', source_sealed=NULL, lease_ms=0, problem=$1 WHERE id=$2 AND owner=$3"
        " AND state='wanted'",
        problem,
        wanted.id,
        wanted.owner,
    )
    return changed == 1


def is_over(wanted: Wanted) -> bool:
    """Whether it was tried often enough, or for long enough."""
    return wanted.tries >= MOST_TRIES or clock.now_ms() - wanted.made_ms > LONGEST_MS


def wait_ms(wanted: Wanted) -> int:
    """How long to wait after this try: doubling."""
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2**wanted.tries)
