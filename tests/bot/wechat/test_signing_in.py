"""A browser inside WeChat is vouched for: once, for who is known, and never on the word of a snapshot page."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.wechat import NAME
from bot.channels.wechat.tickets import signed
from models.contact import Contact
from models.errors import Invalid
from models.login import LoginCode
from people import login_codes, places
from people.errands import COOKIE
from tests.bot.wechat.conftest import SITE, Line
from tests.fakes.wechat_pushes import TICKET
from tests.people.neighbours import neighbour

INSIDE = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}
OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"


async def out(line: Line) -> tuple[str, str]:
    """The browser begins; gives its cookie and the state it is sent with."""
    async with line.client.get("/channels/wechat/login", headers=INSIDE, allow_redirects=False) as response:
        assert response.status == 303
        where = urlsplit(response.headers["Location"])
        cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    query = parse_qs(where.query)
    assert (where.netloc, query["redirect_uri"]) == ("open.invalid", [f"{SITE}/channels/wechat/login/back"])
    return cookie.value, query["state"][0]


async def back(line: Line, *, code: str, state: str, cookie: str) -> str:
    """The browser comes back; gives where it is led."""
    query, headers = {"code": code, "state": state}, {"Cookie": f"{COOKIE}={cookie}"}
    async with line.client.get(
        "/channels/wechat/login/back", params=query, headers=headers, allow_redirects=False
    ) as response:
        assert response.status == 303
        return response.headers["Location"]


async def wang(line: Line) -> int:
    """王阿姨, who lives here and is known in this WeChat."""
    who = await neighbour(places.home_place_id(), address="x")
    await Contact.filter(id=who.contact_id).update(channel=NAME, address=OPENID)
    return who.person_id


async def test_who_is_known_is_handed_a_link_for_that_browser_alone_and_once(line: Line) -> None:
    person_id = await wang(line)
    cookie, state = await out(line)
    code = line.fake.code_for(OPENID)
    where = await back(line, code=code, state=state, cookie=cookie)
    link = where.removeprefix("/login/link/")
    assert (await login_codes.whose_link(link, token=cookie)).person_id == person_id
    with pytest.raises(Invalid):
        await login_codes.whose_link(link)
    line.fake.codes[code] = {"openid": OPENID, "scope": "snsapi_base"}
    assert await back(line, code=code, state=state, cookie=cookie) == "/login?refused=errand_gone"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"is_snapshotuser": 1}, "errand_gone"),
        ({"scope": "snsapi_userinfo"}, "errand_gone"),
        ({"openid": "somebody-who-is-not-known-here"}, "chat_unknown"),
        ({"errcode": -1}, "chat_later"),
        ({"errcode": 48001}, "chat_later"),
    ],
)
async def test_whatever_else_the_platform_says_lets_nobody_in(line: Line, answer: dict[str, object], said: str) -> None:
    await wang(line)
    cookie, state = await out(line)
    code = line.fake.code_for(OPENID)
    line.fake.codes[code] |= answer
    assert await back(line, code=code, state=state, cookie=cookie) == f"/login?refused={said}"
    assert await LoginCode.all().count() == 0
    assert await Contact.filter(address__startswith="somebody").count() == 0


async def test_another_browser_or_another_errand_gains_nothing(line: Line) -> None:
    await wang(line)
    cookie, state = await out(line)
    other, other_state = await out(line)
    for token, given in ((other, state), (cookie, other_state), ("", state), ("x" * 43, state), (cookie, "")):
        code = line.fake.code_for(OPENID)
        assert await back(line, code=code, state=given, cookie=token) == "/login?refused=errand_gone"
        assert code in line.fake.codes


async def test_outside_wechat_and_too_often_it_says_so(line: Line) -> None:
    async with line.client.get("/channels/wechat/login", allow_redirects=False) as response:
        assert response.headers["Location"] == "/login?refused=only_in_wechat"
    headers, where = {**INSIDE, "X-Forwarded-For": "192.0.2.1"}, ""
    for _ in range(21):
        async with line.client.get("/channels/wechat/login", headers=headers, allow_redirects=False) as response:
            where = response.headers["Location"]
    assert where == "/login?refused=chat_later"


def test_the_signature_of_a_page_as_the_documents_work_it_out() -> None:
    """The example of the JS-SDK's documentation (附录1)."""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    made = signed(
        ticket, url="http://mp.weixin.qq.com?params=value#x", timestamp="1414587457", nonce="Wm3WZYTPz0wzccnW"
    )
    assert made.signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


async def test_the_page_of_the_notice_is_signed_for_its_own_address_and_lets_nothing_else_in(line: Line) -> None:
    async with line.client.get("/channels/wechat/notice?from=x", headers=INSIDE) as response:
        text, policy = await response.text(), response.headers["Content-Security-Policy"]
    found = {name: re.search(rf'"{name}": "?([^",]+)', text) for name in ("timestamp", "nonceStr", "signature")}
    stamp, nonce, signature = (one[1] for one in found.values() if one)
    words = f"jsapi_ticket={TICKET}&noncestr={nonce}&timestamp={stamp}&url={SITE}/channels/wechat/notice?from=x"
    assert signature == hashlib.sha1(words.encode()).hexdigest()
    assert "wx-open-subscribe" in text
    assert ("unsafe" in policy, "https://res.wx.qq.com" in policy) == (False, True)
    async with line.client.get("/channels/wechat/notice") as response:
        assert "请在微信里打开" in await response.text()
