"""Who is at a contact: found or made when they first speak."""

from __future__ import annotations

from dataclasses import dataclass

from models import clock
from models.transaction import execute, execute_by_key, fetch_one_by_key
from people.permissions import may
from people.viewers import Viewer, guest, viewer_of

WEB = "web"
"""The channel of browsers, in which somebody speaks in their own name only while they are signed in."""


@dataclass(frozen=True, slots=True)
class At:
    """A contact and the person behind it, if known."""

    contact_id: int
    channel: str
    address: str
    place_id: int
    person_id: int | None

    @property
    def lane(self) -> str:
        """The lane that orders this contact's messages."""
        return f"{self.channel}:{self.address}"


_FIND = "SELECT id, place_id, person_id FROM contact WHERE channel=$1 AND address=$2"
_MEET = (
    "INSERT INTO contact (created_at, channel, address, place_id) VALUES ($1,$2,$3,$4)"
    " ON CONFLICT (channel, address) DO NOTHING RETURNING id, place_id, person_id"
)


async def at(*, channel: str, address: str, place_id: int) -> At:
    """The contact at this address, made in ``place_id`` when it is new (an existing contact keeps its own place)."""
    row = await fetch_one_by_key(_MEET, clock.now(), channel, address, place_id)
    row = row or await fetch_one_by_key(_FIND, channel, address)
    assert row is not None
    return At(row["id"], channel, address, row["place_id"], row["person_id"])


async def viewer_at(where: At) -> Viewer:
    """The person behind a contact with their roles; who has no say in the contact's place speaks there as a guest, and
    so does a browser in which nobody is signed in now, whoever its chat once was bound to."""
    known = await viewer_of(where.person_id, contact_id=where.contact_id) if where.person_id else None
    if known is None or not may(known, "conversation.speak", where.place_id):
        return guest(where.place_id, contact_id=where.contact_id)
    if where.channel == WEB and (known.is_staff or not await _is_signed_in(where)):
        return guest(where.place_id, contact_id=where.contact_id)
    return known


async def _is_signed_in(where: At) -> bool:
    row = await fetch_one_by_key(
        "SELECT id FROM web_session WHERE contact_id=$1 AND person_id=$2 AND revoked_at IS NULL AND expires_at>$3"
        " LIMIT 1",
        where.contact_id,
        where.person_id,
        clock.now(),
    )
    return row is not None


async def reach(*, channel: str, address: str, is_open: bool) -> None:
    """Note that somebody blocked us, or lets us write again; who has never spoken is nobody yet."""
    if is_open:
        await execute_by_key("UPDATE contact SET closed_at=NULL WHERE channel=$1 AND address=$2", channel, address)
        return
    await execute(
        "UPDATE contact SET closed_at=$1 WHERE channel=$2 AND address=$3 AND closed_at IS NULL",
        clock.now(),
        channel,
        address,
    )


async def known_at(*, channel: str, address: str | None) -> At | None:
    """The contact at an address, if somebody has ever spoken from it; none is made."""
    row = await fetch_one_by_key(_FIND, channel, address) if address else None
    return At(row["id"], channel, address or "", row["place_id"], row["person_id"]) if row else None
