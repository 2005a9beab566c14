"""Downloading a list that a second person approved: once, made on the spot, kept nowhere, everybody in it on record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models import clock
from models.errors import Taken
from models.export import ExportKind
from models.sealed import unseal
from models.service import LookField
from models.transaction import Row, execute, execute_many, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.records import export_sheet, filters
from people.records.export_sheet import Sheet
from people.records.exports import export_of
from people.records.filters import PersonLine
from people.records.querying import wanted_from
from people.viewers import Viewer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 1_000
_TAKE = (
    "UPDATE export SET state='taken', taken_at=$1 WHERE id=$2 AND state='approved' AND expires_at>$1 AND asked_by_id=$3"
    " AND kind=$4"
)
_LOOK = (
    "INSERT INTO look (created_at, place_id, person_id, by_id, field, purpose, export_id) VALUES ($1,$2,$3,$4,$5,$6,$7)"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over."""

    name: str
    content: bytes
    content_type: str = XLSX


async def take(export_id: int, *, by: Viewer) -> File:
    """下载名单: the one time it can be. Who is on it is worked out now; each of them reads that they stood in it."""
    row = await export_of(export_id, by=by, verb="export.take")
    if row["with_phones"]:
        allow(by, "person.reveal_phone", row["place_id"])
    async with transaction():
        await use(row, ExportKind.PEOPLE, by=by)
        people = await _everybody(row, by=by)
        phones = await _phones(people, row) if row["with_phones"] else {}
        await _look_at(people, phones, row, by=by)
        await used(row, len(people), by=by, detail=f", {len(phones)} phones")
        mark = watermark(row, await names_of(row), rows=len(people))
    return await asyncio.to_thread(_file, mark, people=people, phones=phones)


async def use(row: Row, kind: ExportKind, *, by: Viewer) -> None:
    """The one time that a list can be downloaded, in the caller's transaction; Taken for every other."""
    if await execute(_TAKE, clock.now(), row["id"], by.person_id or 0, kind.value) != 1:
        raise Taken("export.not_takeable")


async def used(row: Row, count: int, *, by: Viewer, detail: str = "") -> None:
    """How many rows the file has, beside the list and in the log."""
    await execute("UPDATE export SET row_count=$1 WHERE id=$2", count, row["id"])
    detail = f"purpose {row['purpose']}, {count} rows{detail}"
    await record(by, "export.take", subject="export", subject_id=row["id"], place_id=row["place_id"], detail=detail)


async def _everybody(row: Row, *, by: Viewer) -> list[PersonLine]:
    chosen, found, after = wanted_from(row["wanted"]), list[PersonLine](), 0
    while page := await filters.people(chosen, viewer=by, place_id=row["place_id"], after=after, limit=_AT_ONCE):
        found += page
        after = page[-1].residence_id
    return found


async def _phones(people: Iterable[PersonLine], row: Row) -> dict[int, str]:
    """Sealed telephones by person."""
    rows = await fetch(
        "SELECT person_id, phone_sealed FROM personal WHERE place_id=$1 AND phone_sealed IS NOT NULL", row["place_id"]
    )
    wanted = {one.id for one in people}
    return {one["person_id"]: one["phone_sealed"] for one in rows if one["person_id"] in wanted}


async def _look_at(people: Iterable[PersonLine], phones: Mapping[int, str], row: Row, *, by: Viewer) -> None:
    """One look at each, however many homes they have: at the whole telephone where it stands in the list."""
    now, persons = clock.now(), sorted({one.id for one in people})
    looks = [
        (
            *(now, row["place_id"], person, by.person_id),
            *((LookField.PHONE if person in phones else LookField.LIST).value, row["purpose"], row["id"]),
        )
        for person in persons
    ]
    await execute_many(_LOOK, looks)


async def names_of(row: Row) -> dict[str, str]:
    """Of which place a list is, who asked for it and who approved it."""
    found = await fetch_one(
        "SELECT l.name AS place, a.shown_name AS asked, c.shown_name AS approved FROM export x"
        " JOIN place l ON l.id=x.place_id LEFT JOIN person a ON a.id=x.asked_by_id"
        " LEFT JOIN person c ON c.id=x.decided_by_id WHERE x.id=$1",
        row["id"],
    )
    assert found is not None
    return {name: found[name] or "" for name in ("place", "asked", "approved")}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a file says of itself: the watermark, and its name without an ending."""

    title: str
    line: str
    name: str


def watermark(row: Row, names: Mapping[str, str], *, rows: int) -> Mark:
    """Whose a file is, who asked for it and who approved it, when and what for."""
    title, purpose = say(f"records.export.{row['kind']}"), say(f"records.purpose.{row['purpose']}")
    at = clock.local(clock.now())
    facts = {**names, "number": row["number"], "at": f"{at:%Y-%m-%d %H:%M}", "purpose": purpose, "rows": rows}
    line = say("records.export.watermark", title=title, unit=say(f"records.export.unit_{row['kind']}"), **facts)
    asked, approved = names["asked"], names["approved"]
    name = export_sheet.file_name(title, row["number"], asked, approved, f"{at:%Y%m%d-%H%M}", purpose)
    return Mark(title, line, name)


def _file(mark: Mark, *, people: list[PersonLine], phones: dict[int, str]) -> File:
    """Opening telephones and writing the workbook take their time: off the event loop."""
    heading = say("records.export.heading").split("|")
    content = export_sheet.write(Sheet(mark.title, mark.line, heading, _rows(people, phones)))
    return File(f"{mark.name}.xlsx", content)


def _rows(people: Iterable[PersonLine], phones: dict[int, str]) -> Iterator[list[str]]:
    for at, one in enumerate(people, start=1):
        phone = unseal(phones[one.id]) if one.id in phones else one.phone
        age = "" if one.age is None else str(one.age)
        yield [str(at), one.name, one.address, age, "、".join(one.tags), phone]
