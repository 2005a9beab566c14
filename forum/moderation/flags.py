"""Reports by neighbours: each one once, counted in the review of what they are about, held when there are several."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import limits, signals
from forum import posted
from forum.moderation import alerts
from forum.moderation.alerts import FLAGGED
from forum.moderation.house import house
from forum.moderation.reasons import note_of
from forum.moderation.reviews import open_for, review
from forum.sight import Found, FoundReply, visible_thing
from models import clock
from models.errors import NotAllowed, Taken, WrongState
from models.post import Thing
from models.transaction import execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One report, without who made it: those who judge need not know."""

    rule: str
    note: str
    at: dt.datetime


async def flag(thing: Thing, thing_id: int, *, by: Viewer, rule: str, note: str = "") -> None:
    """举报: say that something breaks a rule, once; when several people have said so it is held until it was
    seen, and who decides is told at once."""
    seen = await visible_thing(thing, thing_id, by)
    post = seen.post
    allow(by, "post.flag", post.place_id)
    if by.person_id is None or seen.author_id == by.person_id:
        raise NotAllowed("moderation.own_flag")
    if post.is_private:
        raise WrongState("moderation.private")
    house().rule(rule)
    await limits.spend("flags", str(by.person_id), rate=house().flags)
    async with transaction():
        place, board = post.place_id, post.kind.key
        await execute(f"UPDATE {thing.value} SET version=version WHERE id=$1", thing_id)  # before its review, as always
        review_id = await open_for(
            thing, thing_id, place_id=place, board=board, post_id=post.id, author_id=seen.author_id, was_seen=True
        )
        await _put_flag(review_id, by=by, rule=rule, note=note_of(note))
        await _hold_if_many(review_id, seen)
        await record(by, "post.flag", subject=thing.value, subject_id=thing_id, place_id=place, detail=rule)


async def _put_flag(review_id: int, *, by: Viewer, rule: str, note: str) -> None:
    """Once for each person as long as the row lives: who reported something that was let be is heard no second time."""
    row = await fetch_one(
        "INSERT INTO flag (created_at, review_id, person_id, rule, note) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (review_id, person_id) DO NOTHING RETURNING id",
        clock.now(),
        review_id,
        by.person_id,
        rule,
        note,
    )
    if row is None:
        raise Taken("moderation.flagged_already")
    await execute("UPDATE review SET flags=flags+1 WHERE id=$1", review_id)


async def _hold_if_many(review_id: int, seen: Found | FoundReply) -> None:
    row = await fetch_one("SELECT flags, found FROM review WHERE id=$1", review_id)
    if row is None or row["flags"] < house().flags_to_hold or row["found"] == FLAGGED or seen.as_role is not None:
        return
    try:
        await posted.hold(seen.standing.thing, seen.id)
    except Taken:
        return
    await alerts.note(review_id)
    signals.publish(signals.thread_topic(seen.post.id))


async def flags_of(review_id: int, *, viewer: Viewer) -> list[FlagLine]:
    """The reports of one, the newest first."""
    await review(review_id, viewer=viewer)
    rows = await fetch(
        "SELECT rule, note, created_at FROM flag WHERE review_id=$1 ORDER BY id DESC LIMIT 50", review_id
    )
    return [FlagLine(row["rule"], row["note"], moment(row["created_at"])) for row in rows]
