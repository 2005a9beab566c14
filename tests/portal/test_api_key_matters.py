"""Key small matters on pages and as JSON: collected, sorted with reasons, voted on, and struck off with a check."""

from __future__ import annotations

import datetime as dt

import pytest

from models import clock as models_clock
from models.key_matter import KeyMatter
from models.ledger import LedgerEntry
from models.person import RoleName
from people import places
from tests import key_matters
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client
from tests.portal.vote_work import settle

pytestmark = pytest.mark.databases("sqlite")


async def test_put_wanted_and_left_out_on_pages(client: Client, clock: StillClock) -> None:  # noqa: PLR0915
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=place_id)
    assert "还没有定" in (await wang.see("/key_matters")).html
    assert (await team.chen.see("/key_matters/plan")).status == 403
    wrong = await team.gao.send("/key_matters/plan", year="2026", intro="大家提")
    assert (wrong.status, "每一步都要有" in wrong.html, "大家提" in wrong.html) == (422, True, True)
    year = await key_matters.plan(team.gao.viewer, place_id=place_id, year=2026)
    put = f"/key_matters/years/{year}/put"
    assert "提好了" in (await wang.send(put, title="3号楼楼道灯要修")).html
    again = await li.send(put, title="楼道灯要修")
    assert ("有人提过差不多的" in again.html, await KeyMatter.all().count()) == (True, 1)
    [first] = await KeyMatter.all()
    assert "您也想要" in (await li.send(f"/key_matters/{first.id}/say/support")).html
    twice = await li.send(f"/key_matters/{first.id}/say/support")
    assert (twice.status, "已经说过" in twice.html) == (409, True)
    assert "提好了" in (await li.send(put, title="楼道灯要修", sure="1")).html
    manage = f"/key_matters/years/{year}/manage"
    assert (await wang.see(manage)).path == "/me"
    early = await team.gao.send(f"/key_matters/years/{year}/move", step="shortlist")
    assert (early.status, "还没有到期" in early.html) == (409, True)
    clock.forward(days=10)
    assert "走到下一步" in (await team.gao.send(f"/key_matters/years/{year}/move", step="shortlist")).html
    assert "列入清单了" in (await team.chen.send(f"/key_matters/{first.id}/shortlist")).html
    [second] = [one for one in await KeyMatter.all() if one.id != first.id]
    blank = await team.chen.send(f"/key_matters/{second.id}/leave_out", reason=" ")
    assert (blank.status, "请写清楚理由" in blank.html) == (422, True)
    assert "没有列入" in (await team.chen.send(f"/key_matters/{second.id}/leave_out", reason="和第一件一样")).html
    assert "和第一件一样" in (await wang.see("/key_matters")).html
    late = await wang.send(put, title="晚了才提")
    assert (late.status, "不在这一步" in late.html) == (409, True)


async def test_how_many_are_done_and_which_are_late_is_read_without_colour(client: Client, clock: StillClock) -> None:
    fresh_limits()
    town, place_id = await settle(client), places.home_place_id()
    team, wang = town.team, town.people[0]
    made = await key_matters.fill(team.gao.viewer, wang.viewer, place_id=place_id)
    past = f"/key_matters/years/{made['key_past']}"
    assert ("办成 0/1 件" in (await wang.see(past)).html, "超期" in (await wang.see(past)).html) == (True, False)
    await LedgerEntry.all().update(due=models_clock.today() - dt.timedelta(days=1))
    assert "！超期" in (await wang.see(past)).html
    one = (await wang.see(f"/key_matters/{made['key_chosen']}")).html
    assert ("灯买好了" in one, "去台账" in one) == (True, False)


async def test_a_years_list_is_printed_for_everybody_of_the_place(client: Client, clock: StillClock) -> None:
    fresh_limits()
    town, place_id = await settle(client), places.home_place_id()
    team, wang = town.team, town.people[0]
    made = await key_matters.fill(team.gao.viewer, wang.viewer, place_id=place_id)
    past, now = (f"/key_matters/years/{made[name]}" for name in ("key_past", "key_year"))
    assert f"{now}/print" in (await wang.see(now)).html
    sheet = (await wang.see(f"{past}/print")).html
    assert [words in sheet for words in ("办成 0/1 件", "修楼道灯", "居委会", "没有选上")] == [True] * 4
    assert "想提一件" in (await wang.see(f"{now}/print")).html
    assert (await team.outsider.see(f"{now}/print")).status == 404


