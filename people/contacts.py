"""Where somebody is reached: a code made at the desk, on a page or in a chat, and typed in another, makes that theirs.

Only who holds a chat can make it somebody's, by typing a code there. A chat that is a neighbour's already is let go
there first; the telephone number it goes by proves nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from courier import limits, notices
from courier.letters import Letter
from courier.networks import network_of
from models import clock
from models.errors import NotFound, Taken, WrongState
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import knows, say
from people import ending, sessions, suspicion
from people.audit import record
from people.ending import LeftBehind
from people.permissions import allow, may
from people.residents import WEB
from people.viewers import Viewer, viewer_of

DIGITS = 8
CODE_LENGTH = dt.timedelta(minutes=15)
TRIES = "5/15minute"
"""How often a contact may try numbers of eight digits."""
NETWORK_TRIES = "20/15minute"
"""How often contacts of one network may, where their channel knows it: a gateway makes contacts as it likes."""
ALL_TRIES = "6000/hour"
"""How many are tried at all: of a hundred million so few find none of those that are out, and to use them up takes 300
contacts. A number is not counted by itself: many may have the same telephone to tell of."""
MAKES = "5/15minute"
"""How often one person may ask for a code."""


_CODE = "SELECT id, person_id FROM bind_code WHERE code_hash=$1 AND used_at IS NULL AND expires_at>$2"


@dataclass(frozen=True, slots=True)
class Code:
    """A code to type, shown once, and until when it is good."""

    digits: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A chat of the viewer's own: its channel, the end of its address, and since when; ``is_session``: of a browser in
    which they are signed in, and theirs as long as that lasts."""

    id: int
    channel: str
    ending: str
    bound_at: dt.datetime | None
    is_session: bool = False


async def make_code(*, by: Viewer) -> Code:
    """绑定码: one that works once, for a quarter of an hour; the one before it no longer does."""
    allow(by, "contact.make_code", None)
    await limits.spend("contact_code", str(by.person_id), rate=MAKES)
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


async def may_try(*, contact_id: int, network: str = "") -> bool:
    """Count one try; False when this contact has tried too often, its network has (where a channel knows it), or all
    together have."""
    if not await limits.hit("bind_contact", str(contact_id), rate=TRIES):
        return False
    if network and not await limits.hit("bind_network", network_of(network), rate=NETWORK_TRIES):
        return False
    return await limits.hit("bind_all", "", rate=ALL_TRIES)


async def bind(digits: str, *, by: Viewer, contact_id: int) -> str | None:
    """绑定: make the chat in which a code was typed a contact of who made the code; gives their name.

    None where the number is no code, or one that gains nothing any more: used, past, or of somebody who may not have a
    chat; whoever guesses does not learn which. Of two who type it at once, one wins. Their other chats are told.
    """
    allow(by, "contact.bind", None)
    async with transaction():
        code = await _code(digits)
        if code is None:
            return None
        owner = await viewer_of(code["person_id"])
        if owner is None or not may(owner, "contact.make_code", None):
            return None
        former = await _former(contact_id, owner)
        if not await _use(code["id"]):
            return None
        await _hand_over(contact_id, owner, by=by, former=former)
    return owner.name


async def _code(digits: str) -> Row | None:
    """The code that is good now, under whichever key it was made."""
    for kept in keyed_hashes(digits):
        if code := await fetch_one(_CODE, kept, clock.now()):
            return code
    return None


async def _use(code_id: int) -> bool:
    now = clock.now()
    changed = await execute(
        "UPDATE bind_code SET used_at=$1 WHERE id=$2 AND used_at IS NULL AND expires_at>$1", now, code_id
    )
    return changed == 1


async def _former(contact_id: int, owner: Viewer) -> Row:
    """Whose chat it was. A neighbour's is not taken over, the staff's only by one of the staff, and no browser's at
    all: its cookie may be known to whoever sat there before, and a session is what makes somebody known in it."""
    former = await fetch_one("SELECT person_id, place_id, channel, address FROM contact WHERE id=$1", contact_id)
    if former is None:
        raise NotFound("contact.not_found")
    if former["person_id"] == owner.person_id:
        raise WrongState("contact.yours_already")
    if former["channel"] == WEB:
        raise WrongState("contact.web_signs_in")
    before = await viewer_of(former["person_id"]) if former["person_id"] else None
    if before is not None and not (before.is_staff and owner.is_staff):
        raise WrongState("contact.of_another")
    return former


