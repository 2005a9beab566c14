"""Reading the audit log: the lines of the places that somebody leads, by who, verb, thing and day, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from models.clock import SHANGHAI
from models.transaction import Row, fetch
from models.wording import knows, say
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

PAGE, MOST = 50, 10_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; '' and None are everything. ``last`` counts as a whole day."""

    who: str = ""
    verb: str = ""
    subject: str = ""
    subject_id: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line in words: when, who ('' is the system), what was done to which thing."""

    number: int
    at: dt.datetime
    who: str
    verb: str
    words: str
    subject: str
    subject_id: int | None
    detail: str


_LINES = (
    "SELECT a.number, a.at_ms, a.verb, a.subject, a.subject_id, a.detail, p.shown_name AS who FROM audit_line a"
    " LEFT JOIN person p ON p.id=a.actor_id WHERE a.place_id=$1 AND a.number<$2{where} ORDER BY a.number DESC LIMIT $3"
)
_NEWEST = 2**62


async def audit_lines(
    wanted: Filter, *, viewer: Viewer, place_id: int, before: int = 0, limit: int = PAGE
) -> list[AuditRow]:
    """A page of a place's lines, the newest first; one statement."""
    must_see(viewer, "audit.read", place_id, thing="place")
    values: list[object] = [place_id, before or _NEWEST, limit]
    where = "".join(_clause(sql, value, values) for sql, value in _clauses(wanted) if value not in ("", None))
    return [_row(row) for row in await fetch(_LINES.format(where=where), *values)]


def _clause(sql: str, value: object, values: list[object]) -> str:
    values.append(value)
    return f" AND {sql.format(mark=f'${len(values)}')}"


def _clauses(wanted: Filter) -> list[tuple[str, object]]:
    ends = wanted.last + dt.timedelta(days=1) if wanted.last else None
    return [
        ("p.shown_name={mark}", wanted.who.strip()[:40]),
        ("a.verb={mark}", wanted.verb),
        ("a.subject={mark}", wanted.subject),
        ("a.subject_id={mark}", wanted.subject_id),
        ("a.at_ms>={mark}", _midnight_ms(wanted.first)),
        ("a.at_ms<{mark}", _midnight_ms(ends)),
    ]


def _midnight_ms(day: dt.date | None) -> int | None:
    """The moment a day begins in Shanghai, in milliseconds."""
    return None if day is None else int(dt.datetime.combine(day, dt.time(), SHANGHAI).timestamp() * 1000)


def _row(row: Row) -> AuditRow:
    key = f"permission.{row['verb']}"
    return AuditRow(
        number=row["number"],
        at=dt.datetime.fromtimestamp(row["at_ms"] / 1000, dt.UTC),
        who=row["who"] or "",
        verb=row["verb"],
        words=say(key) if knows(key) else row["verb"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        detail=row["detail"],
    )


async def take_out(wanted: Filter, *, by: Viewer, place_id: int) -> list[AuditRow]:
    """导出操作记录: what a filter finds, ten thousand at most; that it was taken out is the next line. Part of the
    caller's transaction."""
    allow(by, "audit.export", place_id)
    found = await audit_lines(wanted, viewer=by, place_id=place_id, limit=MOST)
    await record(
        by, "audit.export", subject="place", subject_id=place_id, place_id=place_id, detail=f"{len(found)} lines"
    )
    return found


def facts(row: AuditRow) -> Mapping[str, object]:
    """A line's fields as text for a file."""
    at = f"{row.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    thing = f"{row.subject} {row.subject_id if row.subject_id is not None else ''}".strip()
    return {"number": row.number, "at": at, "who": row.who, "words": row.words, "thing": thing, "detail": row.detail}
