"""The JSON API of homes, people, tags, roles and the log: as the pages show them, to who may see the pages."""

from __future__ import annotations

import base64

import pytest

from models.transaction import fetch
from people import homes, places
from people.viewers import SYSTEM
from tests.people.neighbours import neighbour
from tests.people.town import home, load, person
from tests.portal.callers import Api
from tests.portal.colleagues import Team, hire
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.


@pytest.fixture
async def team(client: Client) -> Team:
    """Staff, and a home with two people in it."""
    rows = (
        home(),
        person(name="王示范", tags="独居、低保", phone="13800000000"),
        person(3, name="李示例", relation="租户"),
    )
    await load(*rows, place_id=places.home_place_id())
    return await hire(client)


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


async def test_homes_by_building_and_a_home_with_who_lives_there(caller: Api, team: Team) -> None:
    [building] = (await caller.call("listBuildings", team.chen))["buildings"]
    assert (building["name"], building["homes"], building["people"]) == ("3号楼", 1, 2)
    listed = await caller.call("readBuilding", team.chen, id=building["id"])
    assert (listed["building"], listed["following"]) == (building, 0)
    card = await caller.call("readHome", team.chen, id=listed["homes"][0]["id"])
    assert (card["address"], card["building"]) == ("示范一村 3号楼 501", building["id"])
    assert {one["name"]: one["relation"] for one in card["living"]} == {"王示范": "owner", "李示例": "tenant"}
    assert "13800000000" not in str(card)
    assert await caller.call("setArea", team.chen, id=card["id"], body={"area": "89.5"}) == {"done": True}
    assert (await caller.call("readHome", team.chen, id=card["id"]))["area"] == 8950
    assert await caller.call("setArea", team.chen, id=card["id"], body={"area": "很大"}) == 422
    assert await caller.call("setArea", team.outsider, id=card["id"], body={"area": "1"}) == 404
    for name, number in (("readBuilding", building["id"]), ("readHome", card["id"])):
        assert await caller.call(name, team.outsider, id=number) == 404
        assert await caller.call(name, team.observer, id=number) == 403
    assert (await caller.call("listBuildings", team.outsider))["buildings"] == []
    assert await caller.call("listBuildings") == 403


async def test_people_are_found_by_tags_looked_at_on_record_and_tagged(caller: Api, team: Team) -> None:
    found = await caller.call("listPeople", team.chen, tags="独居", without="优抚")
    [line] = found["people"]
    assert (line["name"], found["count"], found["ageless"]) == ("王示范", 1, 2)
    assert {one["name"]: one["people"] for one in found["by_tag"]} == {"低保": 1, "独居": 1}
    assert (await caller.call("listPeople", team.chen, tags="独居", building=line["home"] + 999))["people"] == []
    assert await caller.call("listPeople", team.chen, building="x") == 422
    who = line["id"]
    card = await caller.call("readPerson", team.chen, id=who)
    assert (card["tags"], card["living"][0]["address"]) == (["低保", "独居"], "示范一村 3号楼 501")
    assert (await caller.call("tagPerson", team.chen, id=who, body={"name": "优抚"}))["tags"] == [
        "优抚",
        "低保",
        "独居",
    ]
    assert await caller.call("tagPerson", team.chen, id=who, body={"name": "没有这个词"}) == 422
    assert (await caller.call("untagPerson", team.chen, id=who, body={"name": "优抚"}))["tags"] == ["低保", "独居"]
    assert await caller.call("untagPerson", team.chen, id=who, body={"name": "优抚"}) == 409
    assert await caller.call("readPerson", team.outsider, id=who) == 404
    assert await caller.call("listLooks", team.chen, id=who) == 403
    assert await caller.call("listLooks", team.gao, id=who) == {"looks": [], "following": 0}
    looks = await fetch("SELECT actor_id FROM audit_line WHERE verb='person.look_up' AND subject_id=$1", who)
    assert [row["actor_id"] for row in looks] == [team.chen.viewer.person_id]


async def test_the_words_of_tags(caller: Api, team: Team) -> None:
    assert await caller.call("addTag", team.chen, body={"name": "空巢"}) in (403, 404)
    words = (await caller.call("addTag", team.gao, body={"name": "空巢"}))["tags"]
    number = next(one["id"] for one in words if one["name"] == "空巢")
    assert await caller.call("addTag", team.gao, body={"name": "空巢"}) == 409
    renamed = await caller.call("renameTag", team.gao, id=number, body={"name": "空巢老人"})
    assert "空巢老人" in {one["name"] for one in renamed["tags"]}
    retired = (await caller.call("retireTag", team.gao, id=number))["tags"]
    assert {one["name"] for one in retired if one["is_retired"]} == {"空巢老人"}
    listed = await caller.call("listTags", team.chen)
    assert (listed["tags"], "80+" in listed["ages"]) == (retired, True)


