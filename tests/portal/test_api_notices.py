"""Notices and open affairs as JSON: each call does what its page does, and answers as the OpenAPI document says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from forum import board_settings
from forum.board_settings import Wanted
from forum.notices import sending
from models import clock
from models.file import FileKind
from models.person import RoleName
from people import files, places, shelf
from people.viewers import SYSTEM
from tests.people.joining import fresh_limits
from tests.people.photos import photo
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire
from tests.portal.colleagues import person as colleague
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # The verbs and finders run on both in tests of their own.
STORM = {"text": "不要出门", "title": "台风来了"}


@pytest.fixture
async def team(client: Client) -> Team:
    fresh_limits()
    return await hire(client)


@pytest.fixture
def caller(client: Client) -> Api:
    return Api(client)


@pytest.fixture
async def wang(client: Client) -> Colleague:
    return await colleague(client, "王", role=RoleName.RESIDENT, place_id=places.home_place_id())


async def test_a_notice_is_written_read_and_reminded_of(
    caller: Api, team: Team, wang: Colleague, tmp_path: Path
) -> None:
    shelf.use_folder(tmp_path / "files")
    kept = await files.keep(photo(), by=team.chen.viewer, kind=FileKind.PHOTO, place_id=places.home_place_id())
    until = (clock.now() + dt.timedelta(days=2)).isoformat()
    body = {"text": "周六停水", "title": "停水", "pinned_until": until, "photos": [kept.name], "key": "k"}
    made = await caller.call("publishNotice", team.chen, body=body)
    assert (await caller.call("publishNotice", team.chen, body=body))["is_repeat"]
    assert await caller.call("publishNotice", wang, body=body) == 403
    wrong = {**body, "key": "", "target": {"tags": ["没有的"]}}
    assert await caller.call("publishNotice", team.chen, body=wrong) == 422
    await sending.send_due(by=SYSTEM)
    own = await caller.call("listOwnNotices", wang)
    assert [one["title"] for one in (*own["on_top"], *own["unread"])] == ["停水", "停水"]
    assert [one["photos"] for one in own["unread"]] == [[kept.name]]
    assert (await caller.call("readNotice", team.chen, id=made["id"]))["photos"] == [kept.name]
    found = await caller.call("listUnread", team.chen, id=made["id"])
    assert [one["name"] for one in found["people"]] == ["王"]
    assert (await caller.call("remindOfNotice", team.chen, id=made["id"]))["is_reminded"]
    assert await caller.call("remindOfNotice", team.chen, id=made["id"]) == 409
    await caller.call("markThreadRead", wang, id=own["unread"][0]["post"], upto=0)
    assert (await caller.call("readNotice", team.chen, id=made["id"]))["read"] == 1
    assert (await caller.call("pinNotice", team.chen, id=made["id"], body={"until": None}))["pinned_until"] is None
    assert await caller.call("readNotice", team.outsider, id=made["id"]) == 404
    assert (await caller.call("withdrawNotice", team.chen, id=made["id"], body={}))["state"] == "withdrawn"
    assert [one["state"] for one in (await caller.call("listNotices", team.gao))["notices"]] == ["withdrawn"]


async def test_an_emergency_is_previewed_sent_acknowledged_and_over(caller: Api, team: Team, wang: Colleague) -> None:
    assert await caller.call("previewEmergency", team.chen, body=STORM) == 403
    assert await caller.call("broadcastEmergency", team.gao, body=STORM) == 422
    seen = await caller.call("previewEmergency", team.gao, body=STORM)
    made = await caller.call("broadcastEmergency", team.gao, body={**STORM, "sure": seen["sure"]})
    await sending.send_due(by=SYSTEM)
    [urgent] = (await caller.call("listOwnNotices", wang))["on_top"]
    assert urgent["asks"]
    assert await caller.call("acknowledgeNotice", wang, id=made["id"]) == {"done": True}
    assert await caller.call("acknowledgeNotice", team.outsider, id=made["id"]) == 404
    over = await caller.call("giveAllClear", team.gao, id=made["id"], body={"words": "风停了"})
    assert (over["acknowledged"], over["people"]) == (1, 1)
    assert (await caller.call("listOwnNotices", wang))["on_top"] == []


async def test_what_must_be_published_is_published(caller: Api, team: Team, wang: Colleague) -> None:
    home = places.home_place_id()
    await board_settings.set_board("open_affairs", Wanted(is_on=True), by=team.gao.viewer, place_id=home)
    found = await caller.call("listAffairs", wang)
    money = next(one for one in found["affairs"] if one["key"] == "publish_money")
    assert (money["every"], money["last_at"], money["is_late"]) == ("quarter", None, False)
    body = {"text": "收入一万", "title": "收支"}
    assert await caller.call("publishAffair", wang, key="publish_money", body=body) == 403
    assert await caller.call("publishAffair", team.chen, key="gone", body=body) == 404
    made = await caller.call("publishAffair", team.chen, key="publish_money", body=body)
    found = await caller.call("listAffairs", wang)
    assert next(one for one in found["affairs"] if one["key"] == "publish_money")["last_post"] == made["id"]
