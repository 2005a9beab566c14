"""Asking those on the roll to vote, reminding the undecided once, and telling all what came out or that it is void.

By jobs, a block at a time, each line of the roll marked with what it was told.
"""

from __future__ import annotations

import datetime as dt

from courier.letters import Letter, Link
from models import clock
from models.transaction import Row, execute, fetch, listed, moment, transaction
from models.wording import say, say_moment
from people import pushes
from people.permissions import allow
from people.pushes import PushKind
from people.viewers import Viewer

BLOCK = 200
REMIND_BEFORE = dt.timedelta(days=1)

_ASK = "SELECT id FROM voter WHERE vote_id=$1 AND told_at IS NULL{more} ORDER BY id LIMIT $2"
_REMIND = "SELECT id FROM voter WHERE vote_id=$1 AND NOT has_voted AND reminded_at IS NULL ORDER BY id LIMIT $2"
_VOTES = (
    "SELECT id, title, closes_at, opened_at, state, reason FROM vote WHERE (state='open' AND closes_at>$1)"
    " OR (state='counted' AND counted_at>$2) OR (state='void' AND opened_at IS NOT NULL AND closes_at>$2) ORDER BY id"
)
TELL_RESULT = dt.timedelta(days=7)


async def tell_due(*, by: Viewer) -> int:
    """告诉名册上的人: of every vote the next block of those who do not know yet; gives how many lines were told."""
    allow(by, "vote.remind", None)
    now = clock.now()
    return sum([await _tell_of(vote) for vote in await fetch(_VOTES, now, now - TELL_RESULT)])


async def _tell_of(vote: Row) -> int:
    if vote["state"] in ("counted", "void"):
        return await _block(vote, vote["state"], sql=_ASK.format(more=""), mark="told_at")
    told = await _block(vote, "opened", sql=_ASK.format(more=" AND NOT has_voted"), mark="told_at")
    closes_at, opened_at = moment(vote["closes_at"]), moment(vote["opened_at"])
    is_long = closes_at - opened_at > 2 * REMIND_BEFORE
    if told or not is_long or clock.now() < closes_at - REMIND_BEFORE:
        return told
    return await _block(vote, "reminded", sql=_REMIND, mark="reminded_at")


async def _block(vote: Row, key: str, *, sql: str, mark: str) -> int:
    """Mark and tell in one transaction: a job that is killed begins the block again, and nobody is told twice."""
    async with transaction():
        ids = [row["id"] for row in await fetch(sql, vote["id"], BLOCK)]
        if not ids:
            return 0
        await execute(f"UPDATE voter SET {mark}=$1 WHERE id IN ({listed(ids)})", clock.now())
        people = await fetch(f"SELECT DISTINCT person_id FROM voter_person WHERE voter_id IN ({listed(ids)})")
        until = say_moment(moment(vote["closes_at"]))
        text = say(f"vote.letter.{key}", title=vote["title"], until=until, reason=vote["reason"])
        letter = Letter(text, links=(Link(say("vote.letter.link"), f"/votes/{vote['id']}"),))
        await pushes.push_to_people(
            letter,
            person_ids=[row["person_id"] for row in people],
            kind=PushKind.DELIBERATION,
            subject=f"vote:{vote['id']}",
        )
    return len(ids)
