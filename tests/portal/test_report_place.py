"""Where a report is: taken along by a button or written, by who reports and by staff on their way."""

from __future__ import annotations

import pytest

from casework.cases import catalogue, kinds
from models.case import Case
from people.viewers import SYSTEM
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client
from tests.portal.test_my_cases import browser, report, sent
from tests.walk.town_cases import COMMUNITY

__all__ = ["browser"]
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
async def team(client: Client) -> Team:
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    return await hire(client)


async def test_a_report_takes_along_where_its_reporter_is_and_asks_the_browser_only_there(browser: Client) -> None:
    form = await browser.get("/report")
    assert form.headers["Permissions-Policy"].startswith("geolocation=(self)")
    assert "geolocation=()" in (await browser.get("/")).headers["Permissions-Policy"]
    case_id = await report(browser, point="31.23042,121.47371")
    case = await Case.get(id=case_id)
    assert (case.latitude, case.longitude, case.where_text) == (31.23042, 121.47371, "3号楼2楼")


async def test_a_point_is_not_lost_while_the_form_asks_on_and_is_compared(browser: Client) -> None:
    await report(browser, what="楼道里堆东西又有味道", kind="other_matter", point="31.23042,121.47371")
    near = {"what": "楼道里堆东西有味道", "where": "西边", "point": "31.23045,121.47374"}
    _, _, html = await sent(browser, "/report", **near)
    assert ("您说的是哪一种" in html, 'name="point" value="31.23045,121.47374"' in html) == (True, True)
    _, _, html = await sent(browser, "/report", **near, kind="other_matter")
    assert ("是同一件事吗" in html, 'name="point" value="31.23045,121.47374"' in html) == (True, True)
    far = {**near, "where": "东边", "point": "31.24045,121.47374"}
    await report(browser, **far, kind="other_matter")
    assert await Case.all().count() == 2


@pytest.mark.parametrize("point", ["", "91.00001,121.47371", "NaN,NaN", "31.2，", "<script>", "\0", "9" * 5_000])
async def test_what_is_no_point_on_this_earth_is_left_out_and_nothing_else(browser: Client, point: str) -> None:
    case = await Case.get(id=await report(browser, point=point))
    assert (case.latitude, case.longitude, case.where_text) == (None, None, "3号楼2楼")


async def test_staff_on_their_way_take_the_point_along(team: Team) -> None:
    page = await team.chen.see("/cases/new")
    assert "data-place-take" in page.html
    facts = {
        "what": "楼道灯坏了",
        "kind_key": "stair_light",
        "source": "patrol",
        "where": "3号楼",
        "asked": "who when how same",
    }
    await team.chen.send("/cases/new", **facts, point="31.23042,121.47371")
    case = await Case.get()
    assert (case.latitude, case.longitude) == (31.23042, 121.47371)