async def test_a_resident_becomes_a_volunteer_and_the_log_says_so(caller: Api, team: Team) -> None:
    wang = await neighbour(places.home_place_id())
    body = {"role": "volunteer"}
    assert await caller.call("grantToPerson", team.chen, id=wang.person_id, body=body) in (403, 404)
    assert await caller.call("grantToPerson", team.outsider, id=wang.person_id, body=body) in (403, 404)
    for verb in ("grantToPerson", "revokeFromPerson"):
        assert await caller.call(verb, team.gao, id=wang.person_id, body={"role": "secretary"}) == 422, "no account"
    assert (await caller.call("grantToPerson", team.gao, id=wang.person_id, body=body))["roles"] == ["volunteer"]
    assert (await caller.call("revokeFromPerson", team.gao, id=wang.person_id, body=body))["roles"] == []
    said = await caller.call("listAudit", team.gao, verb="user.grant", number=wang.person_id, first="2020-01-01")
    [line] = said["lines"]
    assert (line["verb"], line["who"], said["following"], said["is_whole"]) == ("user.grant", "高书记", 0, True)
    assert (await caller.call("listAudit", team.gao, last="2020-01-01"))["lines"] == []
    assert await caller.call("listAudit", team.gao, first="0001-01-01") == 422
    assert await caller.call("listAudit", team.chen) == 403
    assert (await caller.call("listAudit", team.gao, who="没有这个人"))["lines"] == []
    verbs = {one["verb"]: one for one in (await caller.call("listPermissions", team.gao))["verbs"]}
    assert (verbs["question.read"]["scope"], "resident" in verbs["question.read"]["who"]) == ("sent", False)


async def test_buildings_go_on_where_the_page_ended(caller: Api, team: Team) -> None:
    rows = [home(at + 2, building=f"{at}号楼") for at in range(homes.PAGE + 1)]
    await load(*rows, place_id=places.home_place_id())
    first = await caller.call("listBuildings", team.chen)
    second = await caller.call("listBuildings", team.chen, after=first["following"])
    shown = [one["name"] for one in (*first["buildings"], *second["buildings"])]
    assert (len(shown), len(set(shown)), second["following"]) == (homes.PAGE + 1, homes.PAGE + 1, 0)
    assert len(await homes.buildings(viewer=SYSTEM, place_id=places.home_place_id())) == homes.PAGE


async def test_lists_are_asked_for_approved_by_another_and_taken_once(caller: Api, team: Team) -> None:
    why = {"purpose": "check", "reason": "入户核对"}
    number = (await caller.call("askForPeopleExport", team.chen, body={"tags": ["独居"], **why}))["id"]
    assert await caller.call("approveExport", team.chen, id=number) == 403
    assert await caller.call("takeExport", team.chen, id=number) == 409
    assert await caller.call("refuseExport", team.outsider, id=number, body={"answer": "不行"}) == 404
    assert await caller.call("approveExport", team.gao, id=number) == {"done": True}
    [line] = (await caller.call("listExports", team.chen))["exports"]
    assert (line["state"], line["tags"], line["can_be_taken"]) == ("approved", ["独居"], True)
    file = await caller.call("takeExport", team.chen, id=number)
    assert (file["name"].endswith(".xlsx"), base64.b64decode(file["content"])[:2]) == (True, b"PK")
    assert await caller.call("takeExport", team.chen, id=number) == 409
    assert await caller.call("askForCasesExport", team.chen, body=why) == 422, "there are none"
    assert await caller.call("askForAuditExport", team.chen, body=why) == 404
    log = await caller.call("askForAuditExport", team.gao, body={"verb": "export.take", "who": "陈", **why})
    assert await caller.call("askForAuditExport", team.gao, body={"last": "9999-12-31", **why}) == 422
    assert await caller.call("approveExport", team.gao, id=log["id"]) == 403
    [line] = [one for one in (await caller.call("listExports", team.gao))["exports"] if one["kind"] == "audit"]
    assert (line["people"], line["terms"]) == (1, ["陈", "下载批准的名单"])
    assert await caller.call("withdrawExport", team.gao, id=log["id"]) == {"done": True}
    assert await caller.call("withdrawExport", team.gao, id=log["id"]) == 409
