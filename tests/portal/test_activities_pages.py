"""Activities on pages and as JSON: called by staff, signed up for by a neighbour, signed in with the code, on paper."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from models import clock as models_clock
from models.activity import Activity
from models.person import RoleName
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
