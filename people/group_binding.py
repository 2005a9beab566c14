"""Binding a chat group: a lead makes a code at the desk and types it there; the group is their neighbourhood's then."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from courier import limits
from models import clock
from models.errors import Invalid, NotFound, Taken, TooMany
from models.group import GroupKind
from models.sealed import keyed_hash, keyed_hashes
from models.transaction import Row, execute, fetch_one, transaction
from people.audit import record
from people.groups import CHANNEL, Room, room
from people.permissions import allow, may
from people.scope import must_see
from people.viewers import Viewer

DIGITS = 8
CODE_LENGTH = dt.timedelta(minutes=15)
MAKES, TRIES = "10/15minute", "5/15minute"
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Code:
    """A code to type in a group, shown once, until when it is good, and what it binds."""

    digits: str
    expires_at: dt.datetime
    kind: GroupKind
    estate: str


async def make_code(*, by: Viewer, place_id: int, kind: GroupKind, estate_id: int | None = None) -> Code:
    """绑群码: one that binds the group in which a lead types it, within a quarter of an hour, once."""
    allow(by, "group.make_code", place_id)
    await limits.spend("group_code", str(by.person_id), rate=MAKES)
    estate = await _estate(place_id, estate_id) if kind is GroupKind.RESIDENTS else None
    async with transaction():
        digits, expires_at = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", clock.now() + CODE_LENGTH
        await execute(
            "INSERT INTO group_code (created_at, person_id, place_id, estate_id, kind, code_hash, expires_at)"
            " VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (person_id) DO UPDATE SET created_at=excluded.created_at,"
            " place_id=excluded.place_id, estate_id=excluded.estate_id, kind=excluded.kind,"
            " code_hash=excluded.code_hash, expires_at=excluded.expires_at, used_at=NULL",
            clock.now(),
            by.person_id,
            place_id,
            estate["id"] if estate else None,
            kind.value,
            keyed_hash(digits),
            expires_at,
        )
        await record(by, "group.make_code", subject="place", subject_id=place_id, place_id=place_id, detail=kind.value)
    return Code(digits, expires_at, kind, estate["name"] if estate else "")


async def _estate(place_id: int, estate_id: int | None) -> Row:
    found = await fetch_one("SELECT id, name FROM estate WHERE id=$1 AND place_id=$2", estate_id, place_id)
    if found is None:
        raise NotFound("estate.not_found")
    return found


async def bind(digits: str, *, by: Viewer | None, typed_by: str, address: str, title: str, has_topics: bool) -> Room:
    """绑群: the group in which a code was typed belongs to the place it was made for.

    ``by`` is the one of the staff whose chat that is, None for anybody else; ``typed_by`` their id in the chat system.
    """
    if not await limits.hit("group_bind", typed_by, rate=TRIES):
        raise TooMany("group.tries")
    if by is None:
        raise NotFound("group.not_staff")
    async with transaction():
        code = await _use(digits)
        allow(by, "group.bind", code["place_id"])
        if code["kind"] == GroupKind.STAFF and not has_topics:
            raise Invalid("group.no_topics")
        await _must_be_free(address, by=by, place_id=code["place_id"])
        bound = await _bind(code, by=by, address=address, title=title)
        await record(
            by, "group.bind", subject="group", subject_id=bound.id, place_id=bound.place_id, detail=bound.kind.value
        )
    return bound


async def _use(digits: str) -> Row:
    """The code that is good now, used up; NotFound for any other, whatever is wrong with it."""
    for kept in keyed_hashes(digits):
        row = await fetch_one(
            "UPDATE group_code SET used_at=$1 WHERE code_hash=$2 AND used_at IS NULL AND expires_at>$1"
            " RETURNING place_id, estate_id, kind",
            clock.now(),
            kept,
        )
        if row is not None:
            return row
    raise NotFound("group.no_such_code")


async def _must_be_free(address: str, *, by: Viewer, place_id: int) -> None:
    """Another neighbourhood's group is let go there first."""
    before = await room(address)
    if before is not None and before.place_id != place_id and not may(by, "group.unbind", before.place_id):
        raise Taken("group.of_another_place")


async def _bind(code: Row, *, by: Viewer, address: str, title: str) -> Room:
    is_staff = code["kind"] == GroupKind.STAFF
    if is_staff:
        await execute(
            "UPDATE chat_group SET staff_for_id=NULL, ended_at=$1 WHERE staff_for_id=$2 AND address<>$3",
            clock.now(),
            code["place_id"],
            address,
        )
    await _forget_topics("group_id IN (SELECT id FROM chat_group WHERE ended_at IS NOT NULL OR address=$1)", address)
    await execute(
        "INSERT INTO chat_group (created_at, channel, address, title, kind, place_id, estate_id, bound_by_id, bound_at,"
        " staff_for_id, lease_ms, owner) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$1,$9,0,'') ON CONFLICT (channel, address)"
        " DO UPDATE SET title=excluded.title, kind=excluded.kind, place_id=excluded.place_id,"
        " estate_id=excluded.estate_id, bound_by_id=excluded.bound_by_id, bound_at=excluded.bound_at,"
        " staff_for_id=excluded.staff_for_id, left_at=NULL, ended_at=NULL",
        clock.now(),
        CHANNEL,
        address,
        title[:LONGEST_TITLE],
        code["kind"],
        code["place_id"],
        code["estate_id"],
        by.person_id,
        code["place_id"] if is_staff else None,
    )
    bound = await room(address)
    assert bound is not None
    return bound


async def _forget_topics(which: str, *values: object) -> None:
    """The topics of a group that is nobody's any more are pointers to nothing; the questions stay."""
    await execute(f"DELETE FROM topic_reply WHERE topic_id IN (SELECT id FROM topic WHERE {which})", *values)
    await execute(f"DELETE FROM topic WHERE {which}", *values)


async def unbind(group_id: int, *, by: Viewer) -> None:
    """解绑: nothing more is answered in a group, and nothing told there."""
    row = await fetch_one("SELECT place_id FROM chat_group WHERE id=$1 AND ended_at IS NULL", group_id)
    if row is None:
        raise NotFound("group.not_found")
    must_see(by, "group.read", row["place_id"], thing="group")
    allow(by, "group.unbind", row["place_id"])
    async with transaction():
        changed = await execute(
            "UPDATE chat_group SET ended_at=$1, staff_for_id=NULL WHERE id=$2 AND ended_at IS NULL",
            clock.now(),
            group_id,
        )
        if changed != 1:
            raise NotFound("group.not_found")
        await _forget_topics("group_id=$1", group_id)
        await record(by, "group.unbind", subject="group", subject_id=group_id, place_id=row["place_id"])
