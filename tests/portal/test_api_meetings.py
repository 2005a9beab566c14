"""Meetings on pages and as JSON: called, answered, two who write the minutes at once, and the record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from aiohttp import FormData

from models.file import StoredFile
from models.person import RoleName
from people import places, shelf
from portal.security import form_token
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client
from tests.walk.town_cases import take_in_catalogue

pytestmark = pytest.mark.databases("sqlite")
TYPED = {"kind": "hearing", "title": "要不要装电梯", "agenda": "听听一楼怎么说", "venue": "活动室"}


async def test_from_the_call_to_the_record_on_pages(client: Client, clock: StillClock, tmp_path: Path) -> None:  # noqa: PLR0915
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    wrong = await team.chen.send("/meetings", **TYPED, starts_at="2020-01-01T10:00")
    assert (wrong.status, "要不要装电梯" in wrong.html, "请选还没有到的时间" in wrong.html) == (422, True, True)
    assert (await wang.see("/meetings/new")).path == "/me"
    starts = f"{clock.moment + dt.timedelta(hours=8, minutes=50):%Y-%m-%dT%H:%M}"
    made = await team.chen.send("/meetings", **TYPED, starts_at=starts)
    manage, path = made.path.partition("?")[0], made.path.partition("/manage")[0]
    assert "会议召集好了" in made.html
    nobody = await team.chen.send(f"{path}/invite", named="没有这个人")
    assert (nobody.status, "没有这个人" in nobody.html) == (404, True)
    assert "邀请记下了" in (await team.chen.send(f"{path}/invite", named="王", outside="律师 周")).html
    assert "等您答复" in (await wang.see("/meetings")).html
    assert "记下了" in (await wang.send(f"{path}/say/answer", coming="yes")).html
    assert (await wang.see(manage)).path == "/me"
    assert "名单定住了" in (await team.chen.send(f"{path}/begin")).html
    assert "存好了" in (await team.chen.send(f"{path}/write", minutes="甲写的", seen="0")).html
    second = await team.gao.send(f"{path}/write", minutes="乙写的字都还在", seen="0")
    assert (second.status, "乙写的字都还在" in second.html, "甲写的" in second.html) == (409, True, True)
    assert "写好了" in (await team.chen.send(f"{path}/conclude", point="换个位置", outcome="agreed", who="物业")).html
    assert "甲写的" not in (await wang.see(path)).html
    fields = FormData({"form_token": form_token(team.chen.token)})
    fields.add_field("photo", photo(), filename="a.jpg", content_type="image/jpeg")
    await client.post(f"{path}/photos", data=fields, cookies=team.chen.cookies)
    assert (await team.chen.send(f"{path}/publish", seen="1")).status == 403
    assert "记录公开了" in (await team.gao.send(f"{path}/publish", seen="1")).html
    seen = (await wang.see(path)).html
    assert [words in seen for words in ("甲写的", "换个位置", "达成一致", "律师 周", "/preview")] == [True] * 5
    assert "原来的字不动" in (await team.gao.send(f"{path}/add", words="更正：二楼")).html
    assert "更正：二楼" in (await wang.see(path)).html
    [shown] = await StoredFile.all()
    assert "撤下照片 1" in (await team.chen.see(manage)).html
    assert (await wang.send(f"{path}/drop_photo", photo=shown.name)).status == 403
    assert "照片撤下了" in (await team.chen.send(f"{path}/drop_photo", photo=shown.name)).html
    assert "/preview" not in (await wang.see(path)).html


async def test_every_call_as_json(client: Client, clock: StillClock) -> None:  # noqa: PLR0915
    fresh_limits()
    await take_in_catalogue()
    team, caller, place_id = await hire(client), Api(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    starts = (clock.moment + dt.timedelta(minutes=50)).isoformat()
    body = {**TYPED, "starts_at": starts, "takes_volunteers": True}
    assert await caller.call("callMeeting", wang, body=body) == 403
    assert await caller.call("callMeeting", team.chen, body={**body, "title": ""}) == 422
    meeting = (await caller.call("callMeeting", team.chen, body=body))["id"]
    assert await caller.call("inviteToMeeting", wang, id=meeting, body={"named": ["王"]}) == 403
    await caller.call("inviteToMeeting", team.chen, id=meeting, body={"named": ["王"]})
    assert await caller.call("volunteerForMeeting", wang, id=meeting) == 409
    assert await caller.call("answerMeeting", wang, id=meeting, body={"is_coming": True}) == {"done": True}
    assert await caller.call("answerMeeting", team.gao, id=meeting, body={"is_coming": True}) == 404
    [line] = (await caller.call("listMeetings", wang))["meetings"]
    assert (line["answer"], line["waits"]) == ("yes", False)
    assert await caller.call("listMeetingSeats", wang, id=meeting) == 404
    [seat] = (await caller.call("listMeetingSeats", team.chen, id=meeting))["seats"]
    await caller.call("nameMeetingMembers", team.chen, id=meeting, body={"seats": [seat["id"]]})
    change = {"starts_at": starts, "venue": "大厅", "agenda": "x"}
    await caller.call("changeMeeting", team.chen, id=meeting, body=change)
    await caller.call("beginMeeting", team.chen, id=meeting)
    assert await caller.call("callOffMeeting", team.gao, id=meeting, body={"reason": "雨"}) == 409
    await caller.call("markMeeting", team.chen, id=meeting, body={"seats": [seat["id"]]})
    await caller.call("writeMinutes", team.chen, id=meeting, body={"minutes": "甲", "seen": 0})
    assert await caller.call("writeMinutes", team.gao, id=meeting, body={"minutes": "乙", "seen": 0}) == 409
    for point in ("换个位置", "写错了"):
        await caller.call("addConclusion", team.chen, id=meeting, body={"text": point, "outcome": "agreed"})
    points = (await caller.call("getMeeting", team.chen, id=meeting))["conclusions"]
    await caller.call("dropConclusion", team.chen, id=meeting, body={"conclusion": points[1]["id"]})
    assert await caller.call("publishRecord", team.chen, id=meeting, body={"seen": 1}) == 403
    await caller.call("publishRecord", team.gao, id=meeting, body={"seen": 1})
    await caller.call("addToRecord", team.gao, id=meeting, body={"text": "更正"})
    made = {"conclusion": points[0]["id"], "work": "stair_light"}
    await caller.call("makeCaseOfConclusion", team.chen, id=meeting, body=made)
    found = await caller.call("getMeeting", wang, id=meeting)
    assert (found["state"], found["minutes"], found["members"][0]["came"]) == ("published", "甲", True)
    assert [one["text"] for one in found["conclusions"]] == ["换个位置"]


async def test_an_invitation_is_printed_with_a_slip_until_it_begins(client: Client, clock: StillClock) -> None:
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    starts = f"{clock.moment + dt.timedelta(hours=8, minutes=50):%Y-%m-%dT%H:%M}"
    path = (await team.chen.send("/meetings", **TYPED, starts_at=starts)).path.partition("/manage")[0]
    assert f"{path}/print" in (await wang.see(path)).html
    sheet = (await wang.see(f"{path}/print")).html
    assert [words in sheet for words in ("听证会邀请", "要不要装电梯", "活动室", "听听一楼怎么说", "回执")] == [
        True
    ] * 5
    assert (await team.outsider.see(f"{path}/print")).status == 404
    await team.gao.send(f"{path}/call_off", reason="场地停电")
    sheet = (await wang.see(f"{path}/print")).html
    assert ("场地停电" in sheet, "回执" in sheet) == (True, False)
