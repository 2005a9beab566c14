"""The second step on pages: after the password, set up with a picture, asked for by a rule; and proof once more."""

from __future__ import annotations

import re

import pyotp
import pytest

from models import clock as clocks
from models.login import SecondStep
from models.person import Person, RoleName
from models.rules import Rules, in_force
from models.sealed import unseal
from people import login, passwords
from portal.security import form_token
from portal.session import STAFF_COOKIE
from tests.conftest import StillClock
from tests.portal.colleagues import PASSWORD, Colleague, Page, Team, hire
from tests.portal.conftest import Client


@pytest.fixture
async def team(client: Client, clock: StillClock) -> Team:
    team = await hire(client)
    for who in (team.chen, team.gao):
        await Person.filter(id=who.viewer.person_id).update(password_hash=await passwords.hashed(PASSWORD))
    return team


def code(secret: str, *, steps: int = 0) -> str:
    return pyotp.HOTP(secret).at(int(clocks.now().timestamp()) // 30 + steps)


async def set_up(who: Colleague) -> tuple[str, list[str]]:
    """On the page: the secret that stands there as text, and the codes."""
    page = await who.send("/me/second/enrol")
    secret = re.findall(r'class="secret">([^<]*)<', page.html)[0].replace(" ", "")
    done = await who.send("/me/second/confirm", code=code(secret, steps=-1))
    return secret, re.findall(r"<code>([^<]*)</code>", done.html)


async def enter(client: Client) -> Page:
    response = await client.post("/login", data={"username": "小陈", "password": PASSWORD})
    return Page(response.status, response.url.path, await response.text())


async def second(client: Client, given: str) -> Page:
    token = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    response = await client.post("/login/second", data={"form_token": form_token(token), "code": given})
    return Page(response.status, response.url.path, await response.text())


async def test_set_up_with_a_picture_and_then_asked_for_at_every_sign_in(team: Team, client: Client) -> None:
    secret, codes = await set_up(team.chen)
    assert len(codes) == 10
    page = await enter(client)
    assert "登录第二步" in page.html
    for path in ("/desk", "/staff", "/desk/me", "/password", "/me/second"):
        response = await client.get(path)
        assert response.url.path in ("/login/second", "/login"), path
    assert (await second(client, "000000")).status == 422
    assert (await second(client, code(secret))).path == "/desk"
    assert (await client.get("/desk")).url.path == "/desk"


async def test_the_session_before_the_code_is_over_after_it(team: Team, client: Client) -> None:
    _, codes = await set_up(team.chen)
    await enter(client)
    before = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    assert (await second(client, codes[0])).path == "/desk"
    assert await login.find_session(before) is None


async def test_a_wrong_first_code_brings_a_new_picture_and_nothing_is_in_force(team: Team) -> None:
    await team.chen.send("/me/second/enrol")
    before = unseal((await SecondStep.all())[0].secret_sealed)
    page = await team.chen.send("/me/second/confirm", code="000000")
    assert (page.status, "<svg" in page.html, before in page.html.replace(" ", "")) == (422, True, False)
    assert await SecondStep.filter(confirmed_at=None).count() == 1


async def test_where_a_rule_asks_for_it_nothing_opens_before_it_is_set_up(team: Team, client: Client) -> None:
    with in_force(Rules(totp_required_for=(RoleName.WORKER,))):
        page = await enter(client)
        assert page.path in ("/me/second", "/login")
        token = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
        chen = Colleague(client, team.chen.viewer, token)
        assert (await chen.see("/staff")).path == "/me/second"
        assert "设好才能开始工作" in (await chen.see("/me/second")).html
        _, codes = await set_up(chen)
        assert len(codes) == 10
        assert await login.find_session(token) is None
        assert (await client.get("/desk")).url.path == "/desk"


async def test_a_lead_resets_it_on_the_persons_page(team: Team) -> None:
    await set_up(team.chen)
    path = f"/staff/{team.chen.viewer.person_id}"
    assert f"{path}/second_step" in (await team.gao.see(path)).html
    assert "清除第二步" in (await team.gao.send(f"{path}/second_step")).html
    await team.gao.send(f"{path}/second_step", sure="yes")
    assert await SecondStep.all().count() == 0


async def test_what_destroys_is_asked_for_again_after_five_minutes_and_nothing_typed_is_lost(
    team: Team, clock: StillClock
) -> None:
    path = f"/staff/{team.lin.viewer.person_id}/deactivate"
    clock.forward(minutes=5)
    asked = await team.gao.send(path, sure="yes", note="离开了")
    assert (asked.status, "再确认一次" in asked.html, 'name="note" value="离开了"' in asked.html) == (403, True, True)
    assert (await Person.get(id=team.lin.viewer.person_id or 0)).is_active
    wrong = await team.gao.send(path, sure="yes", proof="not it")
    assert (wrong.status, "不对" in wrong.html) == (403, True)
    done = await team.gao.send(path, sure="yes", proof=PASSWORD)
    assert (done.path, (await Person.get(id=team.lin.viewer.person_id or 0)).is_active) == ("/staff", False)


async def test_signing_somebody_out_is_not_asked_for_again(team: Team, clock: StillClock) -> None:
    clock.forward(minutes=5)
    page = await team.gao.send(f"/staff/{team.lin.viewer.person_id}/sign_out", sure="yes")
    assert page.path == "/staff"


@pytest.mark.parametrize("path", ["/pack/id-card-first/withdraw", "/homes/files/1/drop", "/exports/1/take"])
async def test_other_deeds_that_destroy_or_carry_out_ask_too(team: Team, clock: StillClock, path: str) -> None:
    clock.forward(minutes=5)
    assert "再确认一次" in (await team.gao.send(path, reason="取消了")).html


async def test_a_session_of_staff_ends_in_the_list_of_ones_own(team: Team) -> None:
    other = await login.new_session(person_id=team.chen.viewer.person_id, data={"device": "电脑"})
    page = await team.chen.send("/me/sessions/revoke_others")
    assert (page.path, await login.find_session(other)) == ("/me/sessions", None)


async def test_what_is_taken_out_or_ended_asks_once_more(team: Team, clock: StillClock) -> None:
    clock.forward(minutes=6)
    for path, fields in (
        ("/homes/files/1/load", {}),
        ("/groups/1/unbind", {}),
        ("/figures/month.xlsx", {"m": ""}),
        ("/desk/roster/1/erase", {}),
        ("/desk/canned/1/erase", {}),
        ("/homes/1/move_out", {"residence": "1"}),
        ("/joins/leaving", {"residence": "1", "verb": "move_out"}),
        ("/joins/1/refuse", {"version": "0", "reason": "not_known", "vouched": "1"}),
    ):
        assert "再确认一次" in (await team.gao.send(path, **fields)).html, path
    for path, fields in (
        ("/joins/leaving", {"residence": "1", "verb": "keep"}),
        ("/joins/1/refuse", {"version": "0", "reason": "not_known"}),
    ):
        assert "再确认一次" not in (await team.gao.send(path, **fields)).html, path
