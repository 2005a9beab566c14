"""Joining on pages: nothing typed is lost, the browser that asked is signed in, staff see who may be meant."""

from __future__ import annotations

import asyncio
import re
from uuid import uuid4

import pytest
from aiohttp import FormData

from models.transaction import fetch, fetch_one
from people import entering, login_codes, places
from people.entering import Browser
from people.joining import links, vouching
from people.residents import at
from people.viewers import SYSTEM, viewer_of
from people.visitors import COOKIE, NEXT_COOKIE, address_of
from portal.security import form_token
from portal.session import STAFF_COOKIE
from tests.people import joining
from tests.people.neighbours import neighbour
from tests.people.town import home, load
from tests.portal.conftest import Client
from tests.portal.desk_work import signed_in
from tests.portal.neighbourhood import TOKEN

BROWSER = {COOKIE: TOKEN}
OTHER = {COOKIE: "o" * 43}


@pytest.fixture
async def token(client: Client) -> str:
    """The link of 示范一村, where 3号楼 has a 501."""
    await load(home(), home(3, label="502"), place_id=places.home_place_id())
    joining.fresh_limits()
    [estate] = await links.estates(viewer=SYSTEM, place_id=places.home_place_id())
    return (await links.make_link(estate.id, by=SYSTEM)).token


async def fields(**changes: str) -> dict[str, str]:
    row = await fetch_one("SELECT id FROM building WHERE name='3号楼'")
    assert row is not None
    given = {"building": str(row["id"]), "label": "501", "name": "王示范", "relation": "owner", "shown_name": "王阿姨"}
    return {**given, **changes}


async def send(client: Client, token: str, *, cookies: dict[str, str] = BROWSER, **changes: str) -> tuple[int, str]:
    data = await fields(**changes)
    response = await client.post(f"/join/{token}", data=data, cookies=cookies, allow_redirects=False)
    return response.status, await response.text()


def held(client: Client) -> dict[str, str]:
    """The cookies of the browser that asked: the one it had, and what it was offered in its place."""
    jar = client.session.cookie_jar.filter_cookies(client.make_url("/"))
    return {**BROWSER, **{name: jar[name].value for name in (COOKIE, NEXT_COOKIE) if name in jar}}


async def press(client: Client, path: str, cookies: dict[str, str], **sent: str) -> str:
    data = {"form_token": form_token(cookies[STAFF_COOKIE]), **sent}
    response = await client.post(path, data=data, cookies=cookies, allow_redirects=True)
    return await response.text()


async def test_what_was_typed_stays_when_something_is_wrong(client: Client, token: str) -> None:
    status, html = await send(client, token, name="<i>", phone="12", shown_name="物业小王", helper_name="1")
    assert status == 422
    assert html.count('class="field-problem"') == 4, "name, chosen name, telephone, helper"
    assert 'value="&lt;i&gt;"' in html
    assert 'value="501"' in html
    assert await fetch("SELECT id FROM join_request") == []


async def test_a_home_that_is_not_listed_is_asked_about_once(client: Client, token: str) -> None:
    status, html = await send(client, token, label="909")
    assert (status, "3号楼登记的房屋里没有“909”" in html) == (422, True)
    status, _ = await send(client, token, label="909", unlisted="1")
    assert status == 303


