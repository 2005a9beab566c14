"""What living somewhere gives and moving out takes: the role of a resident, for as long as a residence there lives."""

from __future__ import annotations

from models import clock
from models.person import NEIGHBOURS, RoleName
from models.transaction import fetch, fetch_one
from people import keeping
from people.audit import record
from people.ending import LeftBehind
from people.viewers import Viewer

ENDS_WITH_RESIDENCE = NEIGHBOURS
"""Roles of somebody because they live there; a volunteer has all the rights of a neighbour beside (ADR 0043)."""
JOINED = (
    "(p.username IS NOT NULL OR EXISTS (SELECT 1 FROM contact c WHERE c.person_id=p.id)"
    " OR EXISTS (SELECT 1 FROM web_session w WHERE w.person_id=p.id) OR EXISTS (SELECT 1 FROM join_request q"
    " WHERE q.person_id=p.id AND q.state='approved' AND q.helper_name=''))"
)
"""Whether a person ``p`` has come in themselves at some time, also where no chat of theirs is left; in SQL."""


async def give(person_id: int, place_id: int, *, by: Viewer) -> None:
    """Make somebody a resident of a place, in the transaction in which they begin to live there."""
    row = await fetch_one(
        "INSERT INTO role (created_at, person_id, place_id, name, boards) VALUES ($1,$2,$3,'resident','')"
        " ON CONFLICT (person_id, place_id, name) DO NOTHING RETURNING id",
        clock.now(),
        person_id,
        place_id,
    )
    if row is not None:
        detail = RoleName.RESIDENT.value
        await record(by, "user.grant", subject="person", subject_id=person_id, place_id=place_id, detail=detail)


async def give_to_joined(person_id: int, place_id: int, *, by: Viewer) -> None:
    """The same for somebody who came in themselves before; nothing for one who stands in a list only."""
    if await fetch_one(f"SELECT p.id FROM person p WHERE p.id=$1 AND p.is_active AND {JOINED}", person_id):
        await give(person_id, place_id, by=by)


async def take_where_gone(person_id: int, place_id: int, *, by: Viewer) -> list[LeftBehind]:
    """Take what ends with the last living residence in a place, at once; who lives in another place is kept there from
    then on. Gives what is for ``ending.leave_behind``."""
    await keeping.hold(person_id)
    lives = await fetch_one(
        "SELECT id FROM residence WHERE person_id=$1 AND place_id=$2 AND state='living' LIMIT 1", person_id, place_id
    )
    if lives is not None:
        return []
    names = ", ".join(f"'{role.value}'" for role in ENDS_WITH_RESIDENCE)
    taken = await fetch(
        f"DELETE FROM role WHERE person_id=$1 AND place_id=$2 AND name IN ({names}) RETURNING name", person_id, place_id
    )
    left = await keeping.follow(person_id, leaving=place_id)
    for row in taken:
        detail = str(row["name"])
        await record(by, "user.revoke", subject="person", subject_id=person_id, place_id=place_id, detail=detail)
    return left
