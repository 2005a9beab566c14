"""Residences: who moves in and out of a home. Moving out ends the same day; what was, stays."""

from __future__ import annotations

import datetime as dt

from courier.letters import Letter
from models import clock
from models.errors import NotFound, Taken, WrongState
from models.household import Relation, ResidenceState
from models.transaction import Row, fetch_one, transaction
from models.wording import say
from people import acting, ending, rights
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.telling import tell_resident
from people.viewers import Viewer, ViewerKind

_HOUSEHOLD = (
    "INSERT INTO household (created_at, place_id, home_id, label) VALUES ($1,$2,$3,$4)"
    " ON CONFLICT (home_id, label) DO UPDATE SET label=excluded.label RETURNING id"
)
_RESIDENCE = (
    "INSERT INTO residence (created_at, place_id, person_id, home_id, open_home_id, household_id, relation, state,"
    " since, version) VALUES ($1,$2,$3,$4,$4,$5,$6,'living',$7,0)"
    " ON CONFLICT (person_id, open_home_id) DO NOTHING RETURNING id"
)


async def move_in(
    person_id: int, home_id: int, *, by: Viewer, relation: Relation, household: str = "", since: dt.date | None = None
) -> int:
    """入住: somebody of the place lives in a home from now on; Taken where they already do. Gives the residence.

    Who came in themselves at some time has the rights of a resident with it; who stands in a list only has to join.
    """
    place_id = await _place_of(home_id, by=by)
    if await fetch_one("SELECT id FROM person WHERE id=$1 AND place_id=$2", person_id, place_id) is None:
        raise NotFound("person.not_found")
    async with transaction():
        now = clock.now()
        kept = await fetch_one(_HOUSEHOLD, now, place_id, home_id, household)
        assert kept is not None
        row = await fetch_one(
            _RESIDENCE, now, place_id, person_id, home_id, kept["id"], relation.value, since or clock.today()
        )
        if row is None:
            raise Taken("residence.open_already")
        await rights.give_to_joined(person_id, place_id, by=by)
        await record(by, "residence.move_in", subject="residence", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


async def _place_of(home_id: int, *, by: Viewer) -> int:
    home = await fetch_one("SELECT place_id FROM home WHERE id=$1", home_id)
    if home is None:
        raise NotFound("home.not_found")
    must_see(by, "residence.move_in", home["place_id"], thing="home")
    allow(by, "residence.move_in", home["place_id"])
    return int(home["place_id"])


async def move_out(residence_id: int, *, by: Viewer) -> None:
    """迁出: they live there no longer, from today; with the last home in a place the rights there end at once."""
    found = await fetch_one(
        "SELECT id, place_id, person_id, home_id, state, version FROM residence WHERE id=$1", residence_id
    )
    if found is None:
        raise NotFound("residence.not_found")
    must_see(by, "residence.move_out", found["place_id"], thing="residence")
    if found["state"] != ResidenceState.LIVING:
        raise WrongState("residence.not_living")
    async with transaction():
        await _end(found)
        parted = await acting.part(found["person_id"], found["home_id"], by=by)
        left = await rights.take_where_gone(found["person_id"], found["place_id"], by=by)
        await record(by, "residence.move_out", subject="residence", subject_id=residence_id, place_id=found["place_id"])
        await ending.leave_behind(left)
        await acting.tell_parted(parted, by=by)
        if by.kind is ViewerKind.PERSON:
            await tell_resident(
                Letter(say("join.told.moved_out", address=await _address(found["home_id"]))),
                person_id=found["person_id"],
                kind="residence.move_out",
            )


async def _address(home_id: int) -> str:
    row = await fetch_one(
        "SELECT e.name AS estate, b.name AS building, h.label FROM home h JOIN building b ON b.id=h.building_id"
        " JOIN estate e ON e.id=b.estate_id WHERE h.id=$1",
        home_id,
    )
    return f"{row['estate']} {row['building']} {row['label']}" if row else ""


async def _end(found: Row) -> None:
    changed = await fetch_one(
        "UPDATE residence SET state='moved_out', until=$1, open_home_id=NULL, leaving_at=NULL,"
        " leaving_by_id=NULL, version=version+1"
        " WHERE id=$2 AND version=$3 AND state='living' RETURNING id",
        clock.today(),
        found["id"],
        found["version"],
    )
    if changed is None:
        raise Taken("residence.changed")
