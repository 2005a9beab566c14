"""The line to WeChat is bad: poison, repeats and wrong order cost nothing else; another library reads the stand-in."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from wechatpy.crypto import WeChatCrypto

from bot import worker
from bot.channels.wechat import PATH
from bot.channels.wechat.callback import routes
from bot.channels.wechat.sending import SEND
from bot.channels.wechat.tokens import call, errcode
from courier import inbox
from models.message import Inbox
from tests.bot.wechat.conftest import Line
from tests.fakes.wechat_phones import Disturbed, WeChatPhones
from tests.fakes.wechat_pushes import AES_KEY, APP_ID, TOKEN, push, reply_of, safe_post

WORDS = ("居住证怎么办", "你好", "谢谢", "菜单")


async def test_every_message_is_answered_once(line: Line) -> None:
    phones = WeChatPhones(
        line.fake, str(line.client.make_url(PATH)), disturbed=Disturbed(twice=1, swapped=1, poisoned=2)
    )
    async with phones.delivering():
        for text in WORDS:
            for openid in ("wang-openid", "li-openid"):
                await phones.write(openid, text)
        await line.deliver()
    for openid in ("wang-openid", "li-openid"):
        lines = phones.lines(openid)
        assert (sum(one.by_person for one in lines), sum(not one.by_person for one in lines)) == (4, 4)
    assert await Inbox.filter(state="quarantined").count() == 2


async def test_another_librarys_crypto_opens_the_stand_ins_pushes_and_our_replies(line: Line) -> None:
    crypto, posted = WeChatCrypto(TOKEN, AES_KEY, APP_ID), safe_post(push("居住证怎么办"))
    stamp = posted.query["timestamp"], posted.query["nonce"]
    opened = crypto.decrypt_message(posted.body.decode(), posted.query["msg_signature"], *stamp)
    assert ET.fromstring(opened).findtext("Content") == "居住证怎么办"
    _, body = await line.post(posted)
    reply = ET.fromstring(body)
    said = crypto.decrypt_message(
        body, reply.findtext("MsgSignature"), reply.findtext("TimeStamp"), reply.findtext("Nonce")
    )
    assert ET.fromstring(said).findtext("Content") == reply_of(body)["Content"]


async def test_the_stand_in_opens_what_another_librarys_crypto_sealed() -> None:
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(
        "<xml><Content>好</Content></xml>", "42", "1772413800"
    )
    assert reply_of(sealed)["Content"] == "好"


async def test_the_stand_in_takes_five_messages_in_48_hours_and_none_later(line: Line) -> None:
    now = 0.0
    line.fake.seconds = lambda: now
    line.fake.open_window("wang-openid", is_message=True)
    said = {"touser": "wang-openid", "text": {"content": "一句"}}
    assert [line.fake.take(said, b"") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    line.fake.open_window("wang-openid", is_message=True)
    now = 48 * 3600 + 1.0
    assert line.fake.take(said, b"") == 45015
    line.fake.open_window("wang-openid", is_message=False)
    assert [line.fake.take(said, b"") for _ in range(4)] == [0, 0, 0, 45047]


async def test_the_stand_ins_tokens_are_good_for_two_hours(line: Line) -> None:
    now = 0.0
    line.fake.seconds = lambda: now
    line.fake.quota["wang-openid"] = 2
    said = {"touser": "wang-openid", "msgtype": "text", "text": {"content": "一句"}}
    assert errcode(await call(line.channel.tokens, SEND, said)) == 0
    now = 7_201.0
    assert errcode(await call(line.channel.tokens, SEND, said)) == 0
    assert line.fake.tokens_given == 2


async def test_a_push_that_comes_again_at_another_process_is_answered_once(line: Line) -> None:
    line.account.budget = 0  # The first is too slow to answer in time.
    other = web.Application()
    other.add_routes(routes(replace(line.account, budget=4.0, under_way={})))
    posted = safe_post(push("居住证怎么办"))
    line.fake.open_window("wang-openid", is_message=True)
    async with TestClient(TestServer(other)) as second:
        said = [(await line.post(posted))[1]]
        for _ in range(2):
            async with second.post(PATH, params=posted.query, data=posted.body) as response:
                said.append(await response.text())
    for message in await inbox.claim():
        await worker.work(message)
    await line.deliver()
    assert (said, len(line.fake.arrived)) == (["success"] * 3, 1)
