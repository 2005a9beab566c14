"""The one who asked: who that is, and saying something to them in their own conversation."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from casework.loop import PERSON_SPEAKS
from courier import notices, signals
from courier.letters import Letter
from models.conversation import Author
from models.question import Question
from models.transaction import Row, execute, fetch_one, fetch_one_by_key, moment
from models.wording import say
from people.ending import goes_on_as
from people.viewers import Viewer

_CONTACT = (
    "SELECT v.place_id, c.id AS contact_id, c.person_id, c.channel, c.address, c.closed_at, c.bound_at"
    " FROM conversation v JOIN contact c ON c.id=v.contact_id WHERE v.id=$1"
)
_OTHER = (
    "SELECT id AS contact_id, channel, address FROM contact WHERE person_id=$1 AND closed_at IS NULL"
    " ORDER BY CASE WHEN channel='web' THEN 1 ELSE 0 END, id DESC LIMIT 1"
)

_SPEAKING = ", ".join(f"'{state.value}'" for state in PERSON_SPEAKS)


def since_bound(said: str) -> str:
    """SQL: that something was said since contact ``c`` is whose it is. What another said there before is not theirs; a
    chat that was let go stays whose it was, so that all of this in one chat is of one person."""
    return f"(c.bound_at IS NULL OR {said}.created_at>=c.bound_at)"


async def contact_of(conversation_id: int) -> Row | None:
    """The contact a conversation is held with, and its place."""
    return await fetch_one_by_key(_CONTACT, conversation_id)


async def is_asker(viewer: Viewer, conversation_id: int | None) -> bool:
    """Whether the viewer speaks from this conversation's contact, or is the person behind it."""
    contact = await contact_of(conversation_id) if conversation_id is not None else None
    return contact is not None and speaks_from(contact, viewer)


def speaks_from(contact: Row, viewer: Viewer) -> bool:
    """Whether the viewer speaks from this contact, or is the person behind it."""
    if viewer.contact_id is not None and viewer.contact_id == contact["contact_id"]:
        return True
    return viewer.person_id is not None and viewer.person_id == contact["person_id"]


async def tell_asker(
    letter: Letter,
    *,
    conversation_id: int | None,
    kind: str,
    author: Author = Author.BOT,
    staff_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    asked_at: dt.datetime | None = None,
) -> int | None:
    """Say something to the one who asked, in their conversation or where they are reached now; None when nowhere."""
    where = await reached_at(conversation_id, asked_at=asked_at)
    if where is None:
        return None
    return await notices.tell_contact(
        letter, contact_id=where["contact_id"], kind=kind, author=author, staff_id=staff_id, facts=facts
    )


async def reached_at(conversation_id: int | None, *, asked_at: dt.datetime | None = None) -> Row | None:
    """The contact at which the one who asked is reached: the conversation's own; where that is closed, one other chat
    of the same person, rather one that rings than a browser, unless it was asked before the chat was theirs."""
    contact = await contact_of(conversation_id) if conversation_id is not None else None
    if contact is None or contact["closed_at"] is None:
        return contact
    if (goes_on := await _goes_on(contact)) is not None:
        return goes_on
    if asked_at is not None and contact["bound_at"] is not None and asked_at < moment(contact["bound_at"]):
        return None
    return await fetch_one(_OTHER, contact["person_id"]) if contact["person_id"] is not None else None


async def _goes_on(contact: Row) -> Row | None:
    """The same chat, where it went on in another neighbourhood and is still of whom it was."""
    return await fetch_one(
        "SELECT id AS contact_id, channel, address FROM contact WHERE id=$1 AND closed_at IS NULL"
        " AND (person_id=$2 OR $2=0)",
        goes_on_as(contact["address"]),
        contact["person_id"] or 0,
    )


async def say_asking(
    question: Question, text: str, *, kind: str, asks: bool, staff_id: int | None = None
) -> int | None:
    """Say something of a question to the one who asked; ``asks`` adds the two choices: solved, or not."""
    choices = (say("desk.asker.solved"), say("desk.asker.unsolved")) if asks else ()
    facts: dict[str, object] = {"question": question.id, "asks": "solved" if asks else ""}
    author = Author.STAFF if staff_id is not None else Author.BOT
    return await tell_asker(
        Letter(text, choices),
        conversation_id=question.conversation_id,
        kind=kind,
        author=author,
        staff_id=staff_id,
        facts=facts,
        asked_at=question.created_at,
    )


async def undo_line(line_id: int, *, question: Question, how: str) -> None:
    """Mark a line of staff as corrected or withdrawn; what it asked is asked no more. Its words stay for staff."""
    facts = {"question": question.id, "asks": "", "undone": how}
    await execute("UPDATE utterance SET facts=$1 WHERE id=$2", json.dumps(facts), line_id)
    if question.conversation_id is not None:
        signals.publish(signals.conversation_topic(question.conversation_id))


async def settle_speaker(conversation_id: int | None) -> None:
    """Let a person speak in a conversation while any of its questions is in a person's hands, else the bot.

    Locks are taken in one order everywhere, so that no two transactions wait for each other: the thing itself, the
    audit's head, the conversation, the lanes. This is therefore called after the audit line.
    """
    if conversation_id is None:
        return
    await execute(
        "UPDATE conversation SET speaker=CASE WHEN EXISTS (SELECT 1 FROM question WHERE conversation_id=$1"
        f" AND state IN ({_SPEAKING})) THEN 'person' ELSE 'bot' END WHERE id=$1",
        conversation_id,
    )
