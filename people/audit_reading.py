"""Reading the audit log: the lines of the places that somebody leads, by who, verb, thing and day, a page at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from models.clock import SHANGHAI
from models.transaction import Row, fetch, fetch_one
from models.wording import say
from people.audit import record
from people.audit_words import detail_in_words, thing_in_words, verb_in_words
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

PAGE, MOST = 50, 10_000
VERBS_OF = 20_000
"""How many lines are looked at for what was done."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; '' and None are everything. ``last`` counts as a whole day."""

    who: str = ""
    verb: str = ""
    subject: str = ""
    subject_id: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    def to_json(self) -> str:
        """As it is kept with a wish to take the lines out, beside no tags and no building."""
        days = {name: day.isoformat() if day else "" for name, day in (("first", self.first), ("last", self.last))}
        log = {"who": self.who, "verb": self.verb, "subject": self.subject, "subject_id": self.subject_id, **days}
        return json.dumps({"tags": [], "without": [], "building": 0, "log": log}, ensure_ascii=False)


def filter_from(text: str) -> Filter:
    """As ``to_json`` gave it."""
    log = json.loads(text)["log"]
    days = {name: dt.date.fromisoformat(log[name]) if log[name] else None for name in ("first", "last")}
    return Filter(log["who"], log["verb"], log["subject"], log["subject_id"], **days)


def terms(text: str) -> tuple[str, ...]:
    """What is looked for in words; nothing where it is no part of the log, or the whole of it."""
    log = json.loads(text).get("log")
    if log is None:
        return ()
    number = say("staff.audit.number", number=log["subject_id"]) if log["subject_id"] is not None else ""
    days = [say(f"staff.audit.{name}", day=log[name]) if log[name] else "" for name in ("first", "last")]
    found = (log["who"], verb_in_words(log["verb"]) if log["verb"] else "", number, *days)
    return tuple(one for one in found if one)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line in words: when, who ('' is the system), what was done to which thing."""

    number: int
    at: dt.datetime
    who: str
    verb: str
    words: str
    thing: str
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
        ("(p.shown_name LIKE {mark} ESCAPE '!' OR p.name LIKE {mark} ESCAPE '!')", _part(wanted.who)),
        ("a.verb={mark}", wanted.verb),
        ("a.subject={mark}", wanted.subject),
        ("a.subject_id={mark}", wanted.subject_id),
        ("a.at_ms>={mark}", _midnight_ms(wanted.first)),
        ("a.at_ms<{mark}", _midnight_ms(ends)),
    ]


def _part(text: str) -> str:
    """A pattern for any name that has this in it; '' for none."""
    plain = text.strip()[:40]
    for mark in "!%_":
        plain = plain.replace(mark, f"!{mark}")
    return f"%{plain}%" if plain else ""


async def verbs(*, viewer: Viewer, place_id: int) -> dict[str, str]:
    """What was done in a place as far back as its last ``VERBS_OF`` lines, and its words; one statement."""
    must_see(viewer, "audit.read", place_id, thing="place")
    rows = await fetch(
        "SELECT DISTINCT l.verb FROM (SELECT verb FROM audit_line WHERE place_id=$1 ORDER BY number DESC LIMIT $2) l",
        place_id,
        VERBS_OF,
    )
    found = {row["verb"]: verb_in_words(row["verb"]) for row in rows}
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _midnight_ms(day: dt.date | None) -> int | None:
    """The moment a day begins in Shanghai, in milliseconds."""
    return None if day is None else int(dt.datetime.combine(day, dt.time(), SHANGHAI).timestamp() * 1000)


def _row(row: Row) -> AuditRow:
    return AuditRow(
        number=row["number"],
        at=dt.datetime.fromtimestamp(row["at_ms"] / 1000, dt.UTC),
        who=row["who"] or "",
        verb=row["verb"],
        words=verb_in_words(row["verb"]),
        thing=thing_in_words(row["subject"], row["subject_id"]),
        detail=detail_in_words(row["detail"]),
    )


async def count(wanted: Filter, *, viewer: Viewer, place_id: int) -> int:
    """How many lines of a place a filter finds, ten thousand at most."""
    must_see(viewer, "audit.read", place_id, thing="place")
    values: list[object] = [place_id, _NEWEST, MOST]
    where = "".join(_clause(sql, value, values) for sql, value in _clauses(wanted) if value not in ("", None))
    row = await fetch_one(f"SELECT count(*) AS n FROM ({_LINES.format(where=where)}) l", *values)
    return int(row["n"]) if row else 0


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
    """A line's fields for a file."""
    at = f"{row.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    shown = {"number": row.number, "at": at, "who": row.who or say("permission.who.system")}
    return {**shown, "words": row.words, "thing": row.thing, "detail": row.detail}
