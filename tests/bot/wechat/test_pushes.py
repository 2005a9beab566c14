"""A push proves itself, is kept once, and is answered within its five seconds."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import ClientError, web

from bot import worker
from bot.channels.wechat import PATH
from courier import inbox
from models.contact import Contact
from models.message import Inbox, Outbox, OutboxState
from tests.bot.wechat.conftest import Line
from tests.fakes.wechat import TOKEN, Posted, event, plain_post, push, reply_of, safe_post, signed


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_question_is_answered_in_the_reply_encrypted(line: Line, *, as_json: bool) -> None:
    status, body = await line.post(safe_post(push("居住证怎么办"), as_json=as_json))
    reply = reply_of(body)
    assert (status, reply["ToUserName"], reply["MsgType"]) == (200, "wang-openid", "text")
    assert "居住证" in reply["Content"]
    assert body.startswith("{" if as_json else "<xml>")
    assert await Outbox.filter(state=OutboxState.DONE).count() == 1


@pytest.mark.parametrize("as_json", [False, True])
async def test_plain_mode(line: Line, *, as_json: bool) -> None:
    line.account.must_seal = False
    _, body = await line.post(plain_post(push("居住证怎么办"), as_json=as_json))
    assert "居住证" in reply_of(body)["Content"]


async def test_the_address_check(line: Line) -> None:
    query = {"timestamp": "1", "nonce": "2", "echostr": "<b>回声</b>", "signature": signed(TOKEN, "1", "2")}
    async with line.client.get(PATH, params=query) as response:
        assert (response.status, await response.text()) == (200, "<b>回声</b>")
        assert response.content_type == "text/plain"
    async with line.client.get(PATH, params={**query, "signature": "x"}) as response:
        assert response.status == 403


def _changed(posted: Posted, **query: str) -> Posted:
    return Posted({**posted.query, **query}, posted.body)


WRONG = {
    "another token": safe_post(push("x"), token="another"),
    "another account": safe_post(push("x"), app_id="wx0000000000000000"),
    "a wrong signature": _changed(safe_post(push("x")), msg_signature="0" * 40),
    "signed as plain": _changed(safe_post(push("x")), msg_signature=safe_post(push("x")).query["signature"]),
    "plain where only sealed may come": plain_post(push("x")),
    "no words": Posted(safe_post(push("x")).query, b"<xml><ToUserName>a</ToUserName></xml>"),
}


@pytest.mark.parametrize("posted", WRONG.values(), ids=list(WRONG))
async def test_whoever_cannot_prove_it_is_the_platform_is_turned_away(line: Line, posted: Posted) -> None:
    assert (await line.post(posted))[0] == 403
    assert await Inbox.all().count() == 0


STRANGE = {
    "no body": b"",
    "no form": b"hello",
    "control characters": b"<xml><a>\x00\x08</a></xml>",
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><a>&b;</a></xml>',
    "an outside entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
    "nested without end": b"<a>" * 30_000,
    "too long": b"<xml>" + b"a" * 100_000 + b"</xml>",
    "a list": b"[1]",
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=list(STRANGE))
async def test_what_nobody_can_read_is_set_aside_fast_and_hears_success(line: Line, body: bytes) -> None:
    line.account.must_seal = False
    started = time.monotonic()
    status, said = await line.post(Posted(plain_post(push("x")).query, body))
    assert (status, said) == (200, "success")
    assert await Inbox.all().values_list("state", flat=True) == ["quarantined"]
    assert time.monotonic() - started < 5


async def test_three_pushes_of_one_message_are_answered_once_with_the_same_words(line: Line) -> None:
    posted = safe_post(push("居住证怎么办"))
    bodies = await asyncio.gather(*(line.post(posted) for _ in range(3)))
    assert len({reply_of(body)["Content"] for _, body in bodies}) == 1
    assert (await Inbox.all().count(), await Outbox.all().count()) == (1, 1)


async def test_what_takes_too_long_hears_success_and_is_pushed_later(line: Line) -> None:
    line.account.budget = 0.0
    line.fake.quota["wang-openid"] = 5
    assert await line.post(safe_post(push("居住证怎么办"))) == (200, "success")
    for message in await inbox.claim(limit=1):
        await worker.work(message)
    await line.deliver()
    assert "居住证" in line.fake.arrived[0][1]


async def test_following_scanning_and_the_menu_say_their_words_and_leaving_closes(line: Line) -> None:
    for number, one in enumerate((event("subscribe"), event("CLICK", key="菜单"), event("VIEW", key="https://x"))):
        one["CreateTime"] = number
        assert (await line.post(safe_post(one)))[0] == 200
    assert await Inbox.all().count() == 2
    await line.post(safe_post(event("unsubscribe")))
    assert (await Contact.get(channel="wechat")).closed_at is not None
    await line.post(safe_post(push("你好", number=9)))
    assert (await Contact.get(channel="wechat")).closed_at is None


async def test_a_voice_message_asks_for_words(line: Line) -> None:
    _, body = await line.post(safe_post(push("", MsgType="voice", MediaId="m", Format="amr")))
    assert "用文字写" in reply_of(body)["Content"]


async def test_words_that_would_end_the_markup_arrive_as_they_are(line: Line) -> None:
    line.account.must_seal = False
    posted = plain_post(push("x"), as_json=True)
    body = posted.body.replace(b'"x"', b'"]]></Content><a>&b"')
    assert (await line.post(Posted(posted.query, body)))[0] == 200


async def test_a_process_that_dies_before_the_reply_is_written_leaves_a_doubt_and_no_loss(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_self: web.Response, _data: bytes = b"") -> None:
        raise ConnectionResetError

    with monkeypatch.context() as dying:
        dying.setattr(web.Response, "write_eof", die)
        with pytest.raises(ClientError):
            await line.post(safe_post(push("居住证怎么办")))
    assert await Outbox.all().values_list("state", flat=True) == [OutboxState.SENDING]
