"""Downloading a list that a second person approved: once, made on the spot, kept nowhere, everybody in it on record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models import clock
from models.errors import Taken
from models.sealed import unseal
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

_AT_ONCE = 1_000
_TAKE = (
    "UPDATE export SET state='taken', taken_at=$1 WHERE id=$2 AND state='approved' AND expires_at>$1 AND asked_by_id=$3"
)
_LOOK = (
    "INSERT INTO look (created_at, place_id, person_id, by_id, field, purpose, export_id)"
    " VALUES ($1,$2,$3,$4,'phone',$5,$6)"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over."""

    name: str
    content: bytes


async def take(export_id: int, *, by: Viewer) -> File:
    """下载名单: the one time it can be. Who is on it is worked out now; whole telephones count as looked at."""
    row = await export_of(export_id, by=by, verb="export.take")
    if row["with_phones"]:
        allow(by, "person.reveal_phone", row["place_id"])
    async with transaction():
        if await execute(_TAKE, clock.now(), export_id, by.person_id or 0) != 1:
            raise Taken("export.not_takeable")
        people = await _everybody(row, by=by)
        phones = await _phones(people, row) if row["with_phones"] else {}
        await _look_at(phones, row, by=by)
        await execute("UPDATE export SET row_count=$1 WHERE id=$2", len(people), export_id)
        detail = f"purpose {row['purpose']}, {len(people)} rows, {len(phones)} phones"
        place_id = row["place_id"]
        await record(by, "export.take", subject="export", subject_id=export_id, place_id=place_id, detail=detail)
        names = await _names(row)
    return await asyncio.to_thread(_file, row, names, people=people, phones=phones)


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


async def _look_at(phones: dict[int, str], row: Row, *, by: Viewer) -> None:
    now = clock.now()
    looks = [(now, row["place_id"], person, by.person_id, row["purpose"], row["id"]) for person in sorted(phones)]
    await execute_many(_LOOK, looks)


async def _names(row: Row) -> dict[str, str]:
    found = await fetch_one(
        "SELECT l.name AS place, a.shown_name AS asked, c.shown_name AS approved FROM export x"
        " JOIN place l ON l.id=x.place_id LEFT JOIN person a ON a.id=x.asked_by_id"
        " LEFT JOIN person c ON c.id=x.decided_by_id WHERE x.id=$1",
        row["id"],
    )
    assert found is not None
    return {name: found[name] or "" for name in ("place", "asked", "approved")}


def _file(row: Row, names: dict[str, str], *, people: list[PersonLine], phones: dict[int, str]) -> File:
    """Opening telephones and writing the workbook take their time: off the event loop."""
    purpose, at = say(f"records.purpose.{row['purpose']}"), clock.local(clock.now())
    mark = say(
        "records.export.watermark", **names, number=row["number"], at=f"{at:%Y-%m-%d %H:%M}", purpose=purpose,
        rows=len(people),
    )  # fmt: skip
    title = say("records.export.sheet")
    heading = say("records.export.heading").split("|")
    content = export_sheet.write(Sheet(title, mark, heading, _rows(people, phones)))
    name = export_sheet.file_name(title, row["number"], names["asked"], names["approved"], f"{at:%Y%m%d-%H%M}", purpose)
    return File(f"{name}.xlsx", content)


def _rows(people: Iterable[PersonLine], phones: dict[int, str]) -> Iterator[list[str]]:
    for at, one in enumerate(people, start=1):
        phone = unseal(phones[one.id]) if one.id in phones else one.phone
        age = "" if one.age is None else str(one.age)
        yield [str(at), one.name, one.address, age, "、".join(one.tags), phone]
