"""Pages of cases ask the database as often for a thousand cases as for ten (a million: ``benchmarks.district_day``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.cases import catalogue, kinds, teams
from casework.cases.teams import TeamShape
from models import clock
from models.home import Building, Estate
from models.team import Team as CaseTeam
from people import places
from people.viewers import SYSTEM
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client
from tests.portal.many_cases import District, grow
from tests.portal.statements import statements

PAGES = {
    "chen": (
        *("/cases", "/cases?list=today", "/cases?list=overdue", "/cases?list=ended"),
        *("/cases?after=5", "/cases/buildings", "/cases/1", "/cases/4", "/cases/new"),
    ),
    "gao": ("/cases?list=mine",),
    "observer": ("/figures/cases", "/figures/cases?by=kind&days=365", "/figures/cases?by=unit&days=365"),
    "": ("/open311/v2/requests.json", "/open311/v2/servicerequestupdates.json", "/open311/v2/requests/B-3.json"),
}
"""Who opens which."""


async def settled(team: Team) -> District:
    """The neighbourhood of the pages with its property team and two buildings."""
    catalogue.forget()
    await catalogue.load(kinds.read(Path(__file__).parents[2] / "community" / "cases"), by=SYSTEM)
    here, now = await places.place(places.home_place_id()), clock.now()
    await teams.load(
        [TeamShape(key="property", place=here.slug, unit="property", name="物业组", takes=("equipment",))], by=SYSTEM
    )
    estate = await Estate.create(created_at=now, place_id=here.id, name="青禾苑")
    blocks = [
        await Building.create(created_at=now, place_id=here.id, estate=estate, name=f"{number}号楼", sort=str(number))
        for number in (1, 2)
    ]
    own = await CaseTeam.get(key="property")
    return District(here.id, 1, team.gao.viewer.person_id or 0, own.id, blocks[0].id, len(blocks))


async def count(client: Client, team: Team) -> dict[str, int]:
    """How many statements each page costs."""
    counted: dict[str, int] = {}
    for who, paths in PAGES.items():
        cookies = getattr(team, who).cookies if who else {}
        for path in paths:
            with statements() as listened:
                response = await client.get(path, cookies=cookies)
            assert response.status == 200, path
            counted[path] = len(listened.seen)
    return counted


@pytest.mark.databases("sqlite")
async def test_pages_of_cases_ask_as_often_for_a_thousand_as_for_ten(client: Client) -> None:
    team = await hire(client)
    district = await settled(team)
    await grow(district, already=0, until=10)
    await count(client, team)  # The first of all reads the catalogue.
    few = await count(client, team)
    await grow(district, already=10, until=1_000)
    assert await count(client, team) == few
