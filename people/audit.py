"""The one writer of the audit log: append only, hash-chained, ids and never names or words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from models import clock, triggers
from models.errors import Invalid
from models.transaction import Row, connection, execute, fetch, fetch_one, in_transaction_now, is_postgres
from people.viewers import Viewer

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line by its number and hash; one written down elsewhere later proves that nothing up to it was changed."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def _digest(previous: str, *fields: object) -> str:
    return hashlib.sha256("\x1f".join([previous, *(str(field) for field in fields)]).encode()).hexdigest()


async def record(
    by: Viewer, verb: str, *, subject: str, subject_id: int | None, place_id: int | None, detail: str = ""
) -> None:
    """Append a line, in the transaction of the change it tells of. The head row's lock keeps the chain unforked."""
    if not in_transaction_now():
        raise RuntimeError("an audit line belongs to a transaction")
    now = clock.now_ms()
    row = await fetch_one(
        "INSERT INTO audit_head (id, number, hash) VALUES (1, 1, $1)"
        " ON CONFLICT (id) DO UPDATE SET number=audit_head.number+1 RETURNING number, hash",
        GENESIS,
    )
    assert row is not None
    previous = row["hash"]
    fields = (row["number"], now, by.person_id, place_id, verb, subject, subject_id, detail)
    await _append(*fields, previous, _digest(previous, *fields))


_LINE = (
    "INSERT INTO audit_line (number, at_ms, actor_id, place_id, verb, subject, subject_id, detail, previous, hash)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"
)


async def _append(*values: object) -> None:
    """The line and the head's hash: on PostgreSQL in one trip, since everybody who records waits for that row."""
    if is_postgres():
        await execute(f"WITH line AS ({_LINE}) UPDATE audit_head SET hash=$10 WHERE id=1", *values)
        return
    await execute(_LINE, *values)
    await execute("UPDATE audit_head SET hash=$1 WHERE id=1", values[-1])


def _line_digest(row: Row) -> str:
    names = ("number", "at_ms", "actor_id", "place_id", "verb", "subject", "subject_id", "detail")
    return _digest(row["previous"], *(row[name] for name in names))


async def head() -> Anchor:
    """Where the log ends; number 0 before the first line."""
    row = await fetch_one("SELECT number, hash FROM audit_head WHERE id=1")
    return Anchor(row["number"], row["hash"]) if row else Anchor(0, GENESIS)


def anchor(text: str) -> Anchor:
    """The anchor that ``audit check`` or the daily log event gave, written ``412:9f3c…``."""
    number, _, digest = text.strip().partition(":")
    if not number.isdecimal() or len(digest) != len(GENESIS):
        raise Invalid("audit.no_anchor", text=text[:100])
    return Anchor(int(number), digest)


async def first_broken_line(*anchors: Anchor) -> int | None:
    """Walk the chain; the number of the first line that was changed, or after which one is missing; None if whole.

    It must reach the head, which is raised in the transaction of every line, and pass every anchor given. Lines that
    are added meanwhile do no harm: the head is read before and after.
    """
    hashes: dict[int, set[str]] = {}
    for one in (*anchors, await head()):
        hashes.setdefault(one.number, set()).add(one.hash)
    reached = Anchor(0, GENESIS)
    while rows := await fetch("SELECT * FROM audit_line WHERE number>$1 ORDER BY number LIMIT 1000", reached.number):
        for row in rows:
            if not _follows(row, reached) or hashes.get(row["number"], {row["hash"]}) != {row["hash"]}:
                return reached.number + 1
            reached = Anchor(row["number"], row["hash"])
    is_whole = max(hashes) <= reached.number <= (await head()).number
    return None if is_whole else reached.number + 1


def _follows(row: Row, before: Anchor) -> bool:
    return row["number"] == before.number + 1 and row["previous"] == before.hash and row["hash"] == _line_digest(row)


async def missing_guards() -> tuple[str, ...]:
    """Which of the database's triggers that refuse a change of the log are gone or switched off."""
    return await triggers.missing(connection())


TAIL = 1000


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where the log ends, and whether its last thousand lines follow each other up to there under all guards."""

    end: Anchor
    is_whole: bool


async def state() -> ChainState:
    """A quick look, for a page; ``first_broken_line`` walks the whole chain."""
    end = await head()
    rows = await fetch(
        "SELECT * FROM audit_line WHERE number>$1 AND number<=$2 ORDER BY number", end.number - TAIL, end.number
    )
    first = rows[0] if rows else None
    reached = Anchor(first["number"] - 1, first["previous"]) if first else Anchor(0, GENESIS)
    for row in rows:
        if not _follows(row, reached):
            return ChainState(end, is_whole=False)
        reached = Anchor(row["number"], row["hash"])
    return ChainState(end, is_whole=reached == end and not await missing_guards())
