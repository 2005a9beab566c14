"""Asking those on a roll to rate: by a job, a block at a time, each marked in the transaction of the telling, so that
nobody hears it twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from courier.letters import Letter
from models import clock
from models.board import BoardName
from models.transaction import Row, execute, fetch, fetch_one, transaction
from people import pushes
from people.pushes import Needs, PushKind

BLOCK, MOST_BLOCKS = 200, 20


@dataclass(frozen=True, slots=True)
class RollTelling:
    """What is told of, and how.

    ``coming``: SQL of the first row that is still open on $1 and not told to its end, with its ``id``, ``place_id`` and
    ``told_to``. ``people``: SQL of a block of ``person_id`` of the row $1 after person $2. ``mark``: SQL that notes
    that it was told up to $1, to its end at $2 (NULL: not yet), of the row $3 where it stood at $4. ``subject``: how
    its line in the bell begins; ``needs``: the verb who is told must hold.
    """

    coming: str
    people: str
    mark: str
    letter: Callable[[Row], Letter]
    subject: str
    needs: str
    board: BoardName | None = None


async def tell(telling: RollTelling, *, open_on: dt.date | dt.datetime) -> int:
    """The next blocks of what is still open on a day or at a moment; gives how many people."""
    told = 0
    for _ in range(MOST_BLOCKS):
        row = await fetch_one(telling.coming, open_on)
        if row is None:
            break
        told += await _block(telling, row)
    return told


async def _block(telling: RollTelling, row: Row) -> int:
    """Mark and tell in one transaction: a killed job begins the block again, and of two one finds it marked."""
    people = [one["person_id"] for one in await fetch(telling.people, row["id"], row["told_to"])]
    until = people[-1] if people else row["told_to"]
    async with transaction():
        ended = clock.now() if len(people) < BLOCK else None
        if not await execute(telling.mark, until, ended, row["id"], row["told_to"]):
            return 0
        await pushes.push_to_people(
            telling.letter(row),
            person_ids=people,
            kind=PushKind.DELIBERATION,
            subject=f"{telling.subject}:{row['id']}",
            needs=Needs(telling.needs, row["place_id"]),
            board=telling.board,
        )
    return len(people)
