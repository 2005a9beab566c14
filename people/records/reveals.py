"""Seeing a number in full: for a purpose from the list, not too often, and on record; and who looked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import limits
from models import clock
from models.errors import Invalid, NotAllowed, NotFound
from models.rules import rules
from models.sealed import seal, unseal
from models.service import LookField
from models.transaction import Row, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import may
from people.records.cards import place_of
from people.scope import must_see
from people.viewers import Viewer

PAGE, LONGEST_NOTE = 50, 200
NEEDS_NOTE = "other"


@dataclass(frozen=True, slots=True)
class LookLine:
    """Somebody saw a number in full: who, when, which, what for; ``note`` is for those who lead the place."""

    id: int
    at: dt.datetime
    by: str
    field: LookField
    purpose: str
    note: str
    is_export: bool


_COLUMNS = {LookField.PHONE: "phone_sealed", LookField.ID_NUMBER: "id_number_sealed"}
_LOOK = (
    "INSERT INTO look (created_at, place_id, person_id, by_id, field, purpose, note_sealed)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7) RETURNING id"
)


async def reveal(person_id: int, *, by: Viewer, field: LookField, purpose: str, note: str = "") -> str:
    """看完整号码: the number as it is, once; without a purpose there is none."""
    verb = f"person.reveal_{field.value}"
    place_id = await place_of(person_id, by=by, verb=verb)
    words = held_purpose(purpose, note)
    await limits.spend("reveals", str(by.person_id), rate=rules().limits.reveals)
    async with transaction():
        row = await fetch_one(f"SELECT {_COLUMNS[field]} AS token FROM personal WHERE person_id=$1", person_id)
        if row is None or not row["token"]:
            raise NotFound("person.no_number")
        number = unseal(row["token"])
        kept = await fetch_one(
            _LOOK,
            clock.now(),
            place_id,
            person_id,
            by.person_id,
            field.value,
            purpose,
            seal(words) if words else None,
        )
        assert kept is not None
        detail = f"purpose {purpose}, look {kept['id']}"
        await record(by, verb, subject="person", subject_id=person_id, place_id=place_id, detail=detail)
    return number


def held_purpose(purpose: str, note: str) -> str:
    """The note to a purpose; refused where the purpose is not on the list, or says too little by itself."""
    words = " ".join(note.split())
    if purpose not in rules().purposes:
        raise Invalid("person.purpose_missing")
    if len(words) > LONGEST_NOTE:
        raise Invalid("person.note_too_long", most=LONGEST_NOTE)
    if purpose == NEEDS_NOTE and not words:
        raise Invalid("person.note_missing")
    return words


_LOOKS = (
    "SELECT k.id, k.created_at, k.field, k.purpose, k.note_sealed, k.export_id, p.shown_name FROM look k"
    " LEFT JOIN person p ON p.id=k.by_id WHERE k.person_id=$1 AND ($2=0 OR k.id<$2) ORDER BY k.id DESC LIMIT $3"
)


async def looks_at(person_id: int, *, viewer: Viewer, after: int = 0, limit: int = PAGE) -> list[LookLine]:
    """Who looked at somebody's numbers, when and why, the newest first: for the person, and for who leads the place."""
    row = await fetch_one("SELECT place_id FROM person WHERE id=$1", person_id)
    if row is None:
        raise NotFound("person.not_found")
    leads = may(viewer, "person.read_looks", row["place_id"])
    if not leads and viewer.person_id != person_id:
        must_see(viewer, "person.read", row["place_id"], thing="person")
        raise NotAllowed("not_allowed", verb="person.read_looks")
    return [_look(one, with_note=leads) for one in await fetch(_LOOKS, person_id, after, limit)]


def _look(row: Row, *, with_note: bool) -> LookLine:
    return LookLine(
        id=row["id"],
        at=moment(row["created_at"]),
        by=row["shown_name"] or "",
        field=LookField(row["field"]),
        purpose=row["purpose"],
        note=unseal(row["note_sealed"]) if with_note and row["note_sealed"] else "",
        is_export=row["export_id"] is not None,
    )
