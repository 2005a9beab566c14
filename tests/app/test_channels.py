"""The channels of a real process: looked at by a command, out of reach one by one, and never in the log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.wechat import NAME, PATH
from courier import outbox
from courier.letters import Letter
from models import clock
from models.contact import Contact
from models.database import connected
from models.home import Estate
from models.place import Level
from models.sealed import use_secrets
from models.transaction import transaction
from people import staff
from people.joining import links
from people.viewers import SYSTEM
from tests.app.process import Serving, command, serving
from tests.fakes.telegram import TOKEN as BOT_TOKEN
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_pushes import AES_KEY, APP_ID, APP_SECRET, TEMPLATE, TOKEN, push, reply_of, safe_post
from tests.people.neighbours import neighbour

pytestmark = pytest.mark.databases("sqlite")
SECRET_KEY = "a secret key of these tests alone"
NOWHERE = "http://127.0.0.1:1"
OPENID = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
INSIDE = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


@dataclass(frozen=True, slots=True)
class Servers:
    """Stand-ins of both platforms, and the settings that lead to them."""

    wechat: FakeWeChat
    telegram: FakeTelegram
    settings: dict[str, str]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
async def servers(database_url: str) -> AsyncIterator[Servers]:
    """Both stand-ins, and a neighbourhood in which 王阿姨 is known in WeChat and in Telegram."""
    use_secrets(SECRET_KEY)
    async with connected(database_url):
        place = await staff.add_place(by=SYSTEM, slug="demo", name="柳荫居委", level=Level.NEIGHBOURHOOD)
        who = await neighbour(place.id)
        await Contact.filter(id=who.contact_id).update(channel=NAME, address=OPENID)
        await Contact.create(
            created_at=(await Contact.get(id=who.contact_id)).created_at,
            channel="telegram",
            address="4242",
            place_id=place.id,
            person_id=who.person_id,
        )
    wechat, telegram, port = FakeWeChat(), FakeTelegram(), _free_port()
    async with TestServer(wechat.application()) as one, TestServer(telegram.application()) as other:
        bot = str(other.make_url("/bot"))
        settings = {
            "MULIN_DATABASE_URL": database_url,
            "MULIN_SECRET_KEY": SECRET_KEY,
            "MULIN_PORT": str(port),
            "MULIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MULIN_WECHAT_APP_ID": APP_ID,
            "MULIN_WECHAT_APP_SECRET": APP_SECRET,
            "MULIN_WECHAT_TOKEN": TOKEN,
            "MULIN_WECHAT_AES_KEY": AES_KEY,
            "MULIN_WECHAT_API_BASE": str(one.make_url("/")).rstrip("/"),
            "MULIN_WECHAT_NOTICE_TEMPLATE": TEMPLATE,
            "MULIN_WECHAT_NOTICE_FIELDS": '{"thing1": "what"}',
            "MULIN_TELEGRAM_TOKEN": BOT_TOKEN,
            "MULIN_TELEGRAM_BASE_URL": bot,
        }
        yield Servers(wechat, telegram, settings)


async def test_a_wrong_setting_is_code_two_and_nothing_switched_on_is_nothing_wrong(tmp_path: Path) -> None:
    off = await command("channels", "check", folder=tmp_path)
    assert (off.code, off.out.count("not switched on")) == (0, 3)
    half = await command("channels", "check", folder=tmp_path, MULIN_WECHAT_APP_ID=APP_ID)
    assert (half.code, half.out) == (2, "")
    assert "MULIN_WECHAT_APP_SECRET" in half.err


async def test_what_is_wrong_is_said_of_each_channel_by_itself(servers: Servers, tmp_path: Path) -> None:
    servers.wechat.errors.extend([48001, 43101])
    wrong = {"MULIN_TELEGRAM_BASE_URL": f"{NOWHERE}/bot", "MULIN_RELAY_URL": NOWHERE, "MULIN_RELAY_SECRET": "x" * 16}
    done = await command("channels", "check", folder=tmp_path, **(servers.settings | wrong))
    assert done.code == 1
    for words in (
        "telegram  wrong  127.0.0.1 cannot be reached",
        "wechat    ok     AppID and AppSecret are good",
        "does not answer from here: is the service running",
        "the account is not verified",
        "templates cannot be read: errcode 43101",
        "12 of 500000 messages",
        "relay     wrong  the gateway",
    ):
        assert words in done.out
    other = {"MULIN_WECHAT_APP_SECRET": "0" * 32, "MULIN_TELEGRAM_TOKEN": "123456789:" + "x" * 35}
    done = await command("channels", "check", folder=tmp_path, **(servers.settings | other))
    assert done.code == 1
    assert "the AppSecret is wrong" in done.out
    assert "Telegram does not know this token" in done.out


async def test_the_menu_is_put_up(servers: Servers, tmp_path: Path) -> None:
    done = await command("channels", "menu", folder=tmp_path, **servers.settings)
    assert (done.code, servers.wechat.menu is not None) == (0, True)
    done = await command("channels", "menu", folder=tmp_path, **(servers.settings | {"MULIN_WECHAT_API_BASE": NOWHERE}))
    assert (done.code, "cannot be asked" in done.err) == (1, True)


async def test_a_code_is_drawn_for_every_estate_with_a_link(servers: Servers, tmp_path: Path) -> None:
    async with connected(servers.settings["MULIN_DATABASE_URL"]):
        await links.make_link((await Estate.first()).id, by=SYSTEM)  # pyright: ignore[reportOptionalMemberAccess]
    words = ("channels", "codes", "--place", "demo", "--folder", str(tmp_path / "codes"))
    done = await command(*words, folder=tmp_path, **servers.settings)
    assert (done.code, done.out.count("示范一村")) == (0, 1)
    assert "<svg" in next((tmp_path / "codes").iterdir()).read_text(encoding="utf-8")
    assert servers.wechat.calls[-1] == "/cgi-bin/qrcode/create"


async def _ask(service: Serving, number: int) -> str:
    posted = safe_post(push("转人工", number=number))
    async with service.client.post(service.url + PATH, params=posted.query, data=posted.body) as response:
        return reply_of(await response.text())["Content"]


async def _comes_in(service: Serving, address: str) -> str:
    """A browser follows the link it was handed and presses the button; gives the page of one's own."""
    assert address.startswith("/login/link/"), address
    async with service.client.get(service.url + address) as response:
        assert "王秀英" in await response.text()
    async with service.client.post(service.url + address) as response:
        return await response.text()


