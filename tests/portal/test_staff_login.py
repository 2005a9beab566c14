"""Signing in and out, and where one is signed in."""

from __future__ import annotations

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from courier import limits
from models.person import Person
from people import login, passwords
from portal.session import STAFF_COOKIE
from tests.portal.colleagues import PASSWORD, Page, Team, hire
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client) -> Team:
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    team = await hire(client)
    await Person.filter(id=team.chen.viewer.person_id).update(password_hash=await passwords.hashed(PASSWORD))
    return team


async def enter(client: Client, password: str = PASSWORD, *, username: str = "小陈", back: str = "/desk") -> Page:
    form = {"username": username, "password": password, "back": back}
    response = await client.post("/login", data=form)
    return Page(response.status, response.url.path, await response.text())


async def test_signing_in_leads_to_the_desk(team: Team, client: Client) -> None:
    page = await enter(client)
    assert (page.status, page.path) == (200, "/desk")
    assert "小陈" in page.html


async def test_the_cookie_is_kept_from_scripts_and_other_sites(team: Team, client: Client) -> None:
    form = {"username": "小陈", "password": PASSWORD}
    response = await client.post("/login", data=form, allow_redirects=False)
    cookie = response.cookies[STAFF_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")


async def test_behind_a_proxy_with_https_the_cookie_is_secure(team: Team, client: Client) -> None:
    form, said = {"username": "小陈", "password": PASSWORD}, {"X-Forwarded-Proto": "https"}
    response = await client.post("/login", data=form, headers=said, allow_redirects=False)
    assert response.cookies[STAFF_COOKIE]["secure"] is True
    assert "Strict-Transport-Security" in response.headers


@pytest.mark.parametrize("username", ["小陈", "没有这个人"])
async def test_a_wrong_name_and_a_wrong_password_look_alike_and_the_name_stays(
    team: Team, client: Client, username: str
) -> None:
    page = await enter(client, "wrong password", username=username)
    assert page.status == 422
    assert "用户名或密码不对。" in page.html
    assert f'value="{username}"' in page.html
    assert "wrong password" not in page.html


async def test_after_ten_wrong_passwords_even_the_right_one_must_wait(team: Team, client: Client) -> None:
    for _ in range(10):
        await enter(client, "wrong password")
    page = await enter(client)
    assert page.status == 429
    assert "过一刻钟" in page.html


async def test_a_new_sign_in_has_a_new_token_and_ends_the_one_before(team: Team, client: Client) -> None:
    await enter(client)
    before = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    await enter(client)
    after = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    assert before != after
    assert await login.find_session(before) is None


async def test_who_was_asked_to_sign_in_is_led_back(team: Team, client: Client) -> None:
    response = await client.get("/misses?x=1")
    assert response.url.query["back"] == "/misses?x=1"
    assert (await enter(client, back="/misses")).path == "/misses"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(team: Team, client: Client, back: str) -> None:
    form = {"username": "小陈", "password": PASSWORD, "back": back}
    response = await client.post("/login", data=form, allow_redirects=False)
    assert response.headers["Location"] == "/"


async def test_a_form_from_another_site_is_refused(team: Team, client: Client) -> None:
    response = await client.post("/login", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403


async def test_signing_out_ends_the_session_at_once(team: Team) -> None:
    page = await team.chen.send("/logout")
    assert (page.path, "已经退出登录" in page.html) == ("/login", True)
    assert (await team.chen.see("/desk")).path == "/login"


async def test_one_can_end_a_session_elsewhere(team: Team) -> None:
    other = await login.new_session(person_id=team.chen.viewer.person_id, data={"device": "安卓手机上的微信"})
    session = await login.find_session(other)
    assert session is not None
    assert "安卓手机上的微信" in (await team.chen.see("/desk/me")).html
    await team.chen.send("/desk/me/revoke", session=session.id)
    assert await login.find_session(other) is None


async def test_one_can_end_all_sessions_elsewhere_and_stays(team: Team) -> None:
    other = await login.new_session(person_id=team.chen.viewer.person_id, data={})
    page = await team.chen.send("/desk/me/revoke_others")
    assert (page.status, await login.find_session(other)) == (200, None)


async def test_nobody_ends_the_session_of_a_colleague(team: Team) -> None:
    session = await login.find_session(team.lin.token)
    assert session is not None
    assert (await team.chen.send("/desk/me/revoke", session=session.id)).status == 404
    assert await login.find_session(team.lin.token) is not None


async def test_an_observer_has_no_desk(team: Team) -> None:
    assert [(await team.observer.see(path)).status for path in ("/desk/new", "/pack", "/misses")] == [403, 403, 403]


async def test_a_worker_may_not_change_where_to_go(team: Team) -> None:
    assert (await team.chen.see("/pack/id-card-first/overlay")).status == 403
