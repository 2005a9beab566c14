"""Where staff are reached: a code made at the desk and typed in any chat makes that chat theirs."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from courier import limits, notices
from courier.letters import Letter
from models import clock
from models.errors import Invalid, NotFound
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow, may
from people.viewers import Viewer, viewer_of

DIGITS = 8
CODE_LENGTH = dt.timedelta(minutes=15)
TRIES = "5/15minute"
"""How often a contact may try numbers of eight digits, and how often one number may be tried from anywhere."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code to type, shown once, and until when it is good."""

    digits: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A chat of the viewer's own: its channel, the end of its address, and since when."""

    id: int
    channel: str
    ending: str
    bound_at: dt.datetime | None


async def make_code(*, by: Viewer) -> Code:
    """绑定码: one that works once, for a quarter of an hour; the one before it no longer does."""
    allow(by, "contact.make_code", None)
    async with transaction():
        now = clock.now()
        code = Code(await _unused(), now + CODE_LENGTH)
        await execute(
            "INSERT INTO bind_code (created_at, person_id, code_hash, expires_at) VALUES ($1,$2,$3,$4)"
            " ON CONFLICT (person_id) DO UPDATE SET created_at=excluded.created_at, code_hash=excluded.code_hash,"
            " expires_at=excluded.expires_at, used_at=NULL",
            now,
            by.person_id,
            keyed_hash(code.digits),
            code.expires_at,
        )
        await record(by, "contact.make_code", subject="person", subject_id=by.person_id, place_id=by.place_id)
    return code


async def _unused() -> str:
    while True:
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if await fetch_one("SELECT id FROM bind_code WHERE code_hash=$1", keyed_hash(digits)) is None:
            return digits


async def may_try(digits: str, *, contact_id: int) -> bool:
    """Count one try; False when this contact, or this number, has been tried too often."""
    by_contact = await limits.hit("bind_contact", str(contact_id), rate=TRIES)
    return await limits.hit("bind_number", keyed_hash(digits), rate=TRIES) and by_contact


async def bind(digits: str, *, by: Viewer, contact_id: int) -> str | None:
    """绑定: make the chat in which a code was typed a contact of who made the code; gives their name.

    None where the number is no code at all. Invalid where it is one that gains nothing: used, past, or of somebody who
    no longer works here. Of two who type it at once, one wins.
    """
    allow(by, "contact.bind", None)
    async with transaction():
        code = await _code(digits)
        if code is None:
            return None
        owner = await viewer_of(code["person_id"])
        if owner is None or not may(owner, "contact.make_code", None) or not await _use(code["id"]):
            raise Invalid("contact.code_gone")
        await _hand_over(contact_id, owner, by=by)
    return owner.name


async def _code(digits: str) -> Row | None:
    """The code under whichever key it was made."""
    for kept in keyed_hashes(digits):
        if code := await fetch_one("SELECT id, person_id FROM bind_code WHERE code_hash=$1", kept):
            return code
    return None


async def _use(code_id: int) -> bool:
    now = clock.now()
    changed = await execute(
        "UPDATE bind_code SET used_at=$1 WHERE id=$2 AND used_at IS NULL AND expires_at>$1", now, code_id
    )
    return changed == 1


async def _hand_over(contact_id: int, owner: Viewer, *, by: Viewer) -> None:
    former = await fetch_one("SELECT person_id, place_id FROM contact WHERE id=$1", contact_id)
    if former is None:
        raise NotFound("contact.not_found")
    await execute(
        "UPDATE contact SET person_id=$1, bound_at=$2, closed_at=NULL WHERE id=$3",
        owner.person_id,
        clock.now(),
        contact_id,
    )
    detail = f"person {owner.person_id}"
    await record(
        by, "contact.bind", subject="contact", subject_id=contact_id, place_id=former["place_id"], detail=detail
    )
    if former["person_id"] not in (None, owner.person_id):
        letter = Letter(say("bind.taken_over", staff=owner.name))
        await notices.tell_person(letter, person_id=former["person_id"], kind="contact.bind")


async def contacts(*, viewer: Viewer) -> list[BoundLine]:
    """Every chat in which the viewer is told things, the newest first."""
    rows = await fetch(
        "SELECT id, channel, address, bound_at FROM contact WHERE person_id=$1 AND closed_at IS NULL ORDER BY id DESC",
        viewer.person_id,
    )
    return [
        BoundLine(row["id"], row["channel"], row["address"][-4:], moment(row["bound_at"]) if row["bound_at"] else None)
        for row in rows
    ]


async def unbind(contact_id: int, *, by: Viewer) -> None:
    """解除: nothing told to the viewer goes to that chat any more, which says so one last time."""
    allow(by, "contact.unbind", None)
    async with transaction():
        changed = await execute(
            "UPDATE contact SET person_id=NULL, bound_at=NULL WHERE id=$1 AND person_id=$2", contact_id, by.person_id
        )
        if changed != 1:
            raise NotFound("contact.not_found")
        await record(by, "contact.unbind", subject="contact", subject_id=contact_id, place_id=by.place_id)
        await notices.tell_contact(Letter(say("bind.unbound")), contact_id=contact_id, kind="contact.unbind")
