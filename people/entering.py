"""Residents' sessions: a browser in which somebody who lives here is signed in, and its chat, which is then theirs."""

from __future__ import annotations

import datetime as dt

from models import clock
from models.errors import NotFound
from models.transaction import execute, transaction
from people.audit import record
from people.login import new_session
from people.viewers import viewer_of

RESIDENT_SESSION_LENGTH = dt.timedelta(days=180)


async def begin_resident(person_id: int, *, contact_id: int | None = None, device: str = "") -> str:
    """Sign somebody in whose claim was checked by the caller; gives the token of the session.

    ``contact_id`` is the browser's own chat (channel web), which becomes theirs: what staff answer arrives in it.
    """
    viewer = await viewer_of(person_id)
    if viewer is None:
        raise NotFound("person.not_found")
    async with transaction():
        if contact_id is not None:
            await _make_theirs(contact_id, person_id)
        token = await new_session(
            person_id=person_id, data={"device": device[:60]}, length=RESIDENT_SESSION_LENGTH, contact_id=contact_id
        )
        await record(viewer, "login", subject="person", subject_id=person_id, place_id=viewer.place_id)
    return token


async def _make_theirs(contact_id: int, person_id: int) -> None:
    changed = await execute(
        "UPDATE contact SET person_id=$1, bound_at=$2, closed_at=NULL WHERE id=$3 AND channel='web'",
        person_id,
        clock.now(),
        contact_id,
    )
    if changed != 1:
        raise NotFound("contact.not_found")
