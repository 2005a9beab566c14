"""Activities as JSON: each call by its name, its answer held against the description."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models import clock as models_clock
from models.person import RoleName
from people import places, shelf
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")


def _body(starts: dt.datetime) -> dict[str, object]:
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + dt.timedelta(hours=1)).isoformat()}
    return {"title": "包粽子", "text": "一起来", "venue": "活动室", "places": 1, "is_volunteering": True, **times}


async def _people(client: Client, tmp_path: Path) -> tuple[Team, Colleague, Colleague]:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, home = await hire(client), places.home_place_id()
    wang, li = [await person(client, name, role=RoleName.RESIDENT, place_id=home) for name in ("王", "李")]
    return team, wang, li


async def test_an_activity_from_calling_to_hours(client: Client, clock: StillClock, tmp_path: Path) -> None:
    (team, wang, li), caller = await _people(client, tmp_path), Api(client)
    starts = models_clock.now() + dt.timedelta(minutes=20)
    assert await caller.call("callActivity", wang, body=_body(starts)) == 403
    post = (await caller.call("callActivity", team.chen, body=_body(starts)))["id"]
    assert (await caller.call("signUp", wang, id=post))["state"] == "in"
    assert await caller.call("signUp", wang, id=post) == 409
    assert (await caller.call("signUp", li, id=post)) == {"state": "waiting", "ahead": 0, "is_present": False}
    assert await caller.call("setPlaces", team.chen, id=post, body={"places": 2}) == {"done": True}
    [line] = (await caller.call("listActivities", li))["coming"]
    assert (line["own"], line["taken"], line["waiting"]) == ("in", 2, 0)
    assert await caller.call("cancelSignUp", li, id=post) == {"done": True}
    code = (await caller.call("showCode", team.chen, id=post, body={}))["code"]
    assert await caller.call("showCode", wang, id=post, body={}) == 403
    found = await caller.call("readActivity", wang, id=post)
    assert (found["code"], found["takes_codes"]) == ("", True)
    came = await caller.call("checkIn", wang, id=post, body={"code": "x"})
    assert came == {"is_present": False, "tries_left": 4}
    assert (await caller.call("checkIn", wang, id=post, body={"code": code}))["is_present"]
    [one] = (await caller.call("listSignUps", team.chen, id=post))["sign_ups"]
    until = (starts + dt.timedelta(minutes=30)).isoformat()
    await caller.call("markSignUp", team.chen, id=post, line=one["id"], body={"until": until})
    clock.forward(hours=2)
    assert (await caller.call("readOwnHours", wang))["minutes"] == 30
    assert await caller.call("callOffActivity", team.chen, id=post, body={"reason": "下雨"}) == 409


async def test_hours_of_somebody_are_certified_by_staff_of_their_neighbourhood(client: Client, tmp_path: Path) -> None:
    (team, wang, li), caller = await _people(client, tmp_path), Api(client)
    person_id = wang.viewer.person_id
    paper = await caller.call("certifyHours", team.chen, id=person_id, body={"until": "2999-12-31"})
    assert (paper["name"], paper["minutes"], paper["shifts"]) == ("王", 0, [])
    days = {"since": "2026-03-02", "until": "2026-03-01"}
    assert await caller.call("certifyHours", team.chen, id=person_id, body=days) == 422
    assert await caller.call("certifyHours", team.outsider, id=person_id, body={}) == 404
    assert await caller.call("certifyHours", li, id=person_id, body={}) == 403
