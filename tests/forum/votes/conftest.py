"""A building of homes around the cast of the boards, and votes put to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from forum.votes import counting, opening, showing
from forum.votes.opening import NewVote
from forum.votes.showing import VoteCard
from models import clock as models_clock
from models.ballot import VoteMethod, VoteUnit
from models.home import Building, Estate, Home
from models.household import Household, Relation, Residence, ResidenceState
from models.person import RoleName
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, person

YES, NO, ABSTAIN = {1: 1}, {2: 1}, {3: 1}


@dataclass
class Hall:
    """Everybody who lives in building 3, by home and in the order of moving in, and the votes put to them."""

    cast: Neighbours
    clock: StillClock
    building: Building
    homes: dict[str, list[Viewer]] = field(default_factory=dict)

    async def home(self, label: str, *names: str, area: int | None = 8000, relation: Relation = Relation.OWNER) -> Home:
        """A home of 80 square metres, with people of one household in it."""
        now, here = models_clock.now(), self.cast.here
        home = await Home.create(
            created_at=now, place=here, building=self.building, label=label, sort=label.rjust(6, "0"), area=area
        )
        household = await Household.create(created_at=now, place=here, home=home)
        self.homes[label] = [await self._lives(name, home, household, relation) for name in names]
        return home

    async def _lives(self, name: str, home: Home, household: Household, relation: Relation) -> Viewer:
        found = await person(f"{name}{home.label}", self.cast.here, RoleName.RESIDENT)
        await self.owns(found, home, household=household, relation=relation)
        return found

    async def owns(
        self, who: Viewer, home: Home, *, household: Household | None = None, relation: Relation = Relation.OWNER
    ) -> None:
        """Somebody lives in a home as well."""
        await Residence.create(
            created_at=models_clock.now(),
            place=self.cast.here,
            person_id=who.person_id,
            home=home,
            household=household,
            relation=relation,
            state=ResidenceState.LIVING,
            open_home_id=home.id,
        )

    async def street(self, count: int) -> None:
        """So many homes with one owner each, 101, 102, and on."""
        for number in range(count):
            await self.home(f"{101 + number}", "住户")

    async def vote(
        self,
        *,
        method: VoteMethod = VoteMethod.YES_NO,
        unit: VoteUnit = VoteUnit.HOUSEHOLD,
        rule: str = "simple",
        is_secret: bool = True,
        days: float = 7,
        **more: object,
    ) -> int:
        """A draft of 高书记."""
        new = NewVote(
            title="要不要在车棚装充电桩",
            text="装六个，电费自付。",
            method=method,
            unit=unit,
            rule=rule,
            is_secret=is_secret,
            closes_at=self.clock.moment + dt.timedelta(days=days),
            **more,  # type: ignore[arg-type]
        )
        return await opening.draft(new, by=self.cast.gao, place_id=self.cast.here.id)

    async def opened(self, **how: object) -> int:
        """The same, opened."""
        vote_id = await self.vote(**how)  # type: ignore[arg-type]
        await opening.open_vote(vote_id, by=self.cast.gao)
        return vote_id

    async def voter(self, vote_id: int, who: Viewer) -> int:
        """The first line of the roll on which somebody stands."""
        return (await showing.vote(vote_id, viewer=who)).mine[0].voter_id

    async def counted(self, vote_id: int) -> VoteCard:
        """After the end, counted by the job."""
        self.clock.forward(days=8)
        assert await counting.count_due(by=SYSTEM) == 1
        return await showing.vote(vote_id, viewer=self.cast.gao)

    def all(self) -> Sequence[Viewer]:
        """The first of each home."""
        return [people[0] for people in self.homes.values() if people]


@pytest.fixture
async def hall(cast: Neighbours, clock: StillClock) -> Hall:
    """Building 3 of an estate, empty."""
    now = models_clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name="柳岸")
    building = await Building.create(created_at=now, place=cast.here, estate=estate, name="3号楼", sort="000003")
    return Hall(cast, clock, building)
