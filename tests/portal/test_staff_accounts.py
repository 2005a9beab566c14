"""The page of accounts: who leads adds colleagues and lets them go, asked twice; and the committee's own facts."""

from __future__ import annotations

import re

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from casework import keepers
from courier import limits
from models.audit import AuditLine
from models.clock import now
from models.person import Person, Role, RoleName
from people import passwords
from tests.people.neighbours import neighbour
from tests.portal.colleagues import Colleague, Team, hire
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client) -> Team:
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    return await hire(client)


def page_of(who: Colleague) -> str:
    return f"/staff/{who.viewer.person_id}"


async def test_who_leads_sees_everybody_of_the_place_and_nobody_else(team: Team) -> None:
    page = await team.gao.see("/staff")
    assert page.status == 200
    assert all(name in page.html for name in ("小陈", "小林", "高书记", "管理员"))
    assert "外人" not in page.html
    assert (await team.gao.see(page_of(team.outsider))).status == 404
    for other in (team.chen, team.he, team.observer):
        assert (await other.see("/staff")).status == 403
        assert 'href="/staff"' not in (await other.see("/desk/me")).html


async def test_the_boards_of_a_moderator_are_chosen_and_changed(team: Team) -> None:
    lin = page_of(team.lin)
    assert "管哪几个板块" in (await team.gao.see(lin)).html
    await team.gao.send(f"{lin}/grant", role="moderator", board="idle_items")
    page = (await team.gao.see(lin)).html
    assert "板块：闲置物品" in page
    await team.gao.send(f"{lin}/grant", role="moderator")
    assert "板块：全部" in (await team.gao.see(lin)).html
    role = await Role.get(person_id=team.lin.viewer.person_id, name=RoleName.MODERATOR)
    assert role.boards == ""
    assert (await team.gao.send(f"{lin}/grant", role="moderator", board="nowhere")).status == 422
    await team.gao.send(f"{lin}/grant", role="mediator", board="idle_items")
    assert (await Role.get(person_id=team.lin.viewer.person_id, name=RoleName.MEDIATOR)).boards == ""
    details = await AuditLine.filter(verb="user.grant", detail__startswith="moderator").values_list("detail", flat=True)
    assert sorted(details) == ["moderator", "moderator idle_items"]


async def test_captains_and_volunteers_are_listed_and_lead_to_their_card(team: Team) -> None:
    place_id = team.gao.viewer.place_id or 0
    wang = await neighbour(place_id, "王示范")
    await Role.create(created_at=now(), person_id=wang.person_id, place_id=place_id, name=RoleName.BUILDING_CAPTAIN)
    page = (await team.gao.see("/staff")).html
    assert (f'href="/people/{wang.person_id}"' in page, "楼组长、志愿者" in page, "3号楼" in page) == (True, True, True)
    await Person.filter(id=wang.person_id).update(is_active=False)
    assert "王示范" not in (await team.gao.see("/staff")).html


async def _added(team: Team, username: str = "xin") -> str:
    page = await team.gao.send("/staff/new", name="小新", username=username, role="worker")
    found = re.search(r'class="code"[^>]*>([^<]+)<', page.html)
    assert found is not None, page.html
    return found[1]


async def test_a_colleague_is_added_and_must_choose_a_password_before_anything_else(team: Team, client: Client) -> None:
    password = await _added(team)
    assert password not in (await team.gao.see("/staff")).html
    client.session.cookie_jar.clear()
    response = await client.post("/login", data={"username": "xin", "password": password, "back": "/desk"})
    html = await response.text()
    assert (response.url.path, "先换成自己的密码" in html) == ("/password", True)
    for path in ("/desk", "/desk/me", "/api/v1/desk/questions"):
        assert "个等人接手" not in await (await client.get(path)).text()
    token = re.search(r'name="form_token" value="([^"]+)"', html)
    assert token is not None
    fields = {"form_token": token[1], "new": "一个新的密码 2026", "again": "一个新的密码 2026"}
    differs = await client.post("/password", data={**fields, "again": "不一样的密码"})
    assert (differs.status, "两遍写的新密码不一样" in await differs.text()) == (422, True)
    response = await client.post("/password", data=fields)
    assert (response.url.path, "密码已经换好" in await response.text()) == ("/desk", True)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(team: Team) -> None:
    page = await team.gao.send("/staff/new", name="小新", username="小新", role="worker")
    assert (page.status, "用户名用小写字母" in page.html, 'value="小新"' in page.html) == (422, True, True)
    assert (await team.gao.send("/staff/new", name="新", username="xin", role="admin")).status == 403
    await _added(team)
    assert (await team.gao.send("/staff/new", name="新", username="xin", role="worker")).status == 409


