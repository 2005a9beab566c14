"""作证: a joined member of the household says that they know who asks. Staff are told all the same and may refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.errors import NotAllowed, NotFound, Taken
from models.household import Relation
from models.transaction import Row, fetch, fetch_one, moment, transaction
from people.audit import record
from people.joining import telling
from people.joining.arrival import Arrived, arrive, hold
from people.joining.deciding import must_wait, settle, tell
from people.joining.matching import is_other_name, matches
from people.joining.states import READ, address
from people.permissions import allow
from people.rules import rules_of
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody who asks to be let into a home of the viewer's."""

    id: int
    address: str
    name: str
    relation: Relation
    asked_at: dt.datetime
    is_vouched: bool


_AT_MY_HOMES = (
    f"{READ} JOIN residence d ON d.open_home_id=j.home_id AND d.person_id=$1 AND d.state='living'"
    " AND d.leaving_at IS NULL AND NOT EXISTS (SELECT 1 FROM join_request q WHERE q.residence_id=d.id"
    " AND q.state='approved' AND q.decided_by_id=q.vouched_by_id)"
    " WHERE j.state='waiting' AND (j.contact_id IS NULL OR j.contact_id NOT IN"
    " (SELECT id FROM contact WHERE person_id=$1))"
)


async def knocks(*, viewer: Viewer) -> list[Knock]:
    """Who asks to be let into the viewer's homes, the oldest first; only where neighbours may vouch.

    Whoever was only vouched for themselves, or is said to have moved out, vouches for nobody.
    """
    allow(viewer, "join.vouch", None)
    rows = await fetch(f"{_AT_MY_HOMES} ORDER BY j.id LIMIT 20", viewer.person_id)
    return [_knock(row) for row in rows if rules_of(row["place_id"]).vouching]


def _knock(row: Row) -> Knock:
    return Knock(
        row["id"],
        address(row),
        row["name"],
        Relation(row["relation"]),
        moment(row["created_at"]),
        is_vouched=row["vouched_by_id"] is not None,
    )


async def vouch(request_id: int, *, by: Viewer) -> bool:
    """作证: who is new comes in at once; where somebody known may be meant staff decide. Gives whether they are in."""
    allow(by, "join.vouch", None)
    async with transaction():
        row = await _held(request_id, by=by)
        is_in = await _is_plainly_new(row)
        row = await _mark(row, by=by)
        settled = await settle(row, await _let_in(row), by=by) if is_in else None
        await record(
            by,
            "join.vouch",
            subject="join_request",
            subject_id=request_id,
            place_id=row["place_id"],
            detail="let in" if is_in else "for staff to decide",
        )
        if settled is not None:
            await tell(row, settled, by=by)
        await telling.tell_staff(row["place_id"], key="join_vouch", path="/joins")
    return is_in


async def _is_plainly_new(row: Row) -> bool:
    """Whether nobody known may be meant, and the chat that asks is not somebody's by another name."""
    others = [one for one in await matches(row) if one.person_id != row["asker_id"]]
    return not others and not row["helper_name"] and not is_other_name(row)


async def _mark(row: Row, *, by: Viewer) -> Row:
    changed = await fetch_one(
        "UPDATE join_request SET vouched_by_id=$1, vouched_at=$2, version=version+1"
        " WHERE id=$3 AND version=$4 AND state='waiting' RETURNING version",
        by.person_id,
        clock.now(),
        row["id"],
        row["version"],
    )
    if changed is None:
        raise Taken("join.decided_already")
    return {**row, "vouched_by_id": by.person_id, "version": changed["version"]}


async def _held(request_id: int, *, by: Viewer) -> Row:
    which = f"{_AT_MY_HOMES} AND j.id=$2", by.person_id, request_id
    row = await fetch_one(*which)
    if row is None:
        raise NotFound("join.not_found")
    if not rules_of(row["place_id"]).vouching:
        raise NotAllowed("join.no_vouching")
    await hold(row)
    row = await fetch_one(*which)
    if row is None:
        raise NotFound("join.not_found")
    must_wait(row)
    return row


async def _let_in(row: Row) -> Arrived:
    """Into the household of who vouches."""
    own = await fetch_one(
        "SELECT household_id FROM residence WHERE person_id=$1 AND open_home_id=$2",
        row["vouched_by_id"],
        row["home_id"],
    )
    return await arrive(row, row["home_id"], match=None, household_id=own["household_id"] if own else None)
