"""Pages of cases ask the database as often for a thousand cases as for ten (a million: ``benchmarks.district_day``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from casework.cases import catalogue, kinds, teams
from casework.cases.cases import CaseList
from casework.cases.owners import LEFT_BEHIND
from casework.cases.teams import TeamShape
from models import clock
from models.home import Building, Estate
from models.team import Team as CaseTeam
from models.transaction import fetch
from people import places
from people.viewers import SYSTEM
from portal.pages.cases import SHOWN
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
EMPTY = (CaseList.MINE, CaseList.TODAY, CaseList.UNDECIDED, CaseList.HUNG, CaseList.UNOWNED)
"""What stays empty however many cases come in, for who answers for none of them."""


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


async def count(client: Client, team: Team, pages: Mapping[str, Sequence[str]] = PAGES) -> dict[str, int]:
    """How many statements each page costs."""
    counted: dict[str, int] = {}
    for who, paths in pages.items():
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


@pytest.mark.databases("sqlite")
async def test_an_empty_list_of_cases_asks_as_often_as_a_full_one(client: Client) -> None:
    team = await hire(client)
    district = await settled(team)
    lists = {"chen": [f"/cases?list={one.value}" for one in SHOWN if one not in EMPTY]}
    await count(client, team, lists)  # The first of all reads the catalogue.
    empty = await count(client, team, lists)
    await grow(district, already=0, until=20)
    for path in lists["chen"]:
        html = await (await client.get(path, cookies=team.chen.cookies)).text()
        assert "这里一件也没有" not in html, path
    assert await count(client, team, lists) == empty


@pytest.mark.databases("sqlite")
async def test_who_is_not_there_any_more_is_looked_for_among_the_open_cases_of_ones_place(client: Client) -> None:
    team = await hire(client)
    await grow(await settled(team), already=0, until=20)
    with statements() as listened:
        assert (await client.get("/cases", cookies=team.chen.cookies)).status == 200
    asked = [text for text, _ in listened.asked if "NOT EXISTS (SELECT 1 FROM role" in text]
    plans = [str(await fetch(f"EXPLAIN QUERY PLAN {one}")) for one in (*asked, f"SELECT c.id {LEFT_BEHIND}")]
    assert len(plans) == 2
    assert all("SEARCH c USING INDEX" in plan and "place_id=? AND state=?" in plan for plan in plans), plans


@pytest.mark.databases("sqlite")
async def test_the_page_of_a_case_reads_its_row_and_its_steps_once_for_all_that_it_shows(client: Client) -> None:
    team = await hire(client)
    await grow(await settled(team), already=0, until=10)
    assert (await client.get("/cases/4", cookies=team.chen.cookies)).status == 200  # Reads the catalogue.
    with statements() as listened:
        assert (await client.get("/cases/3", cookies=team.chen.cookies)).status == 200
    for table in ("cases", "case_step"):
        assert len([one for one in listened.seen if f'FROM "{table}"' in one]) == 1, table
    assert not [one for one in listened.seen if "WHERE 1=0" in one], "nothing is asked for where nothing can be found"
    assert len(listened.seen) <= 26, listened.seen
