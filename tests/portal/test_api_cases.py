"""Cases in the API: reported with where one is, offered as the same, joined; the point is read by staff alone."""

from __future__ import annotations

import pytest

from casework.cases import catalogue, kinds
from casework.cases.cases import CaseList
from models.alarm import Alarm
from models.case import Case
from people.viewers import SYSTEM
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire, lives_here
from tests.portal.conftest import Client
from tests.walk.town_cases import COMMUNITY

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
HERE = {"latitude": 31.230416, "longitude": 121.473713}


@pytest.fixture
async def team(client: Client) -> Team:
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    return await hire(client)


async def test_only_staff_see_the_point(team: Team, client: Client) -> None:
    wang, li, api = await lives_here(client, "王阿姨"), await lives_here(client, "李叔"), Api(client)
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼", "point": HERE})
    offered = await api.call("reportCase", li, body={"what": "楼道灯坏了", "where": "3号楼", "point": HERE})
    assert [one["id"] for one in offered["likely"]] == [made["id"]]
    await api.call("joinCase", li, id=made["id"])
    seen = [
        str(offered),
        str(await api.call("readOwnCase", li, id=made["id"])),
        str(await api.call("listOwnCases", wang)),
    ]
    for path in (f"/my/cases/{made['id']}", "/my/cases"):
        seen += [(await li.see(path)).html, (await wang.see(path)).html]
    assert not [one for one in seen if "31.230" in str(one) or "121.473" in str(one)]
    assert "31.23042" in (await team.chen.see(f"/cases/{made['id']}")).html


async def test_the_api_refuses_points_beyond_this_earth_and_callers_without_a_right(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    for point in ({"latitude": 91, "longitude": 0}, {"latitude": 31.2}, {"latitude": 0, "longitude": -180.5}):
        assert await api.call("reportCase", wang, body={"what": "灯坏了", "point": point}) == 422
    assert await api.call("reportCase", wang, body={"what": " \n"}) == 422
    assert await api.call("reportCase", None, body={"what": "灯坏了"}) == 403
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "sure": True})
    assert await api.call("joinCase", team.outsider, id=made["id"]) == 404
    assert await Case.all().count() == 1


