"""The one writer of the audit log: append only, hash-chained, ids and never names or words."""

from __future__ import annotations

import hashlib

from models import clock
from models.transaction import Row, execute, fetch, fetch_one, in_transaction_now
from people.viewers import Viewer

GENESIS = "0" * 64
_CHAIN = "audit"


def _digest(previous: str, *fields: object) -> str:
    return hashlib.sha256("\x1f".join([previous, *(str(field) for field in fields)]).encode()).hexdigest()


async def record(
    by: Viewer, verb: str, *, subject: str, subject_id: int | None, place_id: int | None, detail: str = ""
) -> None:
    """Append a line, in the transaction of the change it tells of. The counter row's lock keeps the chain unforked."""
    if not in_transaction_now():
        raise RuntimeError("an audit line belongs to a transaction")
    now = clock.now_ms()
    row = await fetch_one(
        "INSERT INTO counter (created_at, name, value) VALUES ($1, $2, 1)"
        " ON CONFLICT (name) DO UPDATE SET value=counter.value+1 RETURNING value",
        clock.now(),
        _CHAIN,
    )
    assert row is not None
    last = await fetch_one("SELECT hash FROM audit_line WHERE number=$1", row["value"] - 1)
    previous = last["hash"] if last else GENESIS
    fields = (row["value"], now, by.person_id, place_id, verb, subject, subject_id, detail)
    await execute(
        "INSERT INTO audit_line (number, at_ms, actor_id, place_id, verb, subject, subject_id, detail, previous, hash)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        *fields,
        previous,
        _digest(previous, *fields),
    )


def _line_digest(row: Row) -> str:
    names = ("number", "at_ms", "actor_id", "place_id", "verb", "subject", "subject_id", "detail")
    return _digest(row["previous"], *(row[name] for name in names))


async def first_broken_line() -> int | None:
    """Walk the chain; the number of the first line that was changed, or after which one is missing; None if whole."""
    previous, expected = GENESIS, 1
    while rows := await fetch("SELECT * FROM audit_line WHERE number>=$1 ORDER BY number LIMIT 1000", expected):
        for row in rows:
            if row["number"] != expected or row["previous"] != previous or row["hash"] != _line_digest(row):
                return expected
            previous, expected = row["hash"], expected + 1
    return None
