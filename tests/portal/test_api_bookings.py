"""Bookings and the visit book in the API: the same rules as on the pages."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.cases import reporting
from casework.cases.reporting import Facts
from models.case import CaseSource
from models.service import Service
from people.records import tags
from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client
from tests.portal.test_mediation_pages import lives
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
SPOT = {"kind": "counter", "name": "一号窗口", "hours": "09:00-17:00", "minutes": 30}


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026, 9:10."""
    await take_in_catalogue()
    return await hire(client)


@pytest.fixture
async def api(client: Client) -> Api:
    return Api(client)


async def test_a_time_is_booked_once_and_who_comes_because_of_a_case_made_a_trip(
    api: Api, team: Team, clock: StillClock
) -> None:
    wang, li = await lives(team, "王阿姨", "501"), await lives(team, "李叔", "402")
    assert await api.call("addSpot", team.chen, body=SPOT) == 404
    assert await api.call("addSpot", team.gao, body={**SPOT, "hours": "9-5"}) == 422
    spot = (await api.call("addSpot", team.gao, body=SPOT))["id"]
    assert [one["id"] for one in (await api.call("listSpots", wang))["spots"]] == [spot]
    first = (await api.call("listFreeTimes", wang, id=spot))["free"][0]["starts_at"]
    await api.call("book", wang, body={"spot": spot, "starts_at": first})
    assert await api.call("book", li, body={"spot": spot, "starts_at": first}) == 409
    assert await api.call("book", team.outsider, body={"spot": spot, "starts_at": first}) in {403, 404}
    [own] = (await api.call("listOwnBookings", wang))["bookings"]
    assert await api.call("cancelBooking", li, id=own["id"]) == 404
    case = await reporting.report(Facts("stair_light", "灯坏了"), by=wang.viewer, source=CaseSource.WEB)
    clock.forward(minutes=20)
    [line] = (await api.call("listBookingsOfDay", team.chen))["expected"]
    assert ([one["id"] for one in line["matters"]], line["may_arrive"]) == ([case.id], True)
    assert await api.call("arriveForBooking", team.outsider, id=own["id"], body={}) == 404
    came = {"about": "case", "matter": case.id}
    await api.call("arriveForBooking", team.chen, id=own["id"], body=came)
    assert await api.call("arriveForBooking", team.chen, id=own["id"], body=came) == 409
    assert "来跑了一趟" in (await team.chen.see(f"/cases/{case.id}")).html
    assert await api.call("listBookingsOfDay", wang) == 403
    assert await api.call("retireSpot", team.outsider, id=spot) == 404


async def test_staff_book_for_somebody_and_take_it_back(api: Api, team: Team) -> None:
    wang = await lives(team, "王阿姨", "501")
    spot = (await api.call("addSpot", team.gao, body=SPOT))["id"]
    free = (await api.call("listFreeTimes", team.chen, id=spot, day="2026-03-03"))["free"]
    wanted = {"spot": spot, "person": wang.viewer.person_id, "starts_at": free[0]["starts_at"]}
    await api.call("bookFor", team.chen, body=wanted)
    assert await api.call("bookFor", team.chen, body=wanted) == 409
    [line] = (await api.call("listBookingsOfDay", team.chen, day="2026-03-03"))["expected"]
    assert await api.call("arriveForBooking", team.chen, id=line["booking"]["id"], body={}) == 409
    await api.call("cancelBookingFor", team.chen, id=line["booking"]["id"])
    own = {"spot": spot, "starts_at": free[1]["starts_at"]}
    await api.call("book", wang, body=own)
    [booked] = (await api.call("listOwnBookings", wang))["bookings"]
    await api.call("cancelBooking", wang, id=booked["id"])
    await api.call("retireSpot", team.gao, id=spot)
    assert await api.call("book", wang, body=own) == 404


async def test_the_visit_book_from_a_plan_to_a_case(api: Api, team: Team) -> None:
    wang = await lives(team, "王阿姨", "501")
    person, goes = wang.viewer.person_id or 0, team.chen.viewer.person_id
    await tags.tag(person, by=team.chen.viewer, name="独居")
    book = await api.call("readVisitBook", team.chen)
    assert ([one["person_id"] for one in book["lapsed"]], book["lapsed_total"]) == ([person], 1)
    planned = {"person": person, "day": "2026-03-02", "goes": goes, "key": "api1"}
    assert await api.call("planVisit", team.chen, body={**planned, "day": "2026-02-01"}) == 422
    await api.call("planVisit", team.chen, body=planned)
    await api.call("planVisit", team.chen, body=planned)
    [plan] = (await api.call("readVisitBook", team.chen))["plans"]
    assert await api.call("recordPlannedVisit", team.outsider, id=plan["id"], body={"day": "2026-03-02"}) == 404
    done = {"day": "2026-03-02", "words": "楼道灯坏了", "next_day": "2026-03-09"}
    await api.call("recordPlannedVisit", team.chen, id=plan["id"], body=done)
    assert await api.call("recordPlannedVisit", team.chen, id=plan["id"], body=done) == 409
    [following] = (await api.call("readVisitBook", team.chen))["plans"]
    assert following["day"] == "2026-03-09"
    await api.call("dropVisitPlan", team.chen, id=following["id"])
    await api.call("recordVisit", team.chen, body={"person": person, "day": "2026-03-01", "words": "好", "key": "api2"})
    book = await api.call("readVisitBook", team.chen)
    assert (book["lapsed"], len(book["latest"])) == ([], 2)
    visit = (await Service.filter(day=dt.date(2026, 3, 2)).first() or await Service.get(id=0)).id
    assert (await api.call("reportVisit", team.chen, id=visit))["number"] == "C-0001"
    assert await api.call("reportVisit", team.chen, id=visit) == 409
    assert await api.call("readVisitBook", wang) == 403