async def _hand_over(contact_id: int, owner: Viewer, *, by: Viewer, former: Row) -> None:
    assert owner.person_id is not None
    if former["person_id"] is not None:
        contact_id = await ending.let_go(contact_id, person_id=former["person_id"]) or 0
    left = await _bring_home(contact_id, owner, former["place_id"])
    changed = await execute(
        "UPDATE contact SET person_id=$1, bound_at=$2, closed_at=NULL WHERE id=$3 AND person_id IS NULL",
        owner.person_id,
        clock.now(),
        contact_id,
    )
    if changed != 1:
        raise Taken("contact.of_another")
    detail = f"person {owner.person_id}"
    await record(
        by, "contact.bind", subject="contact", subject_id=contact_id, place_id=former["place_id"], detail=detail
    )
    await ending.leave_behind(left)
    if former["person_id"] is not None:
        letter = Letter(say("bind.taken_over", staff=owner.name))
        await notices.tell_person(letter, person_id=former["person_id"], kind="contact.bind")
    text = say("bind.connected", channel=channel_word(former["channel"]), ending=former["address"][-4:])
    await suspicion.ask_whether_me(text, person_id=owner.person_id, but=contact_id, kind="contact.bind")


def channel_word(channel: str) -> str:
    """What people call a channel."""
    key = f"staff.channel.{channel}"
    return say(key) if knows(key) else channel


async def _bring_home(contact_id: int, owner: Viewer, place_id: int) -> list[LeftBehind]:
    """A new chat of somebody who lives in another neighbourhood goes on there; one with matters of its own stays."""
    if owner.is_staff or owner.place_id is None or may(owner, "conversation.speak", place_id):
        return []
    busy = await fetch_one(
        "SELECT q.id FROM question q JOIN conversation v ON v.id=q.conversation_id WHERE v.contact_id=$1 LIMIT 1",
        contact_id,
    )
    if busy is not None:
        raise WrongState("contact.of_another_place")
    return await ending.go_on_in(contact_id, place_id=owner.place_id)


async def contacts(*, viewer: Viewer) -> list[BoundLine]:
    """Every chat in which the viewer is told things, the newest first."""
    rows = await fetch(
        "SELECT c.id, c.channel, c.address, c.bound_at, (SELECT max(s.id) FROM web_session s WHERE s.contact_id=c.id"
        " AND s.revoked_at IS NULL) AS session_id FROM contact c"
        " WHERE c.person_id=$1 AND c.closed_at IS NULL ORDER BY c.id DESC",
        viewer.person_id,
    )
    return [
        BoundLine(
            row["id"],
            row["channel"],
            row["address"][-4:],
            moment(row["bound_at"]) if row["bound_at"] else None,
            is_session=row["session_id"] is not None,
        )
        for row in rows
    ]


async def unbind(contact_id: int, *, by: Viewer, is_told: bool = True, session_id: int | None = None) -> None:
    """解除: nothing told to the viewer goes to that chat any more, which says so one last time, as do the others.

    What was said there stays theirs, and is not of whoever writes from there next. A browser is signed out instead.
    ``session_id`` is the session in which it is asked for, where that is not the chat itself.
    """
    allow(by, "contact.unbind", None)
    async with transaction():
        row = await _own_chat(contact_id, by=by)
        if contact_id != by.contact_id and not by.is_staff:
            await _must_be_settled(contact_id, session_id=session_id)
        left = await ending.let_go(contact_id, person_id=by.person_id or 0)
        if left is None:
            raise NotFound("contact.not_found")
        await record(by, "contact.unbind", subject="contact", subject_id=contact_id, place_id=by.place_id)
        if is_told:
            await notices.tell_contact(Letter(say("bind.unbound")), contact_id=left, kind="contact.unbind")
        if not by.is_staff:
            text = say("bind.one_gone", channel=channel_word(row["channel"]), ending=row["address"][-4:])
            await notices.tell_chats(Letter(text), person_id=by.person_id or 0, kind="contact.unbind")


async def _own_chat(contact_id: int, *, by: Viewer) -> Row:
    """A chat that still is the viewer's, and no browser's."""
    row = await fetch_one(
        f"SELECT channel, address FROM contact WHERE id=$1 AND person_id=$2 AND {ending.NOT_ENDED}",
        contact_id,
        by.person_id,
    )
    if row is None:
        raise NotFound("contact.not_found")
    if row["channel"] == WEB:
        raise WrongState("contact.signed_in")
    return row


async def _must_be_settled(contact_id: int, *, session_id: int | None) -> None:
    """Who signed in today with a code that was stolen does not throw out the chats that would tell of it: a session
    that is not settled lets go only of chats connected after it began."""
    if await sessions.is_settled(session_id):
        return
    row = await fetch_one(
        "SELECT c.id FROM contact c JOIN web_session s ON s.id=$2 AND s.person_id=c.person_id"
        " WHERE c.id=$1 AND c.bound_at>s.created_at",
        contact_id,
        session_id,
    )
    if row is None:
        raise WrongState("contact.too_new")
