"""Surveys on pages and as JSON: asked by staff, answered once, changed, and read by staff alone."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest

from forum.board_settings import Wanted, set_board
from models import clock
from models.person import RoleName
from people import places, shelf
from portal.security import form_token
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client

QUESTIONS = "是否：要不要装\n多选：装在哪里｜东门｜西门\n文字：担心什么"


@pytest.mark.databases("sqlite")
async def test_asked_and_answered_on_pages(client: Client, clock: StillClock, tmp_path: Path) -> None:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    await set_board("proposals", Wanted(is_on=True), by=team.gao.viewer, place_id=place_id)
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    typed = {"title": "充电桩", "questions": QUESTIONS, "how": "named", "until": "2026-03-05"}
    wrong = await team.chen.send("/surveys/new", **{**typed, "questions": "要不要装"})
    assert (wrong.status, "这一行看不懂" in wrong.html) == (422, True)
    assert (await wang.see("/surveys/new")).status == 403
    made = await team.chen.send("/surveys/new", **typed)
    assert "问卷发出去了" in made.html
    assert "等您填" in (await wang.see("/surveys")).html
    assert "填问卷、看结果" in (await wang.see(made.path.replace("/surveys/", "/posts/"))).html
    assert "还没有答好" in (await wang.send(f"{made.path}/answer", q1="1")).html
    assert "交好了" in (await wang.send(f"{made.path}/answer", q1="1", q2="2", q3="怕着火")).html
    assert "已经答过" in (await wang.send(f"{made.path}/answer", q1="1", q2="2")).html
    assert 'id="named"' in (await team.chen.see(made.path)).html
    assert 'id="named"' not in (await wang.see(made.path)).html
    fields = {"form_token": form_token(team.chen.token)}
    file = await client.post(f"{made.path}/export", data=fields, cookies=team.chen.cookies)
    assert (file.status, (await file.read())[:2]) == (200, b"PK")
    assert "导出" not in (await wang.see(made.path)).html


@pytest.mark.databases("sqlite")
async def test_asked_answered_and_read_as_json(client: Client, clock: StillClock) -> None:
    fresh_limits()
    team, caller, place_id = await hire(client), Api(client), places.home_place_id()
    await set_board("proposals", Wanted(is_on=True), by=team.gao.viewer, place_id=place_id)
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    questions = [{"kind": "yes_no", "text": "要不要装"}, {"kind": "several", "text": "装哪", "options": ["东", "西"]}]
    asked = {"title": "充电桩", "questions": questions, "until": "2026-03-05", "is_anonymous": False}
    assert await caller.call("publishSurvey", wang, body=asked) == 403
    assert await caller.call("publishSurvey", team.chen, body={**asked, "is_anonymous": True}) == 422
    post_id = (await caller.call("publishSurvey", team.chen, body=asked))["id"]
    body = {"answers": [{"position": 1, "said": ["2"]}, {"position": 2, "said": ["1", "2"]}]}
    first = {"answers": [{"position": 1, "said": ["1"]}, {"position": 2, "said": ["2"]}]}
    assert await caller.call("answerSurvey", wang, id=post_id, body=first) == {"done": True}
    assert await caller.call("answerSurvey", wang, id=post_id, body=body) == 409
    assert await caller.call("answerSurvey", team.chen, id=post_id, body=body) == 403
    assert await caller.call("changeSurveyAnswer", wang, id=post_id, body=body) == {"done": True}
    [line] = (await caller.call("listSurveys", wang))["surveys"]
    assert (line["waits"], line["has_answered"]) == (False, True)
    found = await caller.call("getSurvey", wang, id=post_id)
    assert ([one["own"] for one in found["questions"]], found["results"]) == (["2", "1,2"], [])
    assert [
        each["count"] for each in (await caller.call("getSurvey", team.chen, id=post_id))["results"][1]["sums"]
    ] == [1, 1]
    assert await caller.call("listSurveyAnswers", wang, id=post_id) == 403
    [named] = (await caller.call("listSurveyAnswers", team.chen, id=post_id))["named"]
    assert named["answers"][0]["text"] == "否"


@pytest.mark.databases("sqlite")
async def test_sums_are_taken_as_a_spreadsheet_by_staff_alone(client: Client) -> None:
    fresh_limits()
    team, caller, place_id = await hire(client), Api(client), places.home_place_id()
    await set_board("proposals", Wanted(is_on=True), by=team.gao.viewer, place_id=place_id)
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    questions = [{"kind": "yes_no", "text": "要不要装"}]
    until = f"{clock.today() + dt.timedelta(days=3)}"
    asked = {"title": "充电桩", "questions": questions, "until": until, "is_anonymous": False}
    post_id = (await caller.call("publishSurvey", team.chen, body=asked))["id"]
    file = await caller.call("exportSurvey", team.chen, id=post_id)
    assert (file["name"][-5:], base64.b64decode(file["content"])[:2]) == (".xlsx", b"PK")
    assert await caller.call("exportSurvey", team.outsider, id=post_id) == 404
    assert await caller.call("exportSurvey", wang, id=post_id) == 403
