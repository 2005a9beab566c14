"""Votes that stand somewhere for the tests that walk through everything: a draft, one that is open, one counted."""

from __future__ import annotations

import datetime as dt

from forum.votes import casting, counting, opening, showing
from forum.votes.opening import NewVote
from models import clock
from models.ballot import PaperPhoto, VoteMethod, VoteUnit
from models.transaction import execute
from people import shelf
from people.viewers import SYSTEM, Viewer
from tests.people.photos import photo


async def fill(lead: Viewer, resident: Viewer, *, place_id: int, mark: str = "") -> dict[str, int]:
    """Named votes of persons, so that a few are enough; the resident has voted in the one that is counted.

    Gives ``vote``, ``vote_draft``, ``vote_counted`` and ``vote_line``, the resident's line in the open one.
    """
    draft, is_open, counted = [await _draft(lead, place_id=place_id, mark=mark) for _ in range(3)]
    for vote_id in (is_open, counted):
        await opening.open_vote(vote_id, by=lead)
    mine = (await showing.vote(counted, viewer=resident)).mine[0]
    await casting.cast(counted, by=resident, voter_id=mine.voter_id, points={1: 1})
    await execute("UPDATE vote SET closes_at=$1 WHERE id=$2", clock.now(), counted)
    await counting.count(counted, by=SYSTEM)
    line = (await showing.vote(is_open, viewer=resident)).mine[0].voter_id
    return {"vote": is_open, "vote_draft": draft, "vote_counted": counted, "vote_line": line}


async def photograph(vote_id: int) -> int:
    """A photo of a paper of a vote that is counted; gives its number."""
    name = shelf.put(photo(), preview=photo())
    return (await PaperPhoto.create(id=vote_id, vote_id=vote_id, paper_id=0, shelf_name=name)).id


async def _draft(lead: Viewer, *, place_id: int, mark: str) -> int:
    new = NewVote(
        f"{mark}要不要装充电桩",
        f"{mark}装在车棚。",
        VoteMethod.YES_NO,
        VoteUnit.PERSON,
        "advice",
        is_secret=False,
        closes_at=clock.now() + dt.timedelta(days=7),
    )
    return await opening.draft(new, by=lead, place_id=place_id)