@pytest.mark.parametrize("verb", ["deactivate", "password", "sign_out", "revoke"])
async def test_what_takes_something_away_is_asked_for_twice(team: Team, verb: str) -> None:
    path, fields = f"{page_of(team.lin)}/{verb}", {"role": "worker"}
    first = await team.gao.send(path, **fields)
    assert (first.status, "回去" in first.html) == (200, True)
    assert await AuditLine.filter(verb=f"user.{verb}").count() == 0
    assert (await team.lin.see("/desk")).path == "/desk"
    assert (await team.gao.send(path, sure="yes", **fields)).status == 200
    assert await AuditLine.filter(verb=f"user.{verb}").count() == 1
    assert (await team.lin.see("/desk")).path in {"/login", "/me"}


async def test_a_colleague_who_comes_back_is_let_in_again(team: Team) -> None:
    page = page_of(team.lin)
    assert (await team.gao.send(f"{page}/reactivate", sure="yes")).status == 409
    await team.gao.send(f"{page}/deactivate", sure="yes")
    assert "重新启用</button>" in (await team.gao.see(page)).html
    assert "马上又能登录" in (await team.gao.send(f"{page}/reactivate")).html
    assert not await Person.filter(id=team.lin.viewer.person_id, is_active=True).exists()
    shown = await team.gao.send(f"{page}/reactivate", sure="yes")
    assert (shown.status, "起始密码" in shown.html) == (200, True)
    assert await Person.filter(id=team.lin.viewer.person_id, is_active=True).exists()


async def test_a_secretary_is_told_to_find_an_admin_for_an_admin(team: Team) -> None:
    page = await team.gao.see(page_of(team.admin))
    assert "请找管理员" in page.html
    assert "停用</button>" not in page.html
    page = await team.gao.send(f"{page_of(team.admin)}/deactivate", sure="yes")
    assert (page.status, "data-refusal" in page.html) == (403, True)
    assert (await team.admin.see("/desk")).status == 200


async def test_the_last_admin_cannot_be_made_something_else(team: Team) -> None:
    await Person.filter(id=team.admin.viewer.person_id).update(password_hash="x")
    page = await team.admin.send(f"{page_of(team.admin)}/revoke", sure="yes", role="admin")
    assert (page.status, "最后一位能登录的管理员" in page.html) == (409, True)
    assert await Role.filter(person_id=team.admin.viewer.person_id, name=RoleName.ADMIN).exists()


async def test_a_role_is_given(team: Team) -> None:
    page = await team.gao.send(f"{page_of(team.lin)}/grant", role="secretary")
    assert (page.status, "角色已经给了" in page.html) == (200, True)
    assert await Role.filter(person_id=team.lin.viewer.person_id, name=RoleName.SECRETARY).exists()


async def test_desks_are_given_to_keep_up(team: Team) -> None:
    place_id = team.gao.viewer.place_id or 0
    first, *_ = await keepers.desks(viewer=team.gao.viewer, place_id=place_id)
    page = await team.gao.send(f"{page_of(team.lin)}/keep", desk=first)
    assert f'value="{first}" checked' in page.html
    assert (await team.gao.send(f"{page_of(team.lin)}/keep", desk="没有这条线")).status == 422
    assert await keepers.kept(viewer=team.gao.viewer, place_id=place_id) == {team.lin.viewer.person_id: (first,)}


async def test_nobody_but_who_leads_sends_anything(team: Team) -> None:
    for verb in ("grant", "keep", "deactivate", "reactivate", "password", "sign_out", "revoke"):
        page = await team.chen.send(f"{page_of(team.lin)}/{verb}", sure="yes", role="worker", desk="")
        assert page.status in {403, 404}, verb
    assert (await team.chen.send("/staff/new", name="新", username="xin", role="worker")).status == 403
    assert (await team.chen.send("/place", address="别处", hours="全天", phone="110")).status == 403
    assert (await team.gao.send(f"{page_of(team.lin)}/promote", sure="yes")).status == 404


async def test_ones_own_password_is_changed_with_the_old_one(team: Team) -> None:
    hashed = await passwords.hashed("the old password")
    await Person.filter(id=team.chen.viewer.person_id).update(password_hash=hashed)
    page = await team.chen.send("/password", old="wrong", new="the new password", again="the new password")
    assert (page.status, "现在的密码不对" in page.html) == (422, True)
    page = await team.chen.send("/password", old="the old password", new="the new password", again="the new password")
    assert await AuditLine.filter(verb="password.change").count() == 1
    assert (await team.chen.see("/desk")).path in {"/login", "/desk"}


async def test_the_committees_facts_are_corrected_and_residents_read_them_at_once(team: Team, client: Client) -> None:
    page = await team.gao.send("/place", address="新地址 2 号", hours="周一至周五 9:00-17:00", phone="021-5550-0199")
    assert "居民现在看到的就是这样" in page.html
    client.session.cookie_jar.clear()
    html = await (await client.get("/")).text()
    assert "新地址 2 号" in html
    assert "tel:02155500199" in html
    page = await team.gao.send("/place", address="新地址", hours="全天", phone="打我电话")
    assert (page.status, "电话只写号码" in page.html, 'value="打我电话"' in page.html) == (422, True, True)