async def test_the_browser_that_asked_is_signed_in_once_they_say_so_and_no_other(client: Client, token: str) -> None:
    assert (await send(client, token))[0] == 303
    asked = held(client)
    assert (await send(client, token, cookies=asked, name="王别人"))[0] == 409, "once for a home"
    _, cookies = await signed_in()
    assert "王示范" in await (await client.get("/joins", cookies=cookies)).text()
    row = await fetch_one("SELECT id, version FROM join_request")
    assert row is not None
    await press(client, f"/joins/{row['id']}/approve", cookies, version=str(row["version"]))
    client.session.cookie_jar.clear()
    for noted in (OTHER, BROWSER):
        other = await client.post("/join/enter", data={"verb": "yes"}, cookies=noted, allow_redirects=False)
        assert STAFF_COOKIE not in other.cookies, "a cookie that was there before it was asked lets nobody in"
        client.session.cookie_jar.clear()
    asks = await client.get("/join", cookies=asked, allow_redirects=False)
    assert (asks.status, STAFF_COOKIE in asks.cookies) == (200, False), "looking signs nobody in"
    assert "是您本人吗" in await asks.text()
    came = await client.post("/join/enter", data={"verb": "yes"}, cookies=asked, allow_redirects=False)
    assert came.status == 303
    session = {**asked, STAFF_COOKIE: came.cookies[STAFF_COOKIE].value}
    household = await (await client.get("/me/household", cookies=session)).text()
    assert "王阿姨" in household
    assert "王示范" not in household
    client.session.cookie_jar.clear()
    again = await client.post("/join/enter", data={"verb": "yes"}, cookies=asked, allow_redirects=False)
    assert STAFF_COOKIE not in again.cookies, "once only"


async def test_whoever_else_sits_at_the_browser_says_so_and_it_forgets(client: Client, token: str) -> None:
    await send(client, token)
    asked = held(client)
    _, cookies = await signed_in()
    await press(client, "/joins/1/approve", cookies, version="0")
    client.session.cookie_jar.clear()
    assert (await client.get("/chat", cookies=asked, allow_redirects=False)).headers["Location"] == "/join"
    gone = await client.post("/join/enter", data={"verb": "no"}, cookies=asked, allow_redirects=False)
    assert (gone.cookies[COOKIE].value, gone.cookies[STAFF_COOKIE].value) == ("", "")
    came = await client.post("/join/enter", data={"verb": "yes"}, cookies=asked, allow_redirects=False)
    assert STAFF_COOKIE not in came.cookies


async def test_staff_must_say_who_is_meant_and_refuse_with_a_reason(client: Client, token: str) -> None:
    known = await joining.listed("王示范", places.home_place_id())
    await send(client, token)
    _, cookies = await signed_in()
    row = await fetch_one("SELECT id FROM join_request")
    assert row is not None
    path = f"/joins/{row['id']}"
    assert "登记里有可能是同一个人" in await press(client, f"{path}/approve", cookies, version="0")
    assert "请选一个不通过的原因" in await press(client, f"{path}/refuse", cookies, version="0", reason="")
    await press(client, f"{path}/approve", cookies, version="0", person=str(known))
    assert await joining.living(places.home_place_id()) == [("王示范", "501")]
    assert "已经有人处理了" in await press(client, f"{path}/refuse", cookies, version="0", reason="twice")


async def test_why_somebody_is_refused_stays_where_the_refusal_was_not_taken(client: Client, token: str) -> None:
    await send(client, token)
    _, cookies = await signed_in()
    row = await fetch_one("SELECT id FROM join_request")
    assert row is not None
    path, said = f"/joins/{row['id']}", "请带租房合同再来"
    assert f'value="{said}"' in await press(client, f"{path}/refuse", cookies, version="0", reason="", words=said)
    await press(client, f"{path}/approve", cookies, version="0", person="0")
    page = await press(client, f"{path}/refuse", cookies, version="0", reason="other", words=said)
    assert ("已经有人处理了" in page, said in page) == (True, True)


async def test_withdrawing_is_for_the_browser_that_asked(client: Client, token: str) -> None:
    await send(client, token)
    row = await fetch_one("SELECT id FROM join_request")
    assert row is not None
    path = f"/join/{row['id']}/withdraw"
    asked = held(client)
    assert (await client.post(path, cookies=OTHER, allow_redirects=False)).status == 404
    client.session.cookie_jar.clear()
    assert (await client.post(path, cookies=asked, allow_redirects=False)).status == 303
    html = await (await client.get("/join", cookies=asked)).text()
    assert "已撤回" in html
    assert "改好再申请一次" in html


