"""Telling those a survey is for that it is there: by a job, a block of people at a time, with the letter of the day."""

from __future__ import annotations

import datetime as dt

from courier.letters import Letter, Link
from forum.notices import targets
from forum.notices.targets import Target
from forum.states import SHOWN_SQL, subject_of
from models import clock
from models.board import BoardName
from models.transaction import Row, execute, fetch_one, moment, transaction
from models.wording import say, say_date
from people import pushes
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.viewers import Viewer

BLOCK, MOST_BLOCKS = 200, 20
_NEXT = (
    "SELECT s.id, s.post_id, s.place_id, s.target, s.closes_at, s.told_to, p.title FROM survey s"
    " JOIN post p ON p.id=s.post_id WHERE s.told_at IS NULL AND s.closes_at>$1"
    f" AND p.state IN ({SHOWN_SQL}) ORDER BY s.id LIMIT 1"
)
_MARK = "UPDATE survey SET told_to=$1, told_at=$2 WHERE id=$3 AND told_to=$4 AND told_at IS NULL"


async def tell_due(*, by: Viewer) -> int:
    """告诉该填的人: gives how many people were told."""
    allow(by, "survey.tell", None)
    told = 0
    for _ in range(MOST_BLOCKS):
        row = await fetch_one(_NEXT, clock.now())
        if row is None:
            break
        told += await _block(row)
    return told


async def _block(row: Row) -> int:
    """Mark and tell in one transaction: a killed job begins the block again, and of two one finds the mark moved."""
    found = Target.from_json(row["target"])
    people = await targets.block(found, place_id=row["place_id"], after=row["told_to"], most=BLOCK)
    is_last = len(people) < BLOCK
    async with transaction():
        until = people[-1] if people else row["told_to"]
        if not await execute(_MARK, until, clock.now() if is_last else None, row["id"], row["told_to"]):
            return 0
        await pushes.push_to_people(
            _letter(row),
            person_ids=people,
            kind=PushKind.DELIBERATION,
            subject=subject_of(row["post_id"]),
            needs=Needs("board.read", row["place_id"]),
            board=BoardName.PROPOSALS,
        )
    return len(people)


def _letter(row: Row) -> Letter:
    last = clock.local(moment(row["closes_at"]) - dt.timedelta(minutes=1)).date()
    text = say("survey.letter.opened", title=row["title"], until=say_date(last))
    return Letter(text, links=(Link(say("survey.letter.link"), f"/surveys/{row['post_id']}"),))
