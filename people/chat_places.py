"""Which of the neighbourhoods that somebody lives in or works for a chat of theirs is about."""

from __future__ import annotations

from dataclasses import dataclass

from courier import limits
from models import clock
from models.errors import NotFound, WrongState
from models.transaction import Row, fetch, fetch_one, transaction
from people import ending, keeping
from people.audit import record
from people.permissions import allow, may
from people.viewers import Viewer

RATE = "20/day"
"""Each change leaves a conversation behind."""


@dataclass(frozen=True, slots=True)
class ChatPlace:
    """A neighbourhood a chat can be about; ``is_here``: it is about this one."""

    id: int
    name: str
    is_here: bool


async def chat_places(contact_id: int, *, viewer: Viewer) -> list[ChatPlace]:
    """The neighbourhoods in which the viewer has a say, for one of their chats; two statements."""
    allow(viewer, "contact.choose_place", None)
    chat = await _own_chat(contact_id, by=viewer)
    held = sorted({one.place_id for one in viewer.roles if may(viewer, "conversation.speak", one.place_id)})
    marks = ", ".join(f"${at}" for at in range(1, len(held) + 1)) or "NULL"
    rows = await fetch(
        f"SELECT id, name FROM place WHERE level='neighbourhood' AND id IN ({marks}) ORDER BY name, id", *held
    )
    return [ChatPlace(row["id"], row["name"], row["id"] == chat["place_id"]) for row in rows]


async def choose_place(contact_id: int, *, by: Viewer, place_id: int) -> None:
    """换一处: the chat goes on in another neighbourhood. What was said in it stays behind where it was said, and the
    answers to what was asked there still come to it."""
    allow(by, "contact.choose_place", None)
    if not may(by, "conversation.speak", place_id):
        raise NotFound("place.not_found")
    await limits.spend("chat_places", str(by.person_id), rate=RATE)
    async with transaction():
        await keeping.hold(by.person_id or 0)
        await _must_still_belong(by.person_id or 0, place_id)
        chat = await _own_chat(contact_id, by=by)
        await _must_not_be_paused(contact_id)
        left = await ending.go_on_in(contact_id, place_id=place_id)
        if chat["place_id"] != place_id:
            detail = f"from place {chat['place_id']}"
            await record(
                by, "contact.choose_place", subject="contact", subject_id=contact_id, place_id=place_id, detail=detail
            )
        await ending.leave_behind(left)


async def _own_chat(contact_id: int, *, by: Viewer) -> Row:
    row = await fetch_one(
        f"SELECT place_id FROM contact WHERE id=$1 AND person_id=$2 AND {ending.NOT_ENDED}", contact_id, by.person_id
    )
    if row is None:
        raise NotFound("contact.not_found")
    return row


async def _must_still_belong(person_id: int, place_id: int) -> None:
    """Under the person's lock: who moved out meanwhile goes nowhere."""
    held = await fetch_one("SELECT id FROM role WHERE person_id=$1 AND place_id=$2 LIMIT 1", person_id, place_id)
    level = await fetch_one("SELECT id FROM place WHERE id=$1 AND level='neighbourhood'", place_id)
    if held is None or level is None:
        raise NotFound("place.not_found")


async def _must_not_be_paused(contact_id: int) -> None:
    """A pause that staff of one neighbourhood put on a chat is not got round by going to another."""
    row = await fetch_one("SELECT id FROM mute WHERE open_for_id=$1 AND until>$2", contact_id, clock.now())
    if row is not None:
        raise WrongState("contact.paused")
