"""What is done for somebody: a visit, an allowance, a note, written down once and struck rather than deleted."""

from __future__ import annotations

import datetime as dt

from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.rules import rules
from models.sealed import seal
from models.transaction import Row, execute, fetch_one, transaction
from people.audit import record
from people.keeping import seen_in
from people.permissions import may
from people.scope import must_see
from people.viewers import Viewer

LONGEST_NOTE, LONGEST_KEY = 1_000, 40
NOTE = "note"
_FIRST_DAY = dt.date(1990, 1, 1)
_NOTE = (
    "INSERT INTO service (created_at, place_id, person_id, home_id, kind, day, note_sealed, by_id, key)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT (place_id, key) DO NOTHING RETURNING id"
)


async def note(
    *, by: Viewer, kind: str, day: dt.date | None, words: str, key: str, person_id: int = 0, home_id: int = 0
) -> int:
    """记一笔: something done for a person (at the home they live in) or for a home; the same ``key`` twice is once.

    Gives its number, 0 where it was noted before.
    """
    place_id, home_id = await whose(person_id, home_id, by=by)
    text = _held(kind, day, words.strip(), key=key)
    async with transaction():
        row = await fetch_one(
            _NOTE,
            clock.now(),
            place_id,
            person_id or None,
            home_id or None,
            kind,
            day,
            seal(text) if text else None,
            by.person_id,
            key,
        )
        if row is None:
            return 0
        await record(by, "service.note", subject="service", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


def _held(kind: str, day: dt.date | None, text: str, *, key: str) -> str:
    if kind not in rules().services or not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("service.kind")
    if day is None or not _FIRST_DAY <= day <= clock.today():
        raise Invalid("service.day")
    if len(text) > LONGEST_NOTE:
        raise Invalid("service.note_too_long", most=LONGEST_NOTE)
    if kind == NOTE and not text:
        raise Invalid("service.note_missing")
    return text


_HOME_OF = (
    "SELECT min(d.open_home_id) AS home_id FROM residence d WHERE d.person_id=$1 AND d.place_id=$2 AND d.state='living'"
)


async def whose(person_id: int, home_id: int, *, by: Viewer) -> tuple[int, int]:
    """The place and the home; a person's own home where none is named."""
    if not person_id and not home_id:
        raise Invalid("service.whose")
    person = await _person(person_id, by=by) if person_id else None
    home = await fetch_one("SELECT place_id FROM home WHERE id=$1", home_id) if home_id else None
    for given, found, thing in ((person_id, person, "person"), (home_id, home, "home")):
        if given and found is None:
            raise NotFound(f"{thing}.not_found")
        if found is not None:
            must_see(by, "service.note", found["place_id"], thing=thing)
    places = {found["place_id"] for found in (person, home) if found is not None}
    if len(places) != 1:
        raise NotFound("home.not_found")
    return places.pop(), home_id or (person["home_id"] if person and person["home_id"] else 0)


async def _person(person_id: int, *, by: Viewer) -> Row:
    place_id = await seen_in(person_id, viewer=by)
    return {"place_id": place_id, **(await fetch_one(_HOME_OF, person_id, place_id) or {})}


async def strike(service_id: int, *, by: Viewer) -> None:
    """划掉: it was wrong; it stays to be read and counts no more."""
    row = await fetch_one("SELECT id, place_id, by_id, person_id, home_id FROM service WHERE id=$1", service_id)
    if row is None:
        raise NotFound("service.not_found")
    must_see(by, "service.strike", row["place_id"], thing="service")
    if row["by_id"] != by.person_id and not may(by, "service.strike_others", row["place_id"]):
        raise NotAllowed("service.not_yours")
    async with transaction():
        changed = await execute(
            "UPDATE service SET struck_at=$1, struck_by_id=$2 WHERE id=$3 AND struck_at IS NULL",
            clock.now(),
            by.person_id,
            service_id,
        )
        if changed != 1:
            raise Taken("service.struck")
        await record(by, "service.strike", subject="service", subject_id=service_id, place_id=row["place_id"])
