"""The chat windows of the stand-ins: who tries the bot there writes, presses and disturbs the line as on a phone."""

from __future__ import annotations

from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.settings import load_settings
from tests.fakes.__main__ import application, settings
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_phones import TelegramPhones
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_phones import BROKEN, WeChatPhones


async def test_a_window_shows_what_was_written_and_what_came_with_its_buttons() -> None:
    fake = FakeTelegram()
    both = application(TelegramPhones(fake), WeChatPhones(FakeWeChat(), "http://nowhere"))
    async with TestClient(TestServer(both)) as client:
        page = await (await client.get("/telegram")).text()
        assert "王阿姨" in page
        await client.post("/telegram/1001/write", json={"text": "居住证怎么办"})
        rows = '{"inline_keyboard": [[{"text": "1 有用", "callback_data": "choice:1"}]]}'
        sent = {"chat_id": "1001", "text": "要看什么？", "reply_markup": rows}
        await client.post(f"/bot{settings(1)['MULIN_TELEGRAM_TOKEN']}/sendMessage", data=sent)
        lines = await (await client.get("/telegram/1001/lines")).json()
        assert [(one["text"], one["by_person"], one["buttons"]) for one in lines] == [
            ("居住证怎么办", True, []),
            ("要看什么？", False, [["1 有用", "choice:1"]]),
        ]
        await client.post("/telegram/1001/press", json={"line": 2, "data": "choice:1"})
        assert fake.updates[1]["callback_query"]["data"] == "choice:1"
        assert (await client.get("/telegram/1/lines")).status == 404
        await client.post("/telegram/1001/fault", json={"kind": "wait"})
        assert (await client.post(f"/bot{settings(1)['MULIN_TELEGRAM_TOKEN']}/sendMessage", data=sent)).status == 429


async def test_the_windows_send_photos_and_a_group_has_one_for_all() -> None:
    fake, followers = FakeTelegram(), FakeWeChat()
    both = application(TelegramPhones(fake), WeChatPhones(followers, "http://nowhere"))
    async with TestClient(TestServer(both)) as client:
        await client.post("/telegram/1001/photo?words=灯坏了", data=BytesIO(b"jpeg" * 600_000))
        sent = fake.updates[0]["message"]
        assert (sent["caption"], len(fake.files[sent["photo"][-1]["file_id"]])) == ("灯坏了", 2_400_000)
        await client.post("/telegram-group/1001/write", json={"text": "3号楼电梯坏了"})
        await client.post("/telegram-group/1002/write", json={"text": "@mulin_test_bot 报修", "about": 1})
        said = fake.updates[-1]["message"]
        assert (said["from"]["id"], said["reply_to_message"]["text"]) == (1002, "3号楼电梯坏了")
        lines = await (await client.get("/telegram-group/1003/lines")).json()
        assert [one["who"] for one in lines] == ["王阿姨", "李叔"]
        assert (await client.post("/telegram-group/1001/photo", data=b"x")).status == 404


async def test_an_account_that_answers_nonsense_looks_broken_and_one_that_says_success_silent() -> None:
    said = iter(["success", "<html>", ""])

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=next(said))

    ours = web.Application()
    ours.router.add_post("/channels/wechat", answer)
    async with TestServer(ours) as server:
        phones = WeChatPhones(FakeWeChat(), str(server.make_url("/channels/wechat")))
        async with phones.delivering():
            assert [await phones.write("somebody", "你好") for _ in range(3)] == ["", BROKEN, ""]


def test_the_settings_of_the_stand_ins_are_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings(8090).items():
        monkeypatch.setenv(name, value)
    assert load_settings().telegram_base_url == "http://127.0.0.1:8090/bot"
