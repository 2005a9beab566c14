"""The catalogue (事项目录) as rows: read from its files at first start, changed by staff, each version kept.

Each process keeps the rows in force and looks at one number whether they changed. A neighbourhood's own row stands over
the shared one of the same key.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from casework.cases import reading
from casework.cases.kinds import Kind
from models import clock
from models.counters import next_value
from models.errors import Invalid, NotFound, Taken
from models.shape_words import why
from models.transaction import execute, fetch, fetch_one, fetch_one_by_key, moment, transaction
from models.work_kind import WorkKind
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

_REVISION = "work_kinds"
_seen: int | None = None
_rows: Mapping[str, Kind] = {}


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind as a neighbourhood has it; ``is_own``: over the shared one; ``number`` goes back with a change."""

    kind: Kind
    is_own: bool
    number: int


@dataclass(frozen=True, slots=True)
class KindStep:
    """One version of a kind: who wrote it, when and why."""

    number: int
    by_id: int | None
    at: dt.datetime
    note: str
    kind: Kind
    is_own: bool


def forget() -> None:
    """Nothing is known of the catalogue, as in a new process."""
    global _seen, _rows
    _seen, _rows = None, {}


async def _current() -> Mapping[str, Kind]:
    """The rows in force by their slot; read again where the revision moved on."""
    global _seen, _rows
    row = await fetch_one_by_key("SELECT value FROM counter WHERE name=$1", _REVISION)
    revision = int(row["value"]) if row else 0
    if revision != _seen:
        found = await fetch("SELECT slot, body FROM work_kind WHERE in_force IS NOT NULL")
        _rows, _seen = {one["slot"]: Kind.model_validate_json(one["body"]) for one in found}, revision
    return _rows


async def _in_force() -> Mapping[str, Kind]:
    return await reading.kept(("kinds",), _current)


async def kinds_of(place_id: int | None) -> dict[str, Kind]:
    """Every kind that counts in a place, by key, in the order of the catalogue; for rules and turns."""
    return _of(await _in_force(), place_id)


async def kinds_in(place_ids: Collection[int]) -> dict[int, dict[str, Kind]]:
    """The same of several places: one statement for any number of them, and for none."""
    rows = await _in_force()
    return {place_id: _of(rows, place_id) for place_id in place_ids}


def _of(rows: Mapping[str, Kind], place_id: int | None) -> dict[str, Kind]:
    common = {slot: kind for slot, kind in rows.items() if "@" not in slot}
    own = {kind.id: kind for slot, kind in rows.items() if slot == f"{kind.id}@{place_id}"}
    return {**common, **own}


async def kind_of(key: str, place_id: int | None) -> Kind:
    """One kind as it counts in a place."""
    rows = await _in_force()
    kind = rows.get(f"{key}@{place_id}") or rows.get(key)
    if kind is None:
        raise NotFound("catalogue.not_found")
    return kind


async def load(kinds: Sequence[Kind], *, by: Viewer) -> int:
    """Take in the kinds that the database does not know yet; what staff have changed stays. Gives how many are new."""
    allow(by, "catalogue.load", None)
    if not await _unknown(kinds):
        return 0
    async with transaction():
        await _bump()  # Holds the row, so that of several processes that start at once one does it.
        new = await _unknown(kinds)
        await WorkKind.bulk_create([_row(kind, number=1, place_id=None, by=by, note="") for kind in new])
        if new:
            await record(
                by, "catalogue.load", subject="work_kind", subject_id=None, place_id=None, detail=f"{len(new)} kinds"
            )
    return len(new)


async def _unknown(kinds: Sequence[Kind]) -> list[Kind]:
    known = {row["key"] for row in await fetch("SELECT key FROM work_kind WHERE place_id IS NULL")}
    return [kind for kind in kinds if kind.id not in known]


async def kinds(*, viewer: Viewer, place_id: int) -> list[KindLine]:
    """目录: every kind of a place, for its staff."""
    must_see(viewer, "catalogue.read", place_id, thing="place")
    rows = await fetch(
        "SELECT slot, body, number, place_id FROM work_kind WHERE in_force IS NOT NULL AND (place_id IS NULL OR"
        " place_id=$1) ORDER BY id",
        place_id,
    )
    lines: dict[str, KindLine] = {}
    for row in sorted(rows, key=lambda one: one["place_id"] is not None):
        kind = Kind.model_validate_json(row["body"])
        lines[kind.id] = KindLine(kind, is_own=row["place_id"] is not None, number=row["number"])
    return list(lines.values())


