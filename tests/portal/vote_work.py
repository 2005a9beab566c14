"""Six homes of a building before the web door, and somebody of each signed in."""

from __future__ import annotations

from dataclasses import dataclass

from models import clock
from models.home import Building, Estate, Home
from models.household import Household, Relation, Residence, ResidenceState
from models.person import RoleName
from people import places
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client


@dataclass(frozen=True, slots=True)
class Town:
    """Staff, and one of each home, 101 and on."""

    team: Team
    people: tuple[Colleague, ...]


async def settle(client: Client, *, homes: int = 6) -> Town:
    """Everybody moved in."""
    team, here, now = await hire(client), places.home_place_id(), clock.now()
    estate = await Estate.create(created_at=now, place_id=here, name="示范苑")
    building = await Building.create(created_at=now, place_id=here, estate=estate, name="3号楼", sort="000003")
    people = [await _lives(client, building, f"{101 + number}") for number in range(homes)]
    return Town(team, tuple(people))


async def _lives(client: Client, building: Building, label: str) -> Colleague:
    here, now = building.place_id, clock.now()
    found = await person(client, f"住户{label}", role=RoleName.RESIDENT, place_id=here)
    home = await Home.create(created_at=now, place_id=here, building=building, label=label, sort=label, area=8000)
    household = await Household.create(created_at=now, place_id=here, home=home)
    await Residence.create(
        created_at=now,
        place_id=here,
        person_id=found.viewer.person_id,
        home=home,
        household=household,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )
    return found
