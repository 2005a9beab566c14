"""A thousand votes at once from several accounts of the same households, on the web, in chat and on paper."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from forum.votes import casting, paper, recount, showing
from forum.votes.paper import Photo
from models.ballot import Ballot, NoPhoto, PaperState, Voter, VoteWay
from models.errors import Refusal
from models.transaction import fetch
from people.viewers import Viewer
from tests.forum.votes.conftest import Hall

HOMES, EACH, ON_PAPER = 40, 3, 6
TRIES, SECONDS = 1000, 240
NONE = Photo(missing=NoPhoto.CAMERA)


@dataclass
class Rush:
    """Everybody of every household who tries, by every way there is; what was heard, by position and by way."""

    hall: Hall
    vote_id: int
    voters: dict[int, int]
    receipts: list[str] = field(default_factory=list)
    heard: Counter[int] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)

    async def tries(self, who: Viewer, by: VoteWay, choice: int) -> None:
        """One try, of which most are refused."""
        do: dict[VoteWay, Callable[[Viewer, int], Awaitable[bool]]] = {
            VoteWay.WEB: self._web,
            VoteWay.CHAT: self._chat,
            VoteWay.PAPER: self._paper,
        }
        try:
            is_heard = await do[by](who, choice)
        except Refusal:
            return
        if is_heard:
            self.heard[choice] += 1
            self.ways[by.value] += 1

    def _voter(self, who: Viewer) -> int:
        return self.voters[who.person_id or 0]

    async def _web(self, who: Viewer, choice: int) -> bool:
        await casting.cast(self.vote_id, by=who, voter_id=self._voter(who), points={choice: 1})
        return True

    async def _chat(self, who: Viewer, choice: int) -> bool:
        voter_id = self._voter(who)
        await casting.cast(self.vote_id, by=who, voter_id=voter_id, points={choice: 1}, way=VoteWay.CHAT)
        return True

    async def _paper(self, who: Viewer, choice: int) -> bool:
        """Handed out where the vote is secret, and entered by two."""
        staff, voter_id, receipt = self.hall.cast, self._voter(who), ""
        if self.receipts:
            await paper.hand_out(self.vote_id, voter_id, by=staff.chen)
            receipt = self.receipts.pop()
        for by in (staff.chen, staff.gao):
            entered = await paper.enter(
                self.vote_id, by=by, points={choice: 1}, receipt=receipt, voter_id=voter_id, photo=NONE
            )
        return entered.state is PaperState.CONFIRMED


def _tries(hall: Hall) -> list[tuple[Viewer, VoteWay, int]]:
    """Each household tries twenty-five times by its people in turn; of some all papers say the same, the others mix."""
    people, chance = [one for home in hall.homes.values() for one in home], random.Random(7)
    ways = [VoteWay.WEB] * 6 + [VoteWay.CHAT] * 3 + [VoteWay.PAPER]

    def one(at: int) -> tuple[Viewer, VoteWay, int]:
        home = at % len(people) // EACH
        if home < ON_PAPER:
            return people[at % len(people)], VoteWay.PAPER, 1 + home % 3
        return people[at % len(people)], chance.choice(ways), chance.randint(1, 3)

    return [one(at) for at in range(TRIES)]


@pytest.mark.parametrize("is_secret", [True, False], ids=["secret", "named"])
async def test_a_thousand_at_once_of_the_same_households_and_the_recount_is_equal(
    hall: Hall, *, is_secret: bool
) -> None:
    for number in range(HOMES):
        await hall.home(f"{101 + number}", "甲", "乙", "丙")
    vote_id = await hall.opened(is_secret=is_secret)
    rows = await fetch("SELECT voter_id, person_id FROM voter_person WHERE vote_id=$1", vote_id)
    rush = Rush(hall, vote_id, {row["person_id"]: row["voter_id"] for row in rows})
    rush.receipts = await paper.print_ballots(vote_id, by=hall.cast.chen, count=HOMES) if is_secret else []
    tries = _tries(hall)
    async with asyncio.timeout(SECONDS):
        await asyncio.gather(*(rush.tries(*one) for one in tries))
    await _as_heard(rush, is_secret=is_secret)


async def _as_heard(rush: Rush, *, is_secret: bool) -> None:
    """Roll, box, count and recount say the same, and no household stands there twice."""
    lines = await Voter.filter(vote_id=rush.vote_id)
    assert (len(lines), len({one.key for one in lines}), sum(rush.heard.values())) == (HOMES, HOMES, HOMES)
    assert Counter(one.way.value for one in lines if one.way) == rush.ways
    assert set(rush.ways) == ({"web", "paper"} if is_secret else {"web", "chat", "paper"})
    await rush.hall.counted(rush.vote_id)
    sheet = json.loads(await showing.ballots(rush.vote_id, viewer=rush.hall.cast.gao))
    assert recount.problems(sheet) == []
    tally = {int(at): heads for at, (heads, _) in recount.recount(sheet)["tally"].items()}
    assert tally == {at: rush.heard[at] for at in (1, 2, 3)}
    assert len(sheet["ballots"]) == len(set(sheet["ballots"])) == HOMES
    assert await Ballot.filter(vote_id=rush.vote_id).count() == (HOMES if is_secret else 0)
