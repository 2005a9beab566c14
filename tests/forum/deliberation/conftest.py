"""A council hall: homes around the cast of the boards, and proposals of 王阿姨's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from forum.deliberation import deciding, putting, supporting
from forum.deliberation.found import Standing, standing
from forum.deliberation.putting import NewProposal
from forum.votes import casting, counting, opening, showing
from models import clock as models_clock
from models.proposal import ProposalStage
from models.transaction import execute, fetch
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.votes.conftest import Hall, hall

__all__ = ["hall"]

WORDS = "车棚里装六个充电桩，电费自付，晚上十点以后半价。"


@dataclass
class Council:
    """Homes 101 to 106 with one owner each, of which three must support a proposal, and 501 with two people."""

    hall: Hall
    cast: Neighbours
    clock: StillClock

    @property
    def people(self) -> list[Viewer]:
        """The first of each home."""
        return [*self.hall.all()]

    async def put(self, title: str = "车棚装充电桩", text: str = WORDS, *, by: Viewer | None = None) -> Standing:
        """A proposal that seeks support; of the first of home 501."""
        author = by or self.hall.homes["501"][0]
        return (await putting.begin(NewProposal(text, title=title), by=author, place_id=self.cast.here.id)).proposal

    async def supported(self, title: str = "车棚装充电桩", text: str = WORDS) -> Standing:
        """The same with as many households behind it as must."""
        found = await self.put(title, text)
        for one in self.people[: found.support_needed]:
            await supporting.support(found.id, by=one)
        return await standing(found.id)

    async def discussed(self, title: str = "车棚装充电桩", text: str = WORDS) -> Standing:
        """The same, taken up by 高书记."""
        found = await self.supported(title, text)
        return await deciding.select(found.id, by=self.cast.gao, reason="大家都关心，先讨论。")

    async def voted(self, vote_id: int, *choices: dict[int, int]) -> None:
        """Some households vote, and the job counts after the end."""
        for who, choice in zip(self.people, choices, strict=False):
            voter_id = (await showing.vote(vote_id, viewer=who)).mine[0].voter_id
            await casting.cast(vote_id, by=who, voter_id=voter_id, points=choice)
        self.clock.forward(days=8)
        assert await counting.count_due(by=SYSTEM) == 1

    async def open_vote(self, vote_id: int) -> None:
        """高书记 opens a draft."""
        await opening.open_vote(vote_id, by=self.cast.gao)


async def at(found: Standing, stage: ProposalStage, *, due_in_days: int | None = None) -> Standing:
    """Put a proposal where it is to stand, whatever leads there; for trying what leads away."""
    reason = "因为没有经费。" if stage is ProposalStage.NOT_TAKEN else ""
    await execute("UPDATE proposal SET stage=$1, reason=$2, due_at=NULL WHERE id=$3", stage.value, reason, found.id)
    if due_in_days is not None:
        due = models_clock.now() + dt.timedelta(days=due_in_days)
        await execute("UPDATE proposal SET due_at=$1 WHERE id=$2", due, found.id)
    return await standing(found.id)


async def trace(found: Standing) -> tuple[object, ...]:
    """Everything a move writes, to see that nothing was."""
    row = await fetch("SELECT * FROM proposal WHERE id=$1", found.id)
    steps = await fetch("SELECT count(*) AS n FROM proposal_step")
    lines = await fetch("SELECT count(*) AS n FROM audit_line")
    return (row, steps, lines)


@pytest.fixture
async def council(hall: Hall) -> Council:
    """Seven homes."""
    await hall.street(6)
    await hall.home("501", "王阿姨", "小王")
    return Council(hall, hall.cast, hall.clock)
