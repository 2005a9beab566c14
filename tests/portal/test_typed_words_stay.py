"""What somebody typed stands there again where it was refused, also where the form is gone meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest

from forum import posts, replies
from forum.activities import calling
from forum.activities.calling import NewActivity
from forum.posts import NewPost
from forum.replies import NewReply
from models import clock as models_clock
from models.person import RoleName
from models.post import Post, PostState
from models.provider import Complaint, Provider
from models.publication import Objection
from people import places
from tests import promises
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal import notice_work
from tests.portal.colleagues import Colleague, Team, hire, person
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


async def decided(team: Team, client: Client) -> tuple[dict[str, int], Colleague]:
    """What came of proposals, and a neighbour who has not objected yet."""
    fresh_limits()
    here = places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=here)
    made = await promises.fill(team.gao.viewer, wang.viewer, place_id=here)
    return made, await person(client, "李", role=RoleName.RESIDENT, place_id=here)


async def test_an_objection_stays_where_one_was_made_before(team: Team, client: Client) -> None:
    made, li = await decided(team, client)
    here = f"/publications/{made['publication']}/object"
    await li.send(here, text="挡住了我家的窗")
    page = await li.send(here, text=SAID)
    assert (page.status, SAID in page.html) == (409, True)


async def test_an_answer_to_an_objection_stays_with_the_one_it_was_typed_for(team: Team, client: Client) -> None:
    made, li = await decided(team, client)
    await li.send(f"/publications/{made['publication']}/object", text="挡住了我家的窗")
    _, second = [one.id for one in await Objection.all().order_by("id")]
    short = await team.chen.send(f"/objections/{second}/answer", answer="嗯呢", hides="yes")
    assert (short.status, short.html.count("嗯呢"), short.html.count('value="yes" checked')) == (422, 1, 1)
    assert "嗯呢" in short.html.partition(f'id="a{second}"')[2]
    await team.chen.send(f"/objections/{second}/answer", answer="会移到花坛外面")
    page = await team.gao.send(f"/objections/{second}/answer", answer=SAID)
    assert (page.status, SAID in page.html) == (409, True)


async def test_what_was_typed_about_a_milestone_stays(team: Team, client: Client) -> None:
    made, _ = await decided(team, client)
    here = f"/milestones/{made['milestone']}"
    put_off = await team.chen.send(f"{here}/put_off", milestone=made["milestone"], due_on="2026-05-01", reason="")
    assert (put_off.status, 'value="2026-05-01"' in put_off.html) == (422, True)
    await team.chen.send(f"{here}/finish", milestone=made["milestone"], note="砌好了")
    page = await team.gao.send(f"{here}/finish", milestone=made["milestone"], note=SAID)
    assert (page.status, SAID in page.html) == (409, True)
    await team.chen.send(f"/projects/{made['project']}/finish")
    page = await team.chen.send(f"/projects/{made['project']}/spend", what=SAID, payee="店", yuan="1")
    assert (page.status, SAID in page.html) == (409, True)


async def thread(team: Team, client: Client) -> tuple[Colleague, int, int]:
    """李 reads a thread of 王's with one reply."""
    fresh_limits()
    here = places.home_place_id()
    wang, li = [await person(client, name, role=RoleName.RESIDENT, place_id=here) for name in ("王", "李")]
    post = (await posts.publish(NewPost("issues", "3号楼的灯坏了"), by=wang.viewer, place_id=here)).id
    reply = (await replies.reply(post, NewReply("我家也是"), by=wang.viewer)).id
    return li, post, reply


async def test_a_reply_stays_where_the_thread_is_closed_or_gone_meanwhile(team: Team, client: Client) -> None:
    li, post, _ = await thread(team, client)
    await Post.filter(id=post).update(state=PostState.LOCKED)
    closed = await li.send(f"/posts/{post}/reply", text=SAID)
    assert (closed.status, SAID in closed.html) == (409, True)
    await Post.filter(id=post).update(state=PostState.HIDDEN)
    gone = await li.send(f"/posts/{post}/reply", text=SAID)
    assert (gone.status, SAID in gone.html, "没办成" in gone.html) == (404, True, True)


async def test_what_a_reply_quotes_stays_with_it(team: Team, client: Client) -> None:
    li, post, reply = await thread(team, client)
    page = await li.send(f"/posts/{post}/reply", text=" ", quotes=reply)
    assert (page.status, f'name="quotes" value="{reply}"' in page.html) == (422, True)


async def test_a_refusal_shows_no_password_again(team: Team, client: Client) -> None:
    page = await team.chen.send("/posts/999999/reply", text=SAID, password="secret-words", code="123456")
    assert (page.status, SAID in page.html, "secret-words" in page.html, "123456" in page.html) == (
        404,
        True,
        False,
        False,
    )