async def change(key: str, *, by: Viewer, place_id: int, values: Mapping[str, object], number: int, note: str) -> Kind:
    """改事项: a neighbourhood's own version of a kind; ``number``: the version that was seen. Taken when it is old."""
    must_see(by, "catalogue.change", place_id, thing="place")
    why_changed = clean_input(note)[:200]
    if not why_changed:
        raise Invalid("catalogue.needs_note")
    async with transaction():
        await _bump()  # Holds the row, so that of two who save at once the second finds what the first has written.
        before = next((one for one in await kinds(viewer=by, place_id=place_id) if one.kind.id == key), None)
        if before is None:
            raise NotFound("catalogue.not_found")
        if before.number != number:
            raise Taken("catalogue.changed")
        kind = _checked(before.kind, values)
        await _end(f"{key}@{place_id}")
        await _row(kind, number=await _next(key, place_id), place_id=place_id, by=by, note=why_changed).save()
        await record(by, "catalogue.change", subject="work_kind", subject_id=None, place_id=place_id, detail=key)
    return kind


async def restore(key: str, *, by: Viewer, place_id: int) -> None:
    """恢复共用: the shared version counts here again."""
    must_see(by, "catalogue.change", place_id, thing="place")
    async with transaction():
        await _bump()
        if not await _end(f"{key}@{place_id}"):
            raise NotFound("catalogue.not_found")
        await record(by, "catalogue.restore", subject="work_kind", subject_id=None, place_id=place_id, detail=key)


async def versions(key: str, *, viewer: Viewer, place_id: int) -> list[KindStep]:
    """变更记录: every version of a kind that counts or counted in a place, the newest first."""
    must_see(viewer, "catalogue.read", place_id, thing="place")
    rows = await fetch(
        "SELECT number, by_id, created_at, note, body, place_id FROM work_kind WHERE key=$1 AND (place_id IS NULL OR"
        " place_id=$2) ORDER BY id DESC",
        key,
        place_id,
    )
    return [
        KindStep(
            row["number"],
            row["by_id"],
            moment(row["created_at"]),
            row["note"],
            Kind.model_validate_json(row["body"]),
            is_own=row["place_id"] is not None,
        )
        for row in rows
    ]


def _checked(kind: Kind, values: Mapping[str, object]) -> Kind:
    fixed = {"id": kind.id, "field": kind.field, "field_name": kind.field_name}
    try:
        return Kind.model_validate({**json.loads(kind.model_dump_json()), **values, **fixed})
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("catalogue.wrong", file=kind.name, at=at, problem=why(first)) from error


def _row(kind: Kind, *, number: int, place_id: int | None, by: Viewer, note: str) -> WorkKind:
    slot = kind.id if place_id is None else f"{kind.id}@{place_id}"
    return WorkKind(
        created_at=clock.now(),
        slot=slot,
        number=number,
        key=kind.id,
        place_id=place_id,
        body=kind.model_dump_json(),
        note=note,
        by_id=by.person_id,
        in_force=slot,
    )


async def _end(slot: str) -> int:
    return await execute("UPDATE work_kind SET in_force=NULL WHERE in_force=$1", slot)


async def _next(key: str, place_id: int) -> int:
    """Counted with the shared versions, so that a neighbourhood's first own one has another number than what it
    stands over."""
    row = await fetch_one(
        "SELECT coalesce(max(number), 0)+1 AS n FROM work_kind WHERE key=$1 AND (place_id IS NULL OR place_id=$2)",
        key,
        place_id,
    )
    assert row is not None
    return int(row["n"])


async def _bump() -> None:
    await next_value(_REVISION)


async def changed_at() -> dt.datetime:
    """When anything in the catalogue last changed, for those who keep a copy of it."""
    row = await fetch_one("SELECT created_at FROM counter WHERE name=$1", _REVISION)
    return moment(row["created_at"]) if row else clock.now()
