"""Looking after boards on pages: what is done to many at once is said as it came, and what was typed stays."""

from __future__ import annotations

import pytest
from aiohttp import FormData

from forum.moderation import flags
from models.moderation import Review
from models.person import RoleName
from models.post import Post, Thing
from people import places
from portal.security import form_token
from tests.people.joining import fresh_limits
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")  # The verbs run on both in tests/forum/moderation.
WHY = "不要刷屏"


@pytest.fixture
async def team(client: Client) -> Team:
    fresh_limits()
    return await hire(client)


async def reported(client: Client, *texts: str) -> list[Review]:
    """王 posts some things that 李 reports."""
    here = places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=here)
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=here)
    for number, text in enumerate(texts):
        await wang.send("/boards/neighbours", text=text, key=str(number))
    for post in await Post.all().order_by("id"):
        await flags.flag(Thing.POST, post.id, by=li.viewer, rule="advert")
    return await Review.all().order_by("id")


async def hidden(by: Colleague, *chosen: Review, reason: str = WHY) -> tuple[int, str]:
    """What the page says."""
    ticked = [("review", str(one.id)) for one in chosen]
    fields = [("form_token", form_token(by.token)), ("rule", "advert"), ("reason", reason), ("hours", "")]
    page = await by.client.post("/moderation/bulk", data=FormData([*ticked, *fields]), cookies=by.cookies)
    return page.status, await page.text()


async def test_without_a_reason_nothing_is_hidden_and_nothing_said_to_be(client: Client, team: Team) -> None:
    [one] = await reported(client, "卖水果，便宜")
    status, html = await hidden(team.gao, one, reason=" ")
    assert (status, "请写给作者看的理由" in html, "已经隐藏。" in html) == (422, True, False)
    assert f'value="{one.id}" checked' in html
    assert (await Post.get(id=one.thing_id)).state.value == "published"


async def test_what_somebody_else_has_settled_is_not_said_to_be_hidden(client: Client, team: Team) -> None:
    one, _ = await reported(client, "卖水果，便宜", "又卖水果，便宜")
    await team.chen.send(f"/moderation/reviews/{one.id}/dismiss", version=one.version)
    status, html = await hidden(team.gao, one)
    assert (status, "一条也没有隐藏" in html, WHY in html) == (409, True, True)


async def test_what_its_author_changed_meanwhile_is_looked_at_again(client: Client, team: Team) -> None:
    [one] = await reported(client, "卖水果，便宜")
    page = (await team.gao.see("/moderation")).html
    assert f'name="seen" value="{one.id}:{one.version}"' in page
    fields = {"review": one.id, "seen": f"{one.id}:{one.version - 1}", "rule": "advert", "reason": WHY, "hours": ""}
    again = await team.gao.send("/moderation/bulk", **fields)
    assert (again.status, "一条也没有隐藏" in again.html, WHY in again.html) == (409, True, True)


async def test_where_some_could_not_be_hidden_that_is_said(client: Client, team: Team) -> None:
    settled, other = await reported(client, "卖水果，便宜", "又卖水果，便宜")
    await team.chen.send(f"/moderation/reviews/{settled.id}/dismiss", version=settled.version)
    status, html = await hidden(team.gao, settled, other)
    assert (status, "有的没有隐藏" in html, "撤销刚才的批量隐藏" in html) == (200, True, True)
    assert [one.state.value for one in await Post.all().order_by("id")] == ["published", "hidden"]


async def test_a_list_that_is_tried_says_on_its_page_of_how_much_and_from_when_on(client: Client, team: Team) -> None:
    await reported(client, "路灯真不像话")
    form = {"form_token": form_token(team.gao.token), "name": "自家", "number": "0", "action": "hold", "text": "不像话"}
    page = await client.post("/moderation/words", data={**form, "sure": "0"}, cookies=team.gao.cookies)
    html = await page.text()
    assert "最近 1 个帖子（今天" in html
    assert "0 条回复试了一遍" in html
    assert "会碰到 <b>1</b> 条。再早的没有试：帖子、回复各看最近 500 条。" in html
