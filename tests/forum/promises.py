"""Proposals at a stage, and homes to live in, for tests of what comes after a decision."""

from __future__ import annotations

from itertools import count

from forum.board_settings import Wanted, set_board
from models import clock
from models.home import Building, Estate, Home
from models.household import Household, Relation, Residence, ResidenceState
from models.person import RoleName
from models.proposal import Proposal, ProposalStage
from people.viewers import Viewer
from tests.forum.conftest import Neighbours, person

_numbers = count(1)


async def proposal_at(cast: Neighbours, stage: ProposalStage, *, text: str = "装充电桩") -> Proposal:
    """A proposal of 王阿姨's that stands at a stage."""
    await set_board("deliberation", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    post_id, now = await cast.post(text, board="deliberation"), clock.now()
    return await Proposal.create(
        created_at=now,
        post_id=post_id,
        place=cast.here,
        number=f"P-{next(_numbers):04}",
        author_id=cast.wang.person_id,
        stage=stage,
        stage_at=now,
    )


async def building(cast: Neighbours, name: str = "3号楼") -> Building:
    """A building of the neighbourhood."""
    now = clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name=f"{name}苑")
    return await Building.create(created_at=now, place=cast.here, estate=estate, name=name, sort=name)


async def moves_in(cast: Neighbours, *people: Viewer, into: Building, label: str) -> Home:
    """Some people as one household of a home."""
    now = clock.now()
    home = await Home.create(created_at=now, place=cast.here, building=into, label=label, sort=label)
    household = await Household.create(created_at=now, place=cast.here, home=home, open_home_id=home.id)
    for one in people:
        await Residence.create(
            created_at=now,
            place=cast.here,
            home=home,
            household=household,
            person_id=one.person_id,
            relation=Relation.OWNER,
            state=ResidenceState.LIVING,
            open_home_id=home.id,
            since=clock.today(),
        )
    return home


async def street(cast: Neighbours, number: int) -> list[Viewer]:
    """So many neighbours, each in a home of their own."""
    into = await building(cast, "8号楼")
    people = [await person(f"邻居{at}", cast.here, RoleName.RESIDENT) for at in range(number)]
    for at, one in enumerate(people):
        await moves_in(cast, one, into=into, label=str(100 + at))
    return people
