"""The directory on pages and as JSON: admitted by staff, complained of by residents, suspended and lifted."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.person import RoleName
from models.provider import Complaint, Provider
from people import places, shelf
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")


async def _residents(client: Client, count: int) -> list[Colleague]:
    home = places.home_place_id()
    return [await person(client, f"居民{at}", role=RoleName.RESIDENT, place_id=home) for at in range(count)]


@pytest.fixture
async def team(clock: StillClock, client: Client, tmp_path: Path) -> Team:
    """Monday morning, 2 March 2026."""
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    return await hire(client)


async def test_pages_from_admitting_to_lifting(team: Team, client: Client, clock: StillClock) -> None:
    typed = {"kind": "space", "name": "南门小屋", "hours": "08:30-11:30", "weekdays": "1", "phone": "021-00001234"}
    wrong = await team.chen.send("/providers/new", **typed)
    assert (wrong.status, "请写一句理由" in wrong.html, 'value="南门小屋"' in wrong.html) == (422, True, True)
    assert "已经加进名录" in (await team.chen.send("/providers/new", **typed, reason="街道的房子")).html
    here = f"/providers/{(await Provider.get()).id}"
    first, *others = await _residents(client, 3)
    shown = await first.see(here)
    assert ("现在开着" in shown.html, "街道的房子" in shown.html) == (True, False)
    assert "现在开着" in (await first.see("/providers?kind=space")).html
    clock.forward(minutes=1)
    assert (await first.send(f"{here}/complain", text="短")).status == 422
    for one in (first, *others):
        assert "投诉收到了" in (await one.send(f"{here}/complain", text="门锁着，没人在")).html
    assert (await first.see("/providers/complaints")).path == "/me"
    numbers = await Complaint.all().order_by("id").values_list("id", flat=True)
    told = [await team.chen.send(f"/providers/complaints/{one}/uphold", answer="属实，已提醒") for one in numbers]
    assert ["这家已经自动暂停服务" in one.html for one in told] == [False, False, True]
    shown = await first.see(here)
    assert ("暂停服务：3 次投诉属实" in shown.html, "门锁着" in shown.html) == (True, False)
    assert "属实，已提醒" in (await first.see("/providers/complaints/own")).html
    assert (await team.chen.send(f"{here}/lift", reason="整改了")).status == 403
    assert "已经恢复服务" in (await team.gao.send(f"{here}/lift", reason="整改了")).html


async def test_every_call_of_the_directory(team: Team, client: Client, clock: StillClock) -> None:
    caller, (wang, li) = Api(client), await _residents(client, 2)
    body = {"kind": "provider", "name": "老陈修鞋", "hours": "08:30-11:30", "weekdays": "123", "reason": "看过执照"}
    assert await caller.call("admitProvider", wang, body=body) == 403
    one = (await caller.call("admitProvider", team.chen, body=body))["id"]
    assert await caller.call("admitProvider", team.chen, body=body) == 409
    changed = {**body, "about": "修鞋、配钥匙", "seen_version": 1}
    del changed["reason"]
    assert await caller.call("changeProvider", team.chen, id=one, body=changed) == {"done": True}
    assert await caller.call("changeProvider", team.chen, id=one, body=changed) == 409
    [line] = (await caller.call("listProviders", wang))["providers"]
    assert (line["about"], line["is_open"], line["reason"]) == ("修鞋、配钥匙", True, "")
    made = (await caller.call("complain", wang, id=one, body={"text": "收了钱没修好"}))["id"]
    again = (await caller.call("complain", li, id=one, body={"text": "收了钱没修好"}))["id"]
    assert await caller.call("withdrawComplaint", li, id=made) == 404
    assert await caller.call("withdrawComplaint", li, id=again) == {"done": True}
    assert len((await caller.call("listComplaints", team.chen))["complaints"]) == 1
    decided = {"answer": "属实，已退钱"}
    assert await caller.call("upholdComplaint", wang, id=made, body=decided) in (403, 404)
    assert await caller.call("upholdComplaint", team.chen, id=made, body=decided) == {"suspended": False}
    assert await caller.call("dismissComplaint", team.chen, id=made, body=decided) == 409
    [own] = (await caller.call("listOwnComplaints", wang))["complaints"]
    assert (own["state"], own["answer"], own["who"]) == ("upheld", "属实，已退钱", None)
    assert await caller.call("liftSuspension", team.gao, id=one, body={"reason": "改好了"}) == 409
    assert await caller.call("removeProvider", team.gao, id=one, body={"reason": "不做了"}) == {"done": True}
    assert await caller.call("readProvider", wang, id=one) == 404
