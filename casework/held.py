"""What a channel holds until its reader writes, for too long: it is given up, and staff hear whom to tell otherwise."""

from __future__ import annotations

import datetime as dt

from courier import afterwards, notices
from courier.afterwards import Ended
from courier.letters import Letter, Link
from courier.outbox import BOT_KINDS
from models.rules import rules
from models.transaction import Row, fetch, fetch_one, listed, transaction
from models.wording import say
from people.pushes import DIGEST

MOST = 200
KIND = "letter.held"
_READER = "SELECT person_id, place_id FROM contact WHERE channel=$1 AND address=$2"
_STAFF = (
    "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id AND p.is_active"
    " WHERE r.place_id=$1 AND r.name IN ('worker','secretary') ORDER BY r.person_id"
)


async def end_long(now: dt.datetime) -> int:
    """一直没送到: what has been held for the days of the rules is a dead letter, in the list of them; gives how many.
    Those who work in its reader's neighbourhood hear once whom it concerns; of a reply they hear by its question."""
    before_ms = int((now - dt.timedelta(days=rules().held_days)).timestamp() * 1000)
    done = 0
    for lane in await afterwards.held_long(before_ms=before_ms, limit=MOST):
        async with transaction():
            ended = await afterwards.end_held(lane, before_ms=before_ms)
            if ended is not None:
                await _tell(lane, ended)
                done += len(ended.ids)
    return done


async def _tell(lane: str, ended: Ended) -> None:
    channel, _, address = lane.partition(":")
    reader, count = await fetch_one(_READER, channel, address), await _untold(ended)
    if reader is None or not count:
        return
    letter = _letter(reader, channel, address, count=count)
    for row in await fetch(_STAFF, reader["place_id"]):
        needs = f"person.read@{reader['place_id']}"
        await notices.tell_person(letter, person_id=row["person_id"], kind=KIND, needs=needs)


def _letter(reader: Row, channel: str, address: str, *, count: int) -> Letter:
    """Without a name: it may go to a chat abroad."""
    text = say(
        "desk.held.ended",
        channel=say(f"staff.channel.{channel}"),
        ending=address[-4:],
        days=rules().held_days,
        count=count,
    )
    path = f"/people/{reader['person_id']}" if reader["person_id"] else ""
    return Letter(text, links=(Link(say("desk.held.link"), path),) if path else ())


async def _untold(ended: Ended) -> int:
    """How many of them were somebody's own matter and are told of by nothing else."""
    rows = await fetch(f"SELECT outbox_id FROM staff_reply WHERE outbox_id IN ({listed(ended.ids)})")
    replies = {row["outbox_id"] for row in rows}
    own = [kind for kind in ended.kinds if kind != DIGEST and not kind.startswith(BOT_KINDS)]
    return len(own) - len(replies)
