"""Activities on pages and as JSON: called by staff, signed up for by a neighbour, signed in with the code, on paper."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from forum.activities import attending, calling, signing_up
from forum.activities.calling import NewActivity
from models import clock as models_clock
from models.activity import Activity
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.person import Role, RoleName
from models.place import Place
from people.viewers import Viewer, viewer_of
from tests.conftest import StillClock
from tests.portal.colleagues import Team, hire, person
from tests.portal.conftest import Client


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    return await hire(client)


@pytest.mark.databases("sqlite")
async def test_an_activity_from_calling_to_the_paper(team: Team, client: Client, clock: StillClock) -> None:
    place_id = team.gao.viewer.place_id or 0
    wang, li = [await person(client, name, role=RoleName.RESIDENT, place_id=place_id) for name in ("王", "李")]
    assert (await wang.see("/activities/new")).status == 403
    starts = models_clock.local(models_clock.now() + dt.timedelta(hours=1))
    typed = {"title": "清理楼道", "text": "一起清理楼道", "venue": "3号楼", "places": "1", "volunteering": "yes"}
    times = {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{starts + dt.timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    wrong = await team.chen.send("/activities/new", **{**typed, **times, "places": "很多"})
    assert (wrong.status, "名额请填" in wrong.html) == (422, True)
    assert "邻居可以报名" in (await team.chen.send("/activities/new", **typed, **times)).html
    here = f"/activities/{(await Activity.get()).post_id}"
    assert "报上名了" in (await wang.send(f"{here}/sign_up")).html
    assert "候补第 1 位" in (await li.send(f"{here}/sign_up")).html
    assert "看活动、报名" in (await li.see(here.replace("activities", "posts"))).html
    assert "1 人报上名，1 人候补" in (await team.chen.see(f"{here}/sign_ups")).html
    clock.forward(minutes=40)
    shown = (await team.chen.send(f"{here}/show_code")).html
    code = re.findall(r'big-code">(\d{4})<', shown)[0]
    assert code not in (await wang.see(here)).html
    assert "还可以试 4 次" in (await wang.send(f"{here}/check_in", code="12")).html
    assert "签到成功" in (await wang.send(f"{here}/check_in", code=code)).html
    assert "没有这个名额" in (await li.send(f"{here}/check_in", code=code)).html
    clock.forward(hours=4)
    assert "2 小时 0 分钟" in (await wang.see("/me/hours")).html
    paper = await team.chen.see(f"/people/{wang.viewer.person_id}/hours")
    assert all(words in paper.html for words in ("志愿服务时长证明", "2 小时 0 分钟", "清理楼道"))


async def came(lead: Viewer, who: Viewer, title: str, *, place_id: int) -> None:
    """Somebody signed up for two hours of voluntary work that begin soon, and signed in."""
    starts = models_clock.now() + dt.timedelta(minutes=20)
    new = NewActivity(title, title, starts, starts + dt.timedelta(hours=2), "河边", 5, is_volunteering=True)
    called = await calling.call(new, by=lead, place_id=place_id)
    await signing_up.sign_up(called.id, by=who)
    await attending.check_in(called.id, by=who, code=await attending.show_code(called.id, by=lead))


async def lives_in(person_id: int, place_id: int) -> None:
    """A home there, besides the one that keeps them."""
    now = models_clock.now()
    estate = await Estate.create(created_at=now, place_id=place_id, name="柳岸小区")
    building = await Building.create(created_at=now, place_id=place_id, estate=estate, name="1号楼", sort="1")
    home = await Home.create(created_at=now, place_id=place_id, building=building, label="101", sort="101")
    await Residence.create(
        created_at=now,
        place_id=place_id,
        person_id=person_id,
        home_id=home.id,
        open_home_id=home.id,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
    )


@pytest.mark.databases("sqlite")
async def test_hours_are_of_the_neighbourhood_one_chose(team: Team, client: Client, clock: StillClock) -> None:
    here, other = team.gao.viewer.place_id or 0, await Place.get(slug="other")
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=here)
    await Role.create(
        created_at=models_clock.now(), person_id=wang.viewer.person_id, place_id=other.id, name=RoleName.RESIDENT
    )
    both = await viewer_of(wang.viewer.person_id or 0)
    assert both is not None
    await came(team.outsider.viewer, both, "清理河岸", place_id=other.id)
    clock.forward(hours=4)
    assert "清理河岸" not in (await wang.see("/me/hours")).html
    chosen = wang.choosing(other.id)
    for path in ("/me/hours", "/me/hours/print"):
        html = (await chosen.see(path)).html
        assert all(words in html for words in ("柳岸居委会", "2 小时 0 分钟", "清理河岸")), path
    assert json.loads((await chosen.see("/api/v1/hours")).html)["minutes"] == 120
    certified = await team.outsider.see(f"/people/{wang.viewer.person_id}/hours")
    assert certified.status == 404, "nobody who lives there"
    await lives_in(wang.viewer.person_id or 0, other.id)
    paper = await team.outsider.see(f"/people/{wang.viewer.person_id}/hours")
    assert ("清理河岸" in paper.html, "2 小时 0 分钟" in paper.html) == (True, True)
    assert "1号楼" in (await chosen.see("/me/standing")).html
    assert "1号楼" not in (await wang.see("/me/standing")).html