async def _by_wechat(service: Serving, servers: Servers) -> str:
    begin, code = f"{service.url}/channels/wechat/login", servers.wechat.code_for(OPENID)
    async with service.client.get(begin, headers=INSIDE, allow_redirects=False) as response:
        state = response.headers["Location"].partition("state=")[2].partition("#")[0]
    query = {"code": code, "state": state}
    async with service.client.get(f"{begin}/back", params=query, allow_redirects=False) as response:
        return response.headers["Location"]


async def _by_telegram(service: Serving) -> str:
    async with service.client.get(f"{service.url}/channels/telegram/login") as response:
        text = await response.text()
    state = text.partition("state=")[2].partition('"')[0]
    fields = {"id": "4242", "first_name": "秀英", "auth_date": str(clock.now_ms() // 1000)}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hashlib.sha256(BOT_TOKEN.encode()).digest()
    query = fields | {"hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest(), "state": state}
    back = f"{service.url}/channels/telegram/login/back"
    async with service.client.get(back, params=query, allow_redirects=False) as response:
        where = response.headers["Location"]
    async with service.client.get(back, params=query, allow_redirects=False) as response:
        assert response.headers["Location"] == "/login?refused=errand_gone"
    return where


async def _pushed_with_an_old_token(servers: Servers) -> None:
    """A reply from the desk goes out although the token has run out meanwhile."""
    servers.wechat.expire()
    async with connected(servers.settings["MULIN_DATABASE_URL"]):
        use_secrets(SECRET_KEY)
        async with transaction():
            await outbox.put(Letter("答复"), channel=NAME, address="wang-openid", kind="desk.reply")
    async with asyncio.timeout(30):
        while not servers.wechat.arrived:  # noqa: ASYNC110 - another process sends it.
            await asyncio.sleep(0.1)
    assert (servers.wechat.arrived[-1][1], servers.wechat.tokens_given) == ("答复", 2)


SECRETS = (APP_SECRET, AES_KEY, TOKEN, BOT_TOKEN, "token-1", "token-2", OPENID, "wang-openid", SECRET_KEY)


async def test_both_channels_vouch_for_a_browser_and_nothing_secret_is_in_the_log(
    servers: Servers, tmp_path: Path
) -> None:
    async with _running(servers, tmp_path) as service:
        servers.wechat.quota["wang-openid"] = 5
        assert "值班" in await _ask(service, 1)
        assert "我的" in await _comes_in(service, await _by_wechat(service, servers))
        assert "我的" in await _comes_in(service, await _by_telegram(service))
        await _pushed_with_an_old_token(servers)
        checked = await command("channels", "check", folder=tmp_path, **servers.settings)
        ended = await service.end()
    assert "answers as the console wants it" in checked.out
    assert (checked.code, servers.wechat.menu is not None) == (0, True)
    for secret in SECRETS:
        assert secret not in ended.err + checked.out + checked.err


async def test_a_channel_out_of_reach_stops_no_other(servers: Servers, tmp_path: Path) -> None:
    away = {"MULIN_TELEGRAM_BASE_URL": f"{NOWHERE}/bot", "MULIN_WECHAT_API_BASE": NOWHERE}
    async with _running(servers, tmp_path, **away) as service:
        assert "值班" in await _ask(service, 1)
        for path in ("/", "/chat", "/readyz", "/login"):
            async with service.client.get(service.url + path) as response:
                assert response.status == 200
        async with service.client.get(f"{service.url}/channels/telegram/login", allow_redirects=False) as response:
            assert response.headers["Location"] == "/login?refused=chat_later"
        code = await _by_wechat(service, servers)
        assert code == "/login?refused=chat_later"
        ended = await service.end()
    assert ended.code == 0
    events = [json.loads(line)["event"] for line in ended.err.splitlines()]
    assert "wechat_menu_unknown" in events
    for secret in SECRETS:
        assert secret not in ended.err


@asynccontextmanager
async def _running(servers: Servers, folder: Path, **settings: str) -> AsyncIterator[Serving]:
    """The service at its most talkative."""
    all_settings = {**servers.settings, "MULIN_LOG_LEVEL": "debug", **settings}
    async with serving("serve", folder=folder, **all_settings) as service:
        yield service
