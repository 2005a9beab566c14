"""Ending sessions and chats at once, everywhere; what was said there stays whose it was."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from courier import afterwards, inbox, signals
from models import clock
from models.transaction import Row, execute, fetch, fetch_one, transaction

ENDED = "ended"
"""How the address of a chat begins that is over: nobody writes from there any more."""
NOT_ENDED = f"address NOT LIKE '{ENDED}:%'"


async def end_sessions(which: str, *values: object) -> int:
    """End the live sessions that a condition in SQL names (``$1`` is now, the values follow); gives how many."""
    async with transaction():
        rows = await fetch(
            "UPDATE web_session SET revoked_at=$1 WHERE revoked_at IS NULL AND"
            f" ({which}) RETURNING id, person_id, contact_id",
            clock.now(),
            *values,
        )
        for contact_id in sorted(row["contact_id"] for row in rows if row["contact_id"]):
            await close_chat(contact_id)
        for person_id in {row["person_id"] for row in rows if row["person_id"]}:
            signals.publish(signals.session_topic(person_id))
    return len(rows)


async def close_chat(contact_id: int) -> None:
    """A chat is over: what was said in it stays its owner's, nothing is told in it, and no address leads to it."""
    row = await fetch_one(f"SELECT channel, address FROM contact WHERE id=$1 AND {NOT_ENDED}", contact_id)
    if row is None:
        return
    former = str(row["address"])
    ended = f"{ENDED}:{contact_id}:{secrets.token_hex(8)}:{former[-4:]}"
    changed = await execute(
        "UPDATE contact SET closed_at=$1, address=$2 WHERE id=$3 AND address=$4", clock.now(), ended, contact_id, former
    )
    if changed == 1:
        await inbox.follow(f"{row['channel']}:{former}", f"{row['channel']}:{ended}")
        await afterwards.follow(f"{row['channel']}:{former}", f"{row['channel']}:{ended}")


async def let_go(contact_id: int, *, person_id: int) -> int | None:
    """A chat of somebody's is theirs no longer, what was said in it so far is: whoever writes from there now is
    somebody new. Gives the new contact at that address; None where the chat is not theirs. A pause goes along."""
    row = await fetch_one(
        f"SELECT channel, address, place_id, closed_at FROM contact WHERE id=$1 AND person_id=$2 AND {NOT_ENDED}",
        contact_id,
        person_id,
    )
    if row is None:
        return None
    await close_chat(contact_id)
    made = await fetch_one(
        "INSERT INTO contact (created_at, channel, address, place_id, closed_at) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (channel, address) DO NOTHING RETURNING id",
        clock.now(),
        row["channel"],
        row["address"],
        row["place_id"],
        row["closed_at"],
    )
    if made is None:
        return None
    await execute("UPDATE mute SET contact_id=$1, open_for_id=$1 WHERE open_for_id=$2", made["id"], contact_id)
    return int(made["id"])


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A conversation that stays where it was held, and the chat that is over to which it belongs from now on."""

    conversation_id: int
    contact_id: int


async def go_on_in(contact_id: int, *, place_id: int) -> list[LeftBehind]:
    """A chat goes on in another neighbourhood, at the same address. What was said in it stays behind, in a chat that is
    over, where it was said: the new neighbourhood reads none of it once ``leave_behind`` was done with what this gives,
    which it is after the audit's line, since conversations are locked after it."""
    row = await fetch_one(
        "SELECT c.channel, c.address, c.place_id, c.person_id, c.bound_at, v.id AS talk FROM contact c"
        " LEFT JOIN conversation v ON v.contact_id=c.id WHERE c.id=$1",
        contact_id,
    )
    if row is None or row["place_id"] == place_id:
        return []
    await execute("UPDATE contact SET place_id=$1 WHERE id=$2", place_id, contact_id)
    return [LeftBehind(row["talk"], await _over(contact_id, row))] if row["talk"] is not None else []


async def leave_behind(left: Iterable[LeftBehind]) -> None:
    """Let conversations stay where they were held; who writes to the chat next begins a new one."""
    for one in left:
        await execute(
            "UPDATE conversation SET contact_id=$1, version=version+1 WHERE id=$2", one.contact_id, one.conversation_id
        )


async def _over(contact_id: int, row: Row) -> int:
    """The chat that is over; its address names the one that goes on."""
    made = await fetch_one(
        "INSERT INTO contact (created_at, channel, address, place_id, person_id, bound_at, closed_at)"
        " VALUES ($1,$2,$3,$4,$5,$6,$1) RETURNING id",
        clock.now(),
        row["channel"],
        f"{ENDED}:{contact_id}:{secrets.token_hex(8)}:{row['address'][-4:]}",
        row["place_id"],
        row["person_id"],
        row["bound_at"],
    )
    assert made is not None
    return int(made["id"])


def goes_on_as(address: str) -> int:
    """The contact that an ended chat's address names: itself, or the one it goes on as; 0 for any other address."""
    kind, _, rest = address.partition(":")
    named = rest.partition(":")[0]
    return int(named) if kind == ENDED and named.isdecimal() else 0


def before(contact_id: int) -> str:
    """How the addresses of chats begin that went on as this one, for SQL's LIKE."""
    return f"{ENDED}:{contact_id}:%"


async def end_residents_ways(person_id: int) -> None:
    """Whoever works here from now on comes in by password: what was begun by codes ends, and no browser's chat and no
    code that is out is theirs any more."""
    await end_sessions("person_id=$2 AND via<>''", person_id)
    rows = await fetch(
        f"SELECT id FROM contact WHERE person_id=$1 AND channel='web' AND {NOT_ENDED} ORDER BY id", person_id
    )
    for row in rows:
        await let_go(row["id"], person_id=person_id)
    await execute("DELETE FROM login_code WHERE person_id=$1", person_id)
    await execute("DELETE FROM bind_code WHERE person_id=$1", person_id)


async def end_expired() -> int:
    """End the sessions of those who live here whose time has passed, so that their chats are closed; for a job."""
    return await end_sessions("contact_id IS NOT NULL AND expires_at<=$1")


async def ended_since(moment: object) -> set[int]:
    """Whose sessions were ended after a moment, by whichever process."""
    rows = await fetch("SELECT DISTINCT person_id FROM web_session WHERE revoked_at>$1", moment)
    return {row["person_id"] for row in rows if row["person_id"]}
