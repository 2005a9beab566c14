"""Who lives where: one open residence per person and home, moving out ends it the same day, and history stays."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from models.clock import now, today
from models.errors import NotFound, Taken, WrongState
from models.home import Building, Home
from models.household import Relation, Residence, ResidenceState
from models.person import NEIGHBOURS, Role, RoleName
from models.place import Place
from people import homes, personal, residences, staff
from people.personal import WrongNumber
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.people import town as towns
from tests.people.town import Town, home, load


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """One home here."""
    made = await towns.found()
    await load(home(), place_id=made.here)
    return made


async def home_and_person(town: Town) -> tuple[int, int]:
    home_id = await homes.home_at("示范一村", "3号楼", "501", viewer=SYSTEM, place_id=town.here)
    added = await staff.add_person(by=SYSTEM, place_id=town.here, name="王示范")
    return home_id, added.id


async def test_somebody_moves_in_once_however_often_it_is_tried_at_once(town: Town) -> None:
    home_id, person_id = await home_and_person(town)
    tries = (residences.move_in(person_id, home_id, by=SYSTEM, relation=Relation.OWNER) for _ in range(20))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 19


async def test_moving_out_ends_it_today_and_leaves_history_and_room_to_return(town: Town) -> None:
    home_id, person_id = await home_and_person(town)
    first = await residences.move_in(person_id, home_id, by=SYSTEM, relation=Relation.TENANT)
    await residences.move_out(first, by=SYSTEM)
    card = await homes.home(home_id, viewer=SYSTEM)
    assert (card.living, [one.until for one in card.past]) == ((), [today()])
    with pytest.raises(WrongState):
        await residences.move_out(first, by=SYSTEM)
    await residences.move_in(person_id, home_id, by=SYSTEM, relation=Relation.OWNER)
    again = await homes.home(home_id, viewer=SYSTEM)
    assert (len(again.living), len(again.past)) == (1, 1)


async def test_the_database_itself_keeps_names_and_open_residences_apart(town: Town) -> None:
    home_id, person_id = await home_and_person(town)
    await residences.move_in(person_id, home_id, by=SYSTEM, relation=Relation.OWNER)
    building = await Building.get(name="3号楼")
    common = {"created_at": now(), "place_id": town.here}
    for twice in (
        lambda: Building.create(**common, estate_id=building.estate_id, name="3号楼", sort="x"),
        lambda: Home.create(**common, building_id=building.id, label="501", sort="x"),
        lambda: Residence.create(
            **common,
            person_id=person_id,
            home_id=home_id,
            open_home_id=home_id,
            relation=Relation.FAMILY,
            state=ResidenceState.PENDING,
        ),
    ):
        with pytest.raises(IntegrityError):
            await twice()


async def test_nobody_moves_people_of_another_place(town: Town) -> None:
    home_id, person_id = await home_and_person(town)
    other = towns.staff(RoleName.SECRETARY, town.there)
    with pytest.raises(NotFound):
        await residences.move_in(person_id, home_id, by=other, relation=Relation.OWNER)
    stranger = await staff.add_person(by=SYSTEM, place_id=town.there, name="柳示范")
    with pytest.raises(NotFound):
        await residences.move_in(stranger.id, home_id, by=SYSTEM, relation=Relation.OWNER)
    with pytest.raises(NotFound):
        await homes.home(home_id, viewer=other)
    with pytest.raises(NotFound):
        await homes.search("王示范", viewer=other, place_id=town.here)


async def test_sums_reach_up_to_street_and_district_and_no_further(town: Town) -> None:
    far = await Place.create(created_at=now(), slug="far", name="far", level="neighbourhood")
    for place_id, seen in (
        (town.district, {town.here, town.there}),
        (town.street, {town.here, town.there}),
        (far.id, {far.id}),
    ):
        viewer = towns.staff(RoleName.SUBDISTRICT_OBSERVER, place_id)
        assert {one.place_id for one in await homes.sums(viewer=viewer)} == seen


NUMBERS = [
    "13800000000",
    "+86 138-0000-0000",
    "１３８００００００００",
    "١٣٨٠٠٠٠٠٠٠٠",
    "021-63212810",
    "(021) 6321 2810",
    "",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_that_ring_are_taken(text: str) -> None:
    assert personal.phone_of(text) in {"13800000000", "02163212810", ""}


@pytest.mark.parametrize("text", ["12800000000", "138000000000", "63212810", "1380000000a", "１", "+1 202 555 0100"])
def test_numbers_that_cannot_ring_are_not(text: str) -> None:
    with pytest.raises(WrongNumber):
        personal.phone_of(text)


async def test_every_role_of_a_neighbour_ends_the_day_they_move_out(town: Town) -> None:
    home_id, person_id = await home_and_person(town)
    living = await residences.move_in(person_id, home_id, by=SYSTEM, relation=Relation.OWNER)
    for role in NEIGHBOURS:
        await Role.get_or_create(person_id=person_id, place_id=town.here, name=role, defaults={"created_at": now()})
    await residences.move_out(living, by=SYSTEM)
    assert not await Role.filter(person_id=person_id).exists()
