"""Saying something to somebody: one outbox row, and one line in the conversation it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping

from courier import outbox, overtaking, signals
from courier.letters import Letter
from courier.outbox import ANYBODY, Reader
from models import clock
from models.conversation import Author
from models.sealed import seal
from models.transaction import execute, fetch, fetch_one, fetch_one_by_key

BROWSERS = "web"
"""The channel of browsers: staff have pages there, and no chat in their own name."""
_OF_THE_CHAT = frozenset({"contact.unbind"})
"""What is said to a chat because it is nobody's any more."""


async def say(  # noqa: PLR0913
    letter: Letter,
    *,
    conversation_id: int,
    channel: str,
    address: str,
    kind: str,
    author: Author = Author.BOT,
    staff_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    kept: str = "",
    reader: Reader = ANYBODY,
    passes: bool = False,
) -> int:
    """Put a letter into a conversation and on its way; gives the id of the line. Part of the caller's transaction.

    Where the letter holds a secret, ``kept`` is what stays readable in its place; the letter is sealed beside it. One
    that ``passes`` stands before what waits for its reader, where the channel gives it back as the reply to their word.
    """
    outbox_id = await outbox.put(letter, channel=channel, address=address, kind=kind, reader=reader)
    if passes and channel in outbox.DIRECT_MS:
        await overtaking.let_pass(f"{channel}:{address}")
    links = [] if kept else [[link.text, link.path] for link in letter.links]
    shown = {**(facts or {}), "choices": letter.choices, "links": links}
    row = await fetch_one_by_key(
        "INSERT INTO utterance (created_at, conversation_id, author, staff_id, text, sealed, facts, outbox_id)"
        " VALUES ($1, $2, $3, $4, $5, $8, $6, $7) RETURNING id",
        clock.now(),
        conversation_id,
        author.value,
        staff_id,
        kept or letter.text,
        json.dumps(shown, ensure_ascii=False),
        outbox_id,
        seal(letter.to_json()) if kept else None,
    )
    assert row is not None
    signals.publish(signals.conversation_topic(conversation_id))
    return row["id"]


async def tell_contact(
    letter: Letter,
    *,
    contact_id: int,
    kind: str,
    author: Author = Author.BOT,
    staff_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    needs: str = "",
) -> int | None:
    """Tell somebody at one contact; opens the conversation there when none exists. None when the contact is closed.

    Whoever is known there now is whom it is for: it is not said once the chat is another's, or they lack what it needs.
    """
    row = await fetch_one(
        "SELECT c.channel, c.address, c.person_id, c.place_id, v.id AS conversation_id FROM contact c"
        " LEFT JOIN conversation v ON v.contact_id=c.id WHERE c.id=$1 AND c.closed_at IS NULL",
        contact_id,
    )
    if row is None:
        return None
    conversation_id = row["conversation_id"] or await _open_conversation(contact_id, row["place_id"])
    return await say(
        letter,
        conversation_id=conversation_id,
        channel=row["channel"],
        address=row["address"],
        kind=kind,
        author=author,
        staff_id=staff_id,
        facts=facts,
        reader=ANYBODY if kind in _OF_THE_CHAT else Reader(row["person_id"], needs),
    )


async def _open_conversation(contact_id: int, place_id: int) -> int:
    await execute(
        "INSERT INTO conversation (created_at, contact_id, place_id, speaker, memory, version)"
        " VALUES ($1, $2, $3, 'bot', '{}', 1) ON CONFLICT (contact_id) DO NOTHING",
        clock.now(),
        contact_id,
        place_id,
    )
    row = await fetch_one("SELECT id FROM conversation WHERE contact_id=$1", contact_id)
    assert row is not None
    return row["id"]


async def tell_person(
    letter: Letter,
    *,
    person_id: int,
    kind: str,
    needs: str = "",
    in_chats: Letter | None = None,
    facts: Mapping[str, object] | None = None,
) -> int:
    """Tell one of the staff: in their list at the desk always, and at every open contact they have; gives how many.
    ``in_chats``, with its ``facts``, is said instead where a digit of theirs counts: in a browser's chat they are
    guests."""
    await _list_for(letter, person_id=person_id, kind=kind, needs=needs)
    rows = await fetch(
        "SELECT id, channel FROM contact WHERE person_id=$1 AND closed_at IS NULL ORDER BY channel, address", person_id
    )
    for row in rows:
        chosen_by = facts if row["channel"] != BROWSERS else None
        said = letter if row["channel"] == BROWSERS else in_chats or letter
        await tell_contact(said, contact_id=row["id"], kind=kind, needs=needs, facts=chosen_by)
    return len(rows)


async def tell_chats(
    letter: Letter,
    *,
    person_id: int,
    kind: str,
    but: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> int:
    """Tell somebody at every open contact they have, ``but`` one; gives how many."""
    return len(await say_in_chats(letter, person_id=person_id, kind=kind, but=but, facts=facts))


async def say_in_chats(
    letter: Letter,
    *,
    person_id: int,
    kind: str,
    but: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> list[int]:
    """The same; gives the lines in which it was said, for whoever must know whether they arrive."""
    rows = await fetch(
        "SELECT id FROM contact WHERE person_id=$1 AND closed_at IS NULL AND id<>$2 ORDER BY channel, address",
        person_id,
        but or 0,
    )
    lines = [await tell_contact(letter, contact_id=row["id"], kind=kind, facts=facts) for row in rows]
    return [line for line in lines if line is not None]


async def _list_for(letter: Letter, *, person_id: int, kind: str, needs: str) -> None:
    row = await fetch_one(
        "INSERT INTO staff_notice (created_at, person_id, kind, text, path, needs) VALUES ($1,$2,$3,$4,$5,$6)"
        " RETURNING (SELECT place_id FROM person WHERE id=$2) AS place_id",
        clock.now(),
        person_id,
        kind[:40],
        letter.text,
        letter.links[0].path if letter.links else "",
        needs,
    )
    assert row is not None
    signals.publish(signals.desk_topic(row["place_id"]))