async def test_a_list_is_compared_and_those_ticked_come_in(client: Client, token: str) -> None:
    await send(client, token)
    _, cookies = await signed_in()
    form = FormData()
    form.add_field("form_token", form_token(cookies[STAFF_COOKIE]))
    form.add_field("file", "楼栋,室号,姓名\n3,501,王示范\n".encode(), filename="名单.csv")
    html = await (await client.post("/joins/list", data=form, cookies=cookies)).text()
    chosen = re.search(r'name="chosen" value="([^"]+)"', html)
    assert chosen is not None
    done = await press(client, "/joins/approve", cookies, chosen=chosen[1])
    assert "通过了 1 个" in done


async def test_the_poster_and_a_replaced_code(client: Client, token: str) -> None:
    _, cookies = await signed_in()
    [estate] = await links.estates(viewer=SYSTEM, place_id=places.home_place_id())
    poster = await (await client.get(f"/estates/{estate.id}/poster", cookies=cookies)).text()
    assert "<svg" in poster
    assert estate.digits in poster
    await press(client, f"/estates/{estate.id}/link", cookies)
    gone = await client.get(f"/join/{token}", cookies=BROWSER)
    assert (gone.status, "换成新的" in await gone.text()) == (409, True)


async def test_staff_name_who_acts_for_whom_on_the_home_card(client: Client, token: str) -> None:
    place_id = places.home_place_id()
    elder, helper = await joining.listed("王老示", place_id), await joining.listed("王小示", place_id, label="502")
    _, cookies = await signed_in()
    home_id = await fetch_one("SELECT id FROM home WHERE label='501'")
    assert home_id is not None
    path = f"/homes/{home_id['id']}/acting"
    sent = {"verb": "give", "elder": str(elder), "kind": "family"}
    assert "没有找到这个人" in await press(client, path, cookies, helper="没有", **sent)
    assert "王小示 代 王老示" in await press(client, path, cookies, helper="王小示", **sent)
    row = await fetch_one("SELECT id, helper_id FROM acting")
    assert row is not None
    assert row["helper_id"] == helper
    html = await press(client, path, cookies, verb="end", acting=str(row["id"]))
    assert "王小示 代 王老示" not in html


async def test_the_roll_is_filtered(client: Client, token: str) -> None:
    await joining.listed("王示范", places.home_place_id())
    _, cookies = await signed_in()
    for query, is_there in (("", True), ("joined=yes", False), ("relation=owner", True), ("relation=tenant", False)):
        html = await (await client.get(f"/residents?{query}", cookies=cookies)).text()
        assert ("王示范" in html) == is_there, query


async def test_who_asked_from_a_browser_is_known_by_its_chat(client: Client, token: str) -> None:
    await send(client, token)
    await client.get("/join", cookies=held(client))
    address = address_of(held(client)[COOKIE])
    assert (address != address_of(TOKEN), NEXT_COOKIE in held(client)) == (True, False)
    assert address is not None
    where = await at(channel="web", address=address, place_id=places.home_place_id())
    row = await fetch_one("SELECT contact_id FROM join_request")
    assert row == {"contact_id": where.contact_id}


async def test_who_asks_for_an_elder_comes_in_by_the_browser_and_by_paper_and_asks_for_them(
    client: Client, token: str
) -> None:
    await send(client, token, helper_name="李小示")
    asked = held(client)
    _, cookies = await signed_in()
    await press(client, "/joins/1/approve", cookies, version="0")
    client.session.cookie_jar.clear()
    assert "是您本人吗" in await (await client.get("/join", cookies=asked)).text()
    came = await client.post("/join/enter", data={"verb": "yes"}, cookies=asked, allow_redirects=False)
    session = {**asked, STAFF_COOKIE: came.cookies[STAFF_COOKIE].value}
    assert "李小示" in await (await client.get("/me/privacy", cookies=session)).text()
    sent = {"text": "代王示范", "key": str(uuid4())}
    await client.post("/chat", data=sent, cookies=session, allow_redirects=False)
    assert "接下来替王示范问" in await (await client.get("/chat", cookies=session)).text()
    helper = await fetch_one("SELECT id FROM person WHERE name='李小示'")
    assert helper is not None
    gao = await viewer_of((await fetch("SELECT id FROM person WHERE name='高敏'"))[0]["id"])
    assert gao is not None
    way = await login_codes.print_code(helper["id"], by=gao)
    assert (await entering.enter_by_code(way.digits, browser=Browser("电脑", "192.0.2.9"))).viewer.name == "李**"


