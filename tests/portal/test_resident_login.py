"""Those who live here sign in on a page: by the link from their chat, by its digits, by the desk's slip; and out."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest

from models.clock import now
from models.contact import Contact
from models.errors import Invalid
from models.person import Role, RoleName, WebSession
from models.place import Place
from people import entering, login, login_codes, places, residents
from people.entering import Browser
from people.residents import At
from people.visitors import COOKIE, address_of
from portal.security import form_token
from portal.session import PLACE_COOKIE, STAFF_COOKIE
from tests.people.neighbours import Neighbour, a_home, neighbour
from tests.portal.colleagues import Colleague, Page, Team, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat


@pytest.fixture
async def wang(client: Client) -> Neighbour:
    """王秀英, who lives here and is known in a chat."""
    return await neighbour(places.home_place_id())


@pytest.fixture
async def at_home(client: Client, wang: Neighbour) -> Colleague:
    """The same, signed in."""
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("安卓手机上的微信", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)


async def test_the_link_asks_first_and_then_lets_in(client: Client, wang: Neighbour) -> None:
    path = f"/login/link/{(await login_codes.make_code(by=await wang.viewer())).link}"
    for _ in range(2):
        asked = await client.get(path)
        assert (asked.status, "王秀英" in await asked.text()) == (200, True)
    entered = await client.post(path)
    html = await entered.text()
    assert (entered.url.path, "3号楼 501" in html, "退出登录" in html) == ("/me", True, True)
    assert (await client.post(path)).status == 422


@pytest.mark.parametrize(
    "typed", ["{0}", "{0:.4} {0[4]}{0[5]}{0[6]}{0[7]}", "{0[0]}-{0[1]}-{0[2]}-{0[3]}-{0[4]}-{0[5]}-{0[6]}-{0[7]}"]
)
async def test_digits_let_in_however_they_are_spaced(client: Client, wang: Neighbour, typed: str) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    entered = await client.post("/login/code", data={"code": typed.format(way.digits)})
    assert entered.url.path == "/me"


@pytest.mark.parametrize("typed", ["", "000000", "00000000", "0123456789", "<b>", "😀" * 500, "99999999999999999999"])
async def test_every_wrong_number_looks_alike(client: Client, wang: Neighbour, typed: str) -> None:
    await login_codes.make_code(by=await wang.viewer())
    refused = await client.post("/login/code", data={"code": typed})
    assert (refused.status, "登录码不对" in await refused.text()) == (422, True)


async def test_a_code_for_one_browser_is_good_in_that_alone(client: Client, wang: Neighbour) -> None:
    shown = re.search(r"登录&nbsp;(\d{4})", await (await client.post("/login/begin")).text())
    assert shown is not None
    way = await login_codes.make_code(by=await wang.viewer(), number=shown[1])
    with pytest.raises(Invalid, match="code_wrong"):
        await entering.enter_by_code(way.digits, browser=Browser("", "192.0.2.1"))
    with pytest.raises(Invalid, match="link_gone"):
        await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    with pytest.raises(Invalid, match="number_gone"):
        await login_codes.make_code(by=await wang.viewer(), number=shown[1])
    entered = await client.post("/login/code", data={"code": way.digits})
    assert entered.url.path == "/me"


async def test_the_token_is_a_new_one_and_the_session_before_is_over(client: Client, wang: Neighbour) -> None:
    tokens: list[str] = []
    for _ in range(2):
        way = await login_codes.make_code(by=await wang.viewer())
        await client.post("/login/code", data={"code": way.digits})
        tokens.append(client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value)
    assert [await login.find_session(one) is not None for one in tokens] == [False, True]


async def test_the_desk_prints_a_slip_that_lets_in(client: Client) -> None:
    team = await hire(client)
    li = await neighbour(places.home_place_id(), "李国强", address="li")
    home = await team.chen.see(f"/homes/{await a_home(places.home_place_id())}")
    assert f"/people/{li.person_id}/login_code" in home.html
    slip = await team.chen.send(f"/people/{li.person_id}/login_code")
    digits = "".join(re.findall(r"\d", re.findall(r'class="slip-code"[^>]*>([^<]*)<', slip.html)[0]))
    assert (slip.status, len(digits), "<svg" in slip.html) == (200, 10, True)
    entered = await client.post("/login/code", data={"code": digits})
    assert entered.url.path == "/me"


async def test_another_neighbourhood_prints_none_and_nor_does_the_street(client: Client) -> None:
    team = await hire(client)
    li = await neighbour(places.home_place_id(), "李国强", address="li")
    for who in (team.outsider, team.he):
        assert (await who.send(f"/people/{li.person_id}/login_code")).status == 404
    assert (await team.observer.send(f"/people/{li.person_id}/login_code")).status == 403


async def chat_of(token: str) -> Contact:
    """The chat that goes with a session."""
    session = await login.find_session(token)
    assert session is not None
    return await Contact.get(channel="web", address=session.chat_address)


async def test_signing_out_ends_session_and_chat(client: Client, wang: Neighbour) -> None:
    way = await login_codes.make_code(by=await wang.viewer())
    await client.post("/login/code", data={"code": way.digits})
    token = client.session.cookie_jar.filter_cookies(client.make_url("/"))[STAFF_COOKIE].value
    address = (await chat_of(token)).address
    left = await client.post("/logout", data={"form_token": form_token(token)})
    assert (left.url.path, "已经退出登录" in await left.text()) == ("/login", True)
    assert await Contact.filter(address=address).count() == 0
    assert await login.find_session(token) is None


async def test_only_the_session_leads_to_its_chat_and_no_cookie_that_was_there_before(
    client: Client, at_home: Colleague
) -> None:
    token, cookies = "h" * 43, {STAFF_COOKIE: at_home.token, COOKIE: "h" * 43}
    sent = await client.post("/chat", data={"text": "我家的事只跟居委会说", "key": str(uuid4())}, cookies=cookies)
    assert "我家的事" in await sent.text()
    assert "我家的事" not in await (await client.get("/chat", cookies={COOKIE: token})).text()
    assert (await residents.viewer_at(await at_cookie(token))).person_id is None
    await login.sign_out((await login.find_session(at_home.token)).id)  # type: ignore[union-attr]
    assert "我家的事" not in await (await client.get("/chat", cookies=cookies)).text()


async def at_cookie(token: str) -> At:
    """The contact that a cookie leads to."""
    return await residents.at(channel="web", address=address_of(token) or "", place_id=places.home_place_id())


async def test_what_was_said_in_a_browser_before_is_not_shown_to_who_signs_in(client: Client, wang: Neighbour) -> None:
    token = "h" * 43
    await (await chat(token)).resident("别人先前在这台电脑上问的")
    way = await login_codes.make_code(by=await wang.viewer())
    await client.post("/login/code", data={"code": way.digits}, cookies={COOKIE: token})
    assert "别人先前" not in await (await client.get("/chat", cookies={COOKIE: token})).text()


async def test_the_page_of_ones_own_says_who_one_is(at_home: Colleague) -> None:
    page = await at_home.see("/me")
    assert page.status == 200
    for words in ("王秀英", "示范一村", "尾号", "我在哪里登录着（1 处）"):
        assert words in page.html


async def test_one_is_shown_ones_own_place_and_name_everywhere(at_home: Colleague) -> None:
    page = await at_home.see("/")
    assert (page.status, "王秀英" in page.html, "青禾里居委会" in page.html) == (200, True, True)


async def test_other_sessions_end_one_by_one_and_all_together(at_home: Colleague, wang: Neighbour) -> None:
    others = [await entering.begin_resident(wang.person_id, device="电脑") for _ in range(3)]
    found = await login.find_session(others[0])
    assert found is not None
    assert (await at_home.send("/me/sessions/revoke", session=found.id)).status == 200
    assert [await login.find_session(one) is not None for one in others] == [False, True, True]
    page = await at_home.send("/me/sessions/revoke_others")
    assert (page.path, [await login.find_session(one) for one in others]) == ("/me/sessions", [None] * 3)


async def test_nobody_ends_a_neighbours_session_or_lets_go_of_their_chat(at_home: Colleague) -> None:
    li = await neighbour(places.home_place_id(), "李国强", address="li")
    other = await login.find_session(await entering.begin_resident(li.person_id))
    assert other is not None
    assert (await at_home.send("/me/sessions/revoke", session=other.id)).status == 404
    assert (await at_home.send("/me/unbind", contact=li.contact_id)).status == 404


async def test_a_chat_is_let_go_of_and_another_connected_from_the_page(at_home: Colleague, wang: Neighbour) -> None:
    code = await at_home.send("/me/code")
    assert "只发这 8 个数字" in code.html
    assert (await at_home.send("/me/unbind", contact=wang.contact_id)).status == 409, "signed in just now"
    await WebSession.all().update(created_at=now() - dt.timedelta(days=2))
    await at_home.send("/me/unbind", contact=wang.contact_id)
    assert (await Contact.get(id=wang.contact_id)).closed_at is not None


@pytest.mark.parametrize("path", ["/desk", "/homes", "/staff", "/pack", "/desk/me", "/misses"])
async def test_who_lives_here_sees_nothing_of_the_staffs(at_home: Colleague, path: str) -> None:
    assert (await at_home.see(path)).path in ("/login", "/me")


async def test_a_session_by_code_gives_nobody_the_rights_of_staff(at_home: Colleague, wang: Neighbour) -> None:
    home = places.home_place_id()
    await Role.create(created_at=now(), person_id=wang.person_id, place_id=home, name=RoleName.ADMIN)
    assert (await at_home.see("/staff")).path == "/login"
    assert (await at_home.see("/me")).path == "/login"


async def test_staff_and_guests_are_led_where_they_belong(client: Client) -> None:
    team: Team = await hire(client)
    assert (await team.chen.see("/me")).path == "/desk/me"
    assert (await team.chen.see("/me/sessions")).path == "/me/sessions"
    response = await client.get("/me")
    assert (response.url.path, response.url.query["back"]) == ("/login", "/me")


async def test_who_lives_elsewhere_sees_their_own_place(client: Client) -> None:
    there = (await Place.get(slug="other")).id
    li = await neighbour(there, "李国强", address="li")
    way = await login_codes.make_code(by=await li.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    page: Page = await Colleague(client, entered.viewer, entered.token).see("/")
    assert ("柳岸居委会" in page.html, "青禾里居委会" in page.html) == (True, False)
    chat = await chat_of(entered.token)
    assert (chat.place_id, chat.person_id) == (there, li.person_id)


async def test_who_lives_in_two_neighbourhoods_chooses_which_one_they_see(at_home: Colleague) -> None:
    here, there = places.home_place_id(), (await Place.get(slug="other")).id
    assert "您在几处有家" not in (await at_home.see("/me")).html
    assert (await at_home.send("/me/place", place=there)).status == 404
    held = {"person_id": at_home.viewer.person_id, "place_id": there, "name": "resident"}
    role = await Role.create(created_at=now(), **held)
    page = await at_home.send("/me/place", place=there)
    assert (page.path, "您在几处有家" in page.html) == ("/me", True)
    chosen = {PLACE_COOKIE: str(there)}
    assert "柳岸居委会" in (await at_home.see("/boards", **chosen)).html
    await role.delete()
    assert "青禾里居委会" in (await at_home.see("/boards", **chosen)).html
    assert here != there
