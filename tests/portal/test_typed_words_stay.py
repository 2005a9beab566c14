"""What somebody typed stands there again where it was refused, also where the form is gone meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest

from forum.activities import calling
from forum.activities.calling import NewActivity
from models import clock as models_clock
from models.person import RoleName
from models.provider import Complaint, Provider
from people import places
from tests.conftest import StillClock
from tests.portal import notice_work
from tests.portal.colleagues import Team, hire, person
from tests.portal.conftest import Client

SAID = "已经让他们整改了"

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
async def team(clock: StillClock, client: Client) -> Team:
    """Monday morning, 2 March 2026."""
    return await hire(client)


async def complained(team: Team, client: Client) -> Complaint:
    """A neighbour complains of a provider."""
    typed = {"name": "示范助老社", "kind": "provider", "phone": "021-00000000", "reason": "街道推荐"}
    await team.chen.send("/providers/new", **typed)
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=places.home_place_id())
    await wang.send(f"/providers/{(await Provider.get()).id}/complain", text="说好来，没有来")
    return await Complaint.get()


@pytest.mark.parametrize("verb", ["uphold", "dismiss"])
async def test_an_answer_to_a_complaint_stays(team: Team, client: Client, verb: str) -> None:
    made = await complained(team, client)
    here = f"/providers/complaints/{made.id}/{verb}"
    await team.chen.send(here, answer="好")
    second = await team.gao.send(here, answer=SAID)
    assert (second.status, SAID in second.html) == (409, True)


async def test_a_reason_for_lifting_stays_where_nothing_is_suspended(team: Team, client: Client) -> None:
    made = await complained(team, client)
    page = await team.gao.send(f"/providers/{made.provider_id}/lift", reason=SAID)
    assert (page.status, SAID in page.html) == (409, True)


async def test_why_an_activity_is_called_off_stays(team: Team) -> None:
    starts = models_clock.now() + dt.timedelta(hours=5)
    new = NewActivity("包粽子", "一起来", starts, starts + dt.timedelta(hours=2), "活动室", 5)
    made = await calling.call(new, by=team.gao.viewer, place_id=places.home_place_id())
    here = f"/activities/{made.id}"
    assert 'value="很多"' in (await team.gao.send(f"{here}/set_places", places="很多")).html
    await team.gao.send(f"{here}/call_off", reason="下雨")
    page = await team.gao.send(f"{here}/call_off", reason=SAID)
    assert (page.status, SAID in page.html) == (409, True)


async def test_why_a_notice_is_withdrawn_or_cleared_stays(team: Team) -> None:
    filled = await notice_work.fill(team.gao.viewer.person_id or 0)
    here = f"/notices/{filled['notice']}"
    cleared = await team.gao.send(f"{here}/all_clear", words=SAID)
    assert (cleared.status, SAID in cleared.html) == (409, True)
    await team.gao.send(f"{here}/withdraw", reason="写错了")
    page = await team.gao.send(f"{here}/withdraw", reason=SAID)
    assert (page.status, SAID in page.html) == (409, True)