async def test_rated_once_on_a_page_and_as_json_and_told_when_the_list_has_ended(
    client: Client, clock: StillClock
) -> None:
    fresh_limits()
    town, caller = await settle(client), Api(client)
    team, (wang, li, *_) = town.team, town.people
    made = await key_matters.fill(team.gao.viewer, wang.viewer, place_id=places.home_place_id())
    one, rated = made["key_chosen"], {"outcome": 5, "unit": 4}
    assert await caller.call("rateKeyMatter", wang, id=one, body=rated) == 409
    await key_matters.appraise(made, team.gao.viewer)
    assert "评一评" in (await wang.see(f"/key_matters/years/{made['key_past']}")).html
    half = await wang.send(f"/key_matters/{one}/say/rate", outcome="5")
    assert (half.status, "两项都要打分" in half.html, 'value="5" required checked' in half.html) == (422, True, True)
    assert "评好了" in (await wang.send(f"/key_matters/{one}/say/rate", outcome="5", unit="4")).html
    again = await wang.send(f"/key_matters/{one}/say/rate", outcome="1", unit="1")
    assert (again.status, "已经评过了" in again.html, "交评分" in again.html) == (409, True, False)
    assert "交评分" not in (await team.chen.see(f"/key_matters/{one}")).html
    assert (await caller.call("getKeyMatters", li, id=made["key_past"]))["to_rate"] == [one]
    assert await caller.call("rateKeyMatter", team.chen, id=one, body=rated) == 403
    assert await caller.call("rateKeyMatter", li, id=one, body={"outcome": 6, "unit": 4}) == 422
    assert await caller.call("rateKeyMatter", li, id=one, body=rated) == {"done": True}
    found = (await caller.call("getKeyMatter", li, id=one))["appraisal"]
    assert (found["has_rated"], found["rated"], found["outcome"]) == (True, None, None)
    move_on = f"/key_matters/years/{made['key_past']}/move"
    assert "走到下一步了" in (await team.gao.send(move_on, step="ended", reason="年底了")).html
    assert "不满 5 人评" in (await wang.see(f"/key_matters/{one}")).html
    found = (await caller.call("getKeyMatter", li, id=one))["appraisal"]
    assert (found["rated"], found["outcome"]) == (2, None)


async def test_every_call_as_json(client: Client, clock: StillClock) -> None:  # noqa: PLR0915
    fresh_limits()
    town, caller = await settle(client), Api(client)
    team, (wang, li, *_) = town.team, town.people
    today = models_clock.today()
    steps = ("collect", "shortlist", "deliberate", "vote", "carry_out", "appraise")
    days = [
        {"step": step, "starts_on": str(today + dt.timedelta(days=at)), "ends_on": str(today + dt.timedelta(days=at))}
        for at, step in enumerate(steps)
    ]
    assert await caller.call("planKeyMatters", team.chen, body={"year": 2026, "days": days}) == 403
    year = (await caller.call("planKeyMatters", team.gao, body={"year": 2026, "days": days}))["id"]
    assert await caller.call("planKeyMatters", team.gao, body={"year": 2026, "days": days}) == 409
    await caller.call("setKeyMatterDays", team.gao, id=year, body={"days": days, "version": 1})
    names = ("楼道灯", "健身角", "晾衣架", "防滑砖")
    put = [(await caller.call("putKeyMatter", wang, id=year, body={"title": one}))["id"] for one in names]
    assert (await caller.call("listAlikeKeyMatters", li, id=year, title="楼道灯"))["alike"][0]["id"] == put[0]
    await caller.call("supportKeyMatter", li, id=put[0])
    assert await caller.call("supportKeyMatter", li, id=put[0]) == 409
    assert await caller.call("withdrawKeyMatter", wang, id=put[0]) == 409
    await caller.call("withdrawKeyMatter", wang, id=put[3])
    assert await caller.call("admitKeyMatter", team.chen, id=put[0]) == 409
    clock.forward(days=1)
    await caller.call("moveKeyMatters", team.gao, id=year, body={"step": "shortlist"})
    assert await caller.call("moveKeyMatters", team.gao, id=year, body={"step": "vote"}) == 409
    for one in put[:2]:
        await caller.call("shortlistKeyMatter", team.chen, id=one)
    assert await caller.call("leaveOutKeyMatter", team.chen, id=put[2], body={"reason": ""}) == 422
    await caller.call("leaveOutKeyMatter", team.chen, id=put[2], body={"reason": "没有地方"})
    await caller.call("joinKeyMatter", team.chen, id=put[2], body={"into": put[0]})
    await caller.call("moveKeyMatters", team.gao, id=year, body={"step": "deliberate"})
    closes = (clock.moment + dt.timedelta(days=1)).isoformat()
    body = {"closes_at": closes, "most_choices": 1, "unit": "person", "rule": "advice"}
    assert await caller.call("voteOnKeyMatters", team.chen, id=year, body=body) == 403
    await caller.call("voteOnKeyMatters", team.gao, id=year, body=body)
    vote = (await caller.call("getKeyMatters", wang, id=year))["vote_id"]
    line = (await caller.call("readVote", wang, id=vote))["mine"][0]["voter_id"]
    await caller.call("castVote", wang, id=vote, body={"voter_id": line, "points": {"1": 1}})
    assert await caller.call("settleKeyMatters", team.gao, id=year) == 409
    clock.forward(days=1)
    await caller.call("countVote", team.gao, id=vote)
    await caller.call("settleKeyMatters", team.gao, id=year)
    due = {"owner": team.chen.viewer.person_id, "due": str(models_clock.today())}
    await caller.call("assignKeyMatter", team.gao, id=put[0], body=due)
    assert await caller.call("assignKeyMatter", team.gao, id=put[0], body=due) == 409
    found = await caller.call("getKeyMatters", wang, id=year)
    assert (found["step"], found["done"], found["every"]) == ("carry_out", 0, 1)
    assert [one["state"] for one in found["matters"]] == ["chosen", "not_chosen", "joined"]
    assert [one["verb"] for one in (await caller.call("getKeyMatter", wang, id=put[0]))["steps"]] == ["ledger.add"]
    [told] = (await caller.call("listKeyMatterYears", wang))["years"]
    assert (told["year"], told["every"]) == (2026, 1)
