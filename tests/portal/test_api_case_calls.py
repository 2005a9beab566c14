"""约请 and alarms in the API: a unit speaks for itself only, is rated by who called, and one knows of an alarm."""

from __future__ import annotations

import datetime as dt

import pytest

from casework import alarms
from casework.cases import teams
from casework.cases.teams import TeamShape
from models.alarm import Alarm
from models.person import RoleName
from people import places
from people.residents import viewer_at
from people.viewers import SYSTEM
from tests.conftest import StillClock
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire, lives_here, person
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    await take_in_catalogue()
    return await hire(client)


@pytest.fixture
async def api(client: Client) -> Api:
    return Api(client)


async def unit(client: Client, name: str) -> tuple[int, Colleague]:
    """A team of the neighbourhood, and the one who belongs to it."""
    home = places.home_place_id()
    shape = TeamShape(key=f"unit_{name}", place="-", unit="property", name=f"{name}家", takes=("equipment",))
    made = await teams.add(by=SYSTEM, place_id=home, shape=shape)
    one = await person(client, name, role=RoleName.PROPERTY, place_id=home)
    await teams.join(made.id, by=SYSTEM, person_id=one.viewer.person_id or 0)
    return made.id, one


async def reported(client: Client, api: Api) -> int:
    wang = await lives_here(client, "王阿姨")
    made = await api.call("reportCase", wang, body={"what": "楼道灯坏了", "where": "3号楼"})
    return int(made["id"])


def call_of(clock: StillClock, *called: int, **changes: object) -> dict[str, object]:
    """What calls some units to the gate in an hour."""
    at = (clock.moment + dt.timedelta(hours=1)).isoformat()
    return {"teams": [*called], "at": at, "where": "3号楼门口", "purpose": "看看是谁家的线", **changes}


async def test_units_are_called_come_and_conclude_each_for_itself(
    api: Api, team: Team, client: Client, clock: StillClock
) -> None:
    case, chen = await reported(client, api), team.chen
    (first, wu), (second, _) = await unit(client, "wu"), await unit(client, "zheng")
    assert await api.call("listUnitCalls", wu, id=case) == 404, "not called yet"
    assert "call" in (await api.call("readCase", chen, id=case))["can"]
    made = (await api.call("callUnits", chen, id=case, body=call_of(clock, first, second)))["id"]
    shown = (await api.call("listUnitCalls", wu, id=case))["calls"]
    assert [(one["name"], one["state"], one["is_mine"]) for one in shown[0]["teams"]] == [
        ("wu家", "asked", True),
        ("zheng家", "asked", False),
    ]
    assert await api.call("concludeUnitCall", wu, id=made, body={"team": first, "text": "换线"}) == 409, "not there"
    assert await api.call("sayUnitCame", wu, id=made, body={"team": second}) == 403, "another unit's"
    assert await api.call("sayUnitCame", wu, id=made, body={"team": first}) == {"done": True}
    assert await api.call("concludeUnitCall", wu, id=made, body={"team": first, "text": " "}) == 422
    assert await api.call("concludeUnitCall", wu, id=made, body={"team": first, "text": "月底前换线"}) == {"done": True}
    [one] = (await api.call("listUnitCalls", chen, id=case))["calls"]
    assert [(unit["state"], unit["conclusion"]) for unit in one["teams"]] == [("arrived", "月底前换线"), ("asked", "")]


async def test_a_unit_is_marked_missing_and_rated_by_who_called_alone(
    api: Api, team: Team, client: Client, clock: StillClock
) -> None:
    case, chen = await reported(client, api), team.chen
    (first, wu), (second, zheng) = await unit(client, "wu"), await unit(client, "zheng")
    made = (await api.call("callUnits", chen, id=case, body=call_of(clock, first, second)))["id"]
    assert await api.call("sayUnitMissing", chen, id=made, body={"team": second}) == 409, "its time has not come"
    clock.forward(hours=2)
    await api.call("sayUnitCame", chen, id=made, body={"team": first})
    assert await api.call("sayUnitMissing", zheng, id=made, body={"team": second}) == 403, "by who called"
    assert await api.call("sayUnitMissing", chen, id=made, body={"team": second}) == {"done": True}
    assert await api.call("sayUnitMissing", chen, id=made, body={"team": first}) == 409, "it came"
    assert await api.call("rateUnit", wu, id=made, body={"team": first, "rating": 5}) == 403
    assert await api.call("rateUnit", chen, id=made, body={"team": first, "rating": 6}) == 422
    assert await api.call("rateUnit", chen, id=made, body={"team": first, "rating": 4}) == {"done": True}
    [one] = (await api.call("listUnitCalls", chen, id=case))["calls"]
    assert [(unit["state"], unit["rating"]) for unit in one["teams"]] == [("arrived", 4), ("absent", None)]
    [same] = (await api.call("listUnitCalls", wu, id=case))["calls"]
    assert [unit["rating"] for unit in same["teams"]] == [None, None], "a unit is not shown how it was rated"
    said = [step["verb"] for step in (await api.call("readCase", chen, id=case))["steps"]]
    assert said[1:] == ["case.call", "case.arrive", "case.miss", "case.rate_unit"]


