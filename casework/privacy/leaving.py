"""注销: an account goes for good. What names or reaches somebody is gone; what is counted stays, under 已注销."""

from __future__ import annotations

import re

from casework import erasing
from courier import reach
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.person import WORKS_HERE
from models.transaction import execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer, viewer_of

_PAPER = re.compile(r"[A-Za-z0-9-]{1,20}")
"""Numbers of signed requests: nothing that could name somebody, since the audit log keeps it for good."""
_CONVERSATIONS = (
    "SELECT v.id FROM conversation v JOIN contact c ON c.id=v.contact_id WHERE c.person_id=$1 ORDER BY v.id"
)
_FORGET = (
    "DELETE FROM personal WHERE person_id=$1",
    "DELETE FROM person_tag WHERE person_id=$1",
    "DELETE FROM role WHERE person_id=$1",
    "DELETE FROM web_session WHERE person_id=$1",
    "DELETE FROM bind_code WHERE person_id=$1",
    "DELETE FROM login_code WHERE person_id=$1",
    "DELETE FROM second_step WHERE person_id=$1",
    "DELETE FROM recovery_code WHERE person_id=$1",
    "DELETE FROM staff_notice WHERE person_id=$1",
    "UPDATE look SET note_sealed=NULL WHERE person_id=$1",
    "UPDATE service SET note_sealed=NULL WHERE person_id=$1",
)
"""What goes with an account, each by the person's id."""
_REQUESTS = (
    "UPDATE join_request SET name=$1, shown_name=$1, phone_sealed=NULL, phone_hash=NULL, helper_name='', words='',"
    " state=CASE WHEN state='waiting' THEN 'withdrawn' ELSE state END, open_building_id=NULL, version=version+1"
    " WHERE person_id=$2 OR contact_id IN (SELECT id FROM contact WHERE person_id=$2)"
)
_HOMES = (
    "UPDATE residence SET state=CASE WHEN state='living' THEN 'moved_out' ELSE 'refused' END, until=$1,"
    " open_home_id=NULL, version=version+1 WHERE person_id=$2 AND open_home_id IS NOT NULL"
)
_ACTINGS = (
    "UPDATE acting SET state='ended', open_elder_id=NULL, ended_at=$1, ended_by_id=$2"
    " WHERE (helper_id=$2 OR elder_id=$2) AND state<>'ended'"
)
_GONE_CONTACT = "UPDATE contact SET person_id=NULL, bound_at=NULL, closed_at=$1, address=$2 WHERE id=$3"
_GONE_PERSON = (
    "UPDATE person SET name=$1, shown_name=$1, username=NULL, password_hash=NULL, start_until=NULL, is_active=$2"
    " WHERE id=$3 AND is_active RETURNING id"
)


async def must_be_able_to_leave(*, viewer: Viewer) -> None:
    """Refuse while something of theirs is open, and whoever still works here: who leads ends their account."""
    allow(viewer, "privacy.delete", None)
    await _must_be_settled(viewer)


async def delete_account(*, by: Viewer) -> None:
    """注销账号: one's own account, at once and for good."""
    await must_be_able_to_leave(viewer=by)
    await _leave(by, by=by, detail="")


async def delete_account_of(person_id: int, *, by: Viewer, paper: str) -> None:
    """代为注销: the account of somebody who asked for it at the desk; ``paper``: the number of their signed request."""
    if not _PAPER.fullmatch(paper.strip()):
        raise Invalid("privacy.paper_wrong")
    row = await fetch_one("SELECT place_id FROM person WHERE id=$1 AND is_active", person_id)
    if row is None:
        raise NotFound("person.not_found")
    must_see(by, "person.delete", row["place_id"], thing="person")
    leaver = await viewer_of(person_id)
    assert leaver is not None
    await _must_be_settled(leaver)
    await _leave(leaver, by=by, detail=f"paper {paper.strip()}")


async def _must_be_settled(leaver: Viewer) -> None:
    if await fetch_one(f"SELECT id FROM role WHERE person_id=$1 AND name IN {WORKS_HERE}", leaver.person_id):
        raise NotAllowed("privacy.works_here")
    for row in await fetch(_CONVERSATIONS, leaver.person_id):
        await erasing.must_be_settled(row["id"], by=leaver)


async def _leave(leaver: Viewer, *, by: Viewer, detail: str) -> None:
    person_id = leaver.person_id or 0
    async with transaction():
        if await fetch_one(_GONE_PERSON, say("privacy.gone"), False, person_id) is None:  # noqa: FBT003
            raise Taken("privacy.gone_already")
        for row in await fetch(_CONVERSATIONS, person_id):
            await erasing.erase(row["id"], by=leaver)
        await execute(_HOMES, clock.today(), person_id)
        await execute(_REQUESTS, say("privacy.gone"), person_id)
        await execute(_ACTINGS, clock.now(), person_id)
        await _close_contacts(person_id, kept=by.contact_id)
        for statement in _FORGET:
            await execute(statement, person_id)
        await record(
            by, "privacy.delete", subject="person", subject_id=person_id, place_id=leaver.place_id, detail=detail
        )


async def _close_contacts(person_id: int, *, kept: int | None) -> None:
    """The addresses go, so that whoever writes from one again is somebody new. The chat in which it was asked for stays
    as that of somebody unknown: it is told."""
    await execute("UPDATE contact SET person_id=NULL, bound_at=NULL WHERE id=$1 AND person_id=$2", kept, person_id)
    rows = await fetch("SELECT id, channel, address FROM contact WHERE person_id=$1 ORDER BY id", person_id)
    for row in rows:
        await reach.erase(f"{row['channel']}:{row['address']}")
        await execute(_GONE_CONTACT, clock.now(), f"gone-{row['id']}", row["id"])