async def test_a_lost_answer_or_two_presses_at_once_lose_no_chat_and_make_one_request(
    client: Client, token: str
) -> None:
    await client.post("/chat", data={"text": "车棚的灯坏了", "key": str(uuid4())}, cookies=BROWSER)
    both = await asyncio.gather(*(send(client, token) for _ in range(2)))
    assert [status for status, _ in both] == [303, 303]
    client.session.cookie_jar.clear()
    assert (await send(client, token))[0] == 303, "the answer was lost, and it is sent again"
    assert await fetch("SELECT count(*) AS n FROM join_request") == [{"n": 1}]
    client.session.cookie_jar.clear()
    assert "车棚的灯坏了" in await (await client.get("/chat", cookies=BROWSER)).text()
    html = await (await client.get("/join", cookies=BROWSER)).text()
    assert html.count("撤回申请") == 1


async def test_who_was_refused_after_a_neighbour_vouched_reads_why(client: Client, token: str) -> None:
    place_id = places.home_place_id()
    await send(client, token)
    asked = held(client)
    wang = await neighbour(place_id, "王老示")
    assert await vouching.vouch(1, by=await wang.viewer())
    client.session.cookie_jar.clear()
    came = await client.post("/join/enter", data={"verb": "yes"}, cookies=asked, allow_redirects=False)
    browser = {**asked, **{name: one.value for name, one in came.cookies.items() if one.value}}
    client.session.cookie_jar.clear()
    _, cookies = await signed_in()
    version = await joining.version(1)
    await press(client, "/joins/1/refuse", cookies, version=str(version), reason="not_living", vouched="1")
    client.session.cookie_jar.clear()
    assert "查下来没有住在这里" in await (await client.get("/join", cookies=browser)).text()
    assert (await client.get("/me", cookies=browser)).url.path == "/login"


async def test_a_token_that_somebody_was_offered_before_is_nobodys_once_the_browser_has_shown_its_own(
    client: Client, token: str
) -> None:
    await send(client, token, name="坏示范", label="502")
    noted = held(client)
    client.session.cookie_jar.clear()
    await send(client, token)
    asked = held(client)
    client.session.cookie_jar.clear()
    assert "王示范" in await (await client.get("/join", cookies=asked)).text()
    client.session.cookie_jar.clear()
    for cookies in (noted, BROWSER, {COOKIE: noted[NEXT_COOKIE]}, {**BROWSER, NEXT_COOKIE: "n" * 43}):
        assert "王示范" not in await (await client.get("/join", cookies=cookies)).text()
        client.session.cookie_jar.clear()
    assert "王示范" in await (await client.get("/join", cookies=asked)).text()


async def test_a_refused_form_leads_back_to_its_page(client: Client, token: str) -> None:
    _, cookies = await signed_in()
    data = {"form_token": form_token(cookies[STAFF_COOKIE]), "residence": "999"}
    for referer, is_there in (
        (str(client.make_url("/homes/1?x=1")), True),
        ("http://elsewhere.test/homes/1?x=1", False),
    ):
        refused = await client.post("/homes/1/move_out", data=data, cookies=cookies, headers={"Referer": referer})
        assert ('href="/homes/1?x=1"' in await refused.text()) == is_there