async def test_a_call_names_units_of_here_a_time_to_come_and_a_reason(
    api: Api, team: Team, client: Client, clock: StillClock
) -> None:
    case, (own, _) = await reported(client, api), await unit(client, "wu")
    shape = TeamShape(key="theirs", place="-", unit="property", name="别处的", takes=("equipment",))
    elsewhere = await teams.add(by=SYSTEM, place_id=team.outsider.viewer.place_id or 0, shape=shape)
    past = (clock.moment - dt.timedelta(hours=1)).isoformat()
    late = (clock.moment + dt.timedelta(days=61)).isoformat()
    wrong = [call_of(clock), call_of(clock, own, where=" "), call_of(clock, own, purpose="\n")]
    wrong += [call_of(clock, own, at=at) for at in (past, late, "2026-03-02T12:00", "soon")]
    assert [await api.call("callUnits", team.chen, id=case, body=one) for one in wrong] == [422] * len(wrong)
    assert await api.call("callUnits", team.chen, id=case, body=call_of(clock, own, elsewhere.id)) == 404
    for who, status in ((team.outsider, 404), (team.observer, 403), (None, 403)):
        assert await api.call("callUnits", who, id=case, body=call_of(clock, own)) == status
    assert (await api.call("listUnitCalls", team.chen, id=case))["calls"] == [], "nothing of what was refused"
    made = (await api.call("callUnits", team.chen, id=case, body=call_of(clock, own)))["id"]
    for name, more in (("sayUnitCame", {}), ("sayUnitMissing", {}), ("concludeUnitCall", {"text": "好"})):
        assert await api.call(name, team.outsider, id=made, body={"team": own, **more}) == 404
        assert await api.call(name, team.chen, id=made, body={"team": elsewhere.id, **more}) == 404, "was not called"
    assert await api.call("rateUnit", team.outsider, id=made, body={"team": own, "rating": 3}) == 404
    assert await api.call("listUnitCalls", team.outsider, id=case) == 404


async def test_an_alarm_is_listed_until_one_knows_and_the_second_hears_who(api: Api, team: Team) -> None:
    talk = (await chat()).talk
    by = await viewer_at(talk.at)
    alarm = await alarms.raise_alarm(by=by, conversation_id=talk.conversation_id, kind="fire", text="着火了")
    [shown] = (await api.call("listAlarms", team.lin))["alarms"]
    assert (shown["id"], shown["text"], shown["paged"], shown["pages"]) == (alarm.id, "着火了", "小陈", 1)
    assert (await api.call("listAlarms", team.outsider))["alarms"] == []
    assert [await api.call("listAlarms", who) for who in (team.observer, None)] == [403, 403]
    assert [await api.call("acknowledgeAlarm", who, id=alarm.id) for who in (team.outsider, None)] == [404, 403]
    assert (await Alarm.get(id=alarm.id)).acknowledged_at is None
    assert await api.call("acknowledgeAlarm", team.lin, id=alarm.id) == {"done": True}
    assert await api.call("acknowledgeAlarm", team.lin, id=alarm.id) == {"done": True}, "a second press is no mistake"
    assert await api.call("acknowledgeAlarm", team.gao, id=alarm.id) == 409
    assert (await api.call("listAlarms", team.gao))["alarms"] == []


async def test_the_alarm_of_a_case_names_it_and_who_reported_hears_that_somebody_knows(
    api: Api, team: Team, client: Client
) -> None:
    wang = await lives_here(client, "王阿姨")
    made = await api.call("reportCase", wang, body={"what": "家里着火了", "where": "3号楼"})
    [shown] = (await api.call("listAlarms", team.chen))["alarms"]
    assert (shown["case_id"], shown["number"], shown["where"]) == (made["id"], "C-0001", "3号楼")
    await api.call("acknowledgeAlarm", team.chen, id=shown["id"])
    assert "已经知道了" in (await wang.see("/bell")).html
