"""Chat groups of a neighbourhood: found, listed, entered, left, and going by another id.

What is said in a group is anybody's to read; what is bound decides only whose group it is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from courier import notices
from courier.letters import Letter, Link
from courier.readdressing import readdress
from models import clock
from models.group import GroupKind
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from people.audit import record
from people.residents import At, at
from people.scope import must_see
from people.viewers import SYSTEM, Viewer, viewer_of

CHANNEL = "telegram_group"
"""Groups of Telegram, in inbox, outbox and tables; ``PRIVATE`` is the channel of the same people's own chats."""
PRIVATE = "telegram"
_ADDRESS = re.compile(r"-?[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Room:
    """A group that is bound: whose it is, and who talks there."""

    id: int
    address: str
    kind: GroupKind
    place_id: int
    place: str
    phone: str
    estate: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as its place's staff see it."""

    id: int
    title: str
    kind: GroupKind
    estate: str
    bound_at: dt.datetime
    bound_by: str
    is_left: bool


_ROOMS = (
    "SELECT g.id, g.address, g.title, g.kind, g.place_id, g.bound_at, g.left_at, p.name AS place, p.phone,"
    " e.name AS estate, b.shown_name AS bound_by FROM chat_group g JOIN place p ON p.id=g.place_id"
    " LEFT JOIN estate e ON e.id=g.estate_id LEFT JOIN person b ON b.id=g.bound_by_id WHERE g.ended_at IS NULL"
)


def _room(row: Row) -> Room:
    return Room(
        row["id"],
        row["address"],
        GroupKind(row["kind"]),
        row["place_id"],
        row["place"],
        row["phone"],
        row["estate"] or "",
    )


async def room(address: str) -> Room | None:
    """The group at an address, if it is bound."""
    row = await fetch_one(f"{_ROOMS} AND g.channel=$1 AND g.address=$2", CHANNEL, address)
    return _room(row) if row else None


async def place_of(group_id: int) -> int | None:
    """The place of a bound group, for somebody who comes from there into their own chat."""
    row = await fetch_one("SELECT place_id FROM chat_group WHERE id=$1 AND ended_at IS NULL", group_id)
    return row["place_id"] if row else None


async def staff_rooms() -> list[Room]:
    """Every group in which staff are told of questions, for whoever keeps its topics."""
    rows = await fetch(f"{_ROOMS} AND g.staff_for_id IS NOT NULL AND g.left_at IS NULL ORDER BY g.id")
    return [_room(row) for row in rows]


async def groups(*, viewer: Viewer, place_id: int) -> list[GroupLine]:
    """群: the groups bound to a neighbourhood."""
    must_see(viewer, "group.read", place_id, thing="place")
    rows = await fetch(f"{_ROOMS} AND g.place_id=$1 ORDER BY g.kind DESC, g.bound_at, g.id", place_id)
    return [
        GroupLine(
            row["id"],
            row["title"],
            GroupKind(row["kind"]),
            row["estate"] or "",
            moment(row["bound_at"]),
            row["bound_by"] or "",
            row["left_at"] is not None,
        )
        for row in rows
    ]


async def leave(address: str) -> None:
    """退群: we were taken out of a group; who bound it is told once."""
    async with transaction():
        row = await fetch_one(
            "UPDATE chat_group SET left_at=$1 WHERE channel=$2 AND address=$3 AND left_at IS NULL AND ended_at IS NULL"
            " RETURNING id, place_id, title, bound_by_id",
            clock.now(),
            CHANNEL,
            address,
        )
        if row is None:
            return
        await record(SYSTEM, "group.leave", subject="group", subject_id=row["id"], place_id=row["place_id"])
        if row["bound_by_id"] is not None and await viewer_of(row["bound_by_id"]) is not None:
            letter = Letter(say("group.left", title=row["title"]), links=(Link(say("group.page"), "/groups"),))
            await notices.tell_person(letter, person_id=row["bound_by_id"], kind="group.left")


async def enter(address: str) -> Room | None:
    """进群: we are in a group again, or for the first time; the room where it is bound."""
    await execute("UPDATE chat_group SET left_at=NULL WHERE channel=$1 AND address=$2", CHANNEL, address)
    return await room(address)


async def migrate(old: str, new: str) -> None:
    """群升级: a group goes by another id from now on; what waits for it goes there. Safe to repeat."""
    if not _ADDRESS.fullmatch(old) or not _ADDRESS.fullmatch(new) or old == new:
        return
    async with transaction():
        await execute(
            "UPDATE chat_group SET address=$1 WHERE channel=$2 AND address=$3"
            " AND NOT EXISTS (SELECT 1 FROM chat_group n WHERE n.channel=$2 AND n.address=$1)",
            new,
            CHANNEL,
            old,
        )
        await readdress(channel=CHANNEL, old=old, new=new)


async def staff_at(user: str) -> Viewer | None:
    """The one of the staff behind somebody's own chat, with the roles they hold now; None for anybody else."""
    row = await fetch_one("SELECT person_id FROM contact WHERE channel=$1 AND address=$2", PRIVATE, user)
    if row is None or row["person_id"] is None:
        return None
    found = await viewer_of(row["person_id"])
    return found if found is not None and found.is_staff else None


async def own_chat(user: str, *, place_id: int) -> At:
    """The own chat of somebody who speaks in a group, made in its place where they were never heard of."""
    return await at(channel=PRIVATE, address=user, place_id=place_id)