async def test_figures_of_cases_are_sums_for_staff_and_above(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    assert await api.call("countCases", wang) == 403
    found = await api.call("countCases", team.observer, by="subdistrict", days=7)
    assert [(one["reported"], one["done"]["of"]) for one in found["rates"]] == [(1, 1)]
    assert [(one["now"], one["cases"], one["growth"]) for one in found["topics"]] == [(1, 1, 1)]
    assert "3号楼" not in str(found)
    assert [await api.call("countCases", team.gao, **wrong) for wrong in ({"by": "x"}, {"days": 0})] == [422, 422]


async def test_danger_by_the_api_says_whom_to_call_and_pages_who_is_on_duty(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    told = await api.call("reportCase", wang, body={"what": "家里着火了", "where": "3号楼"})
    assert ("119" in told["first"], told["likely"], bool(told["phone"])) == (True, [], True)
    alarm = await Alarm.get()
    assert (alarm.case_id, alarm.pages, alarm.conversation_id) == (told["id"], 1, None)
    page = await team.chen.see("/desk")
    assert ("家里着火了" in page.html, "3号楼" in page.html) == (True, True)
    shown = await team.chen.see(f"/desk/alarms/{alarm.id}")
    assert f'href="/cases/{told["id"]}"' in shown.html
    assert (await team.outsider.see(f"/desk/alarms/{alarm.id}")).status == 404
    await team.chen.send(f"/desk/alarms/{alarm.id}/acknowledge")
    assert "已经知道了" in (await wang.see("/bell")).html
    calm = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    assert (calm["first"], calm["phone"]) == ("", "")


async def test_staff_read_their_lists_and_residents_none(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    await Case.filter(id=made["id"]).update(owner_id=team.gao.viewer.person_id)
    lists = {one.value: await api.call("listCases", team.gao, list=one.value) for one in CaseList}
    shown = {name: [one["id"] for one in found["cases"]] for name, found in lists.items() if found["total"]}
    assert shown == {"mine": [made["id"]], "open": [made["id"]]}
    assert (lists["unowned"]["total"], lists["open"]["next"]) == (0, None)
    assert (await api.call("listCaseBuildings", team.chen))["buildings"] == []
    assert await api.call("listCases", team.chen, list="all") == 422
    assert [await api.call("listCases", who) for who in (wang, team.observer, None)] == [403, 403, 403]
    assert (await api.call("listCases", team.outsider))["cases"] == []


async def test_one_case_says_what_may_be_done_and_does_it(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    found = await api.call("readCase", team.chen, id=made["id"])
    assert ("accept" in found["can"], "close" in found["can"]) == (True, False)
    one = {"id": made["id"]}
    seen = {"version": found["case"]["version"]}
    assert await api.call("doToCase", team.chen, body=seen, verb="accept", **one) == one
    assert await api.call("doToCase", team.chen, body=seen, verb="handle", **one) == 422, "no words"
    old = await api.call("doToCase", team.lin, body={**seen, "note": "换好了"}, verb="handle", **one)
    assert old == 409, "somebody was first"
    now = {"version": seen["version"] + 1}
    assert await api.call("doToCase", team.lin, body={**now, "note": "换好了"}, verb="handle", **one) == one
    assert await api.call("doToCase", team.lin, body={**now, "way": "on_the_spot"}, verb="check", **one) in {403, 409}
    found = await api.call("readCase", team.chen, **one)
    assert [step["verb"] for step in found["steps"]] == ["case.report", "case.accept", "case.handle"]
    assert "check" in found["can"]
    assert "check" not in (await api.call("readCase", team.lin, **one))["can"]
    assert [await api.call("readCase", who, **one) for who in (team.outsider, wang)] == [404, 403]
    assert await api.call("doToCase", team.outsider, body=now, verb="accept", **one) == 404


async def test_who_reported_it_says_what_they_may(team: Team, client: Client) -> None:
    wang, li, api = await lives_here(client, "王阿姨"), await lives_here(client, "李叔"), Api(client)
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    one = {"id": made["id"]}
    assert (await api.call("readOwnCase", wang, **one))["can"] == ["add", "object", "withdraw"]
    assert await api.call("sayToCase", wang, body={"text": "还有一盏"}, verb="add", **one) == {"done": True}
    assert await api.call("sayToCase", wang, body={"text": " "}, verb="add", **one) == 422
    assert await api.call("sayToCase", wang, body={}, verb="solved", **one) == 409
    assert await api.call("sayToCase", li, body={"text": "我也要说"}, verb="add", **one) == 404
    assert await api.call("sayToCase", wang, body={}, verb="withdraw", **one) == {"done": True}
    assert (await api.call("readOwnCase", wang, **one))["can"] == []


async def test_many_are_done_at_once_and_taken_back(team: Team, client: Client) -> None:
    wang, api = await lives_here(client, "王阿姨"), Api(client)
    numbers = [
        (await api.call("reportCase", wang, body={"what": f"{n}号楼的楼道灯坏了", "sure": True}))["id"] for n in (1, 2)
    ]
    done = await api.call("doToCases", team.chen, body={"verb": "accept", "cases": numbers})
    assert (done["done"], done["refused"]) == (2, [])
    again = await api.call("doToCases", team.chen, body={"verb": "close", "cases": numbers})
    assert (again["done"], len(again["refused"])) == (0, 2)
    assert {one["id"] for one in (await api.call("listCaseBulks", team.chen))["bulks"]} >= {done["id"]}
    assert await api.call("undoCaseBulk", team.lin, id=done["id"]) == 403
    assert await api.call("undoCaseBulk", team.outsider, id=done["id"]) == 404
    assert await api.call("undoCaseBulk", team.chen, id=done["id"]) == {"undone": 2}
    assert await api.call("undoCaseBulk", team.chen, id=done["id"]) == 409
    assert {one.state.value for one in await Case.filter(id__in=numbers)} == {"reported"}
    assert await api.call("doToCases", wang, body={"verb": "accept", "cases": numbers}) in {403, 404}
