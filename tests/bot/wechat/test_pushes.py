"""A push proves itself, is kept once, and is answered within its five seconds."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError, web

from bot import worker
from bot.channels.wechat import PATH
from courier import consents, inbox, reach
from models.contact import Contact
from models.message import Inbox, Outbox, OutboxState
from models.transaction import execute
from people import places
from tests.bot.wechat.conftest import Line
from tests.fakes.wechat_pushes import TOKEN, Posted, answered, event, plain_post, push, reply_of, safe_post, signed


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


async def test_in_compatible_mode_only_the_encrypted_part_counts(line: Line) -> None:
    line.account.must_seal = False
    posted = safe_post(push("居住证怎么办"), as_json=True)
    both = json.loads(posted.body) | push("投诉", number=7, openid="somebody-else")
    _, body = await line.post(Posted(posted.query, json.dumps(both).encode()))
    reply = reply_of(body)
    assert (reply["ToUserName"], "居住证" in reply["Content"]) == ("wang-openid", True)
    bad = Posted({**posted.query, "msg_signature": "0" * 40}, json.dumps(both).encode())
    assert (await line.post(bad))[0] == 403


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
    "nested as deep as fits": b"<a>" * 21_000,
    "nested without end": b"<a>" * 200_000,
    "lists in lists": b'{"a":' + b"[" * 60_000,
    "ten megabytes": b"<xml>" + b"a" * 10_000_000 + b"</xml>",
    "a list": b"[1]",
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=list(STRANGE))
async def test_what_nobody_can_read_is_set_aside_fast_and_hears_success(line: Line, body: bytes) -> None:
    line.account.must_seal = False
    before, started = _most_memory(), time.monotonic()
    status, said = await line.post(Posted(plain_post(push("x")).query, body))
    assert (status, said) == (200, "success")
    assert await Inbox.all().values_list("state", flat=True) == ["quarantined"]
    assert time.monotonic() - started < 3
    assert _most_memory() - before < 60


def _most_memory() -> float:
    """The most memory this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("fields", [push("x", openid="a\x00b"), push("x", MsgId="\x00"), event("CLICK", key="\ud800")])
async def test_a_name_that_no_database_keeps_is_set_aside(line: Line, fields: dict[str, object]) -> None:
    assert await line.post(safe_post(fields, as_json=True)) == (200, "success")
    assert await Inbox.all().values_list("state", flat=True) == ["quarantined"]


async def test_what_proves_nothing_is_kept_nowhere_and_little_of_what_proves_an_old_signature(line: Line) -> None:
    query = safe_post(push("x")).query
    for number in range(3):
        assert await line.post(Posted(query, f"<a>{number}".encode())) == (200, "success")
    assert await Inbox.all().count() == 0
    line.account.must_seal = False
    for number in range(70):
        await line.post(Posted(plain_post(push("x")).query, f"<a>{number}".encode()))
    assert await Inbox.all().count() == 60


async def test_a_body_in_many_pieces_is_read_whole(line: Line) -> None:
    posted = safe_post(push("居住证怎么办" + "？" * 3_000))

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(posted.body), 700):
            yield posted.body[at : at + 700]
            await asyncio.sleep(0)

    async with line.client.post(PATH, params=posted.query, data=pieces()) as response:
        assert (response.status, "居住证" in reply_of(await response.text())["Content"]) == (200, True)


async def test_three_pushes_of_one_message_are_answered_once_with_the_same_words(line: Line) -> None:
    posted = safe_post(push("居住证怎么办"))
    bodies = await asyncio.gather(*(line.post(posted) for _ in range(3)))
    assert len({reply_of(body)["Content"] for _, body in bodies}) == 1
    assert (await Inbox.all().count(), await Outbox.all().count()) == (1, 1)


async def test_three_pushes_of_what_takes_long_are_one_question_and_one_answer(line: Line) -> None:
    """As the platform sends them at 0, 5 and 10 seconds, at a twentieth of the time; another process holds the lane."""
    line.account.budget, line.fake.quota["wang-openid"] = 0.2, 5
    posted, lane = safe_post(push("居住证怎么办")), "wechat:wang-openid"
    payload = json.dumps(["wang-openid", places.home_place_id(), "你好"])
    await inbox.receive(channel="wechat", key="before", lane=lane, payload=payload)
    [held] = await inbox.claim(limit=1, lane=lane)
    for _ in range(3):
        assert await line.post(posted) == (200, "success")
        await asyncio.sleep(0.05)
    assert (await reach.of(lane)).left == 5
    await worker.work(held)
    [waits] = await inbox.claim(limit=1, lane=lane)
    await worker.work(waits)
    await line.deliver()
    assert len({text for _, text in line.fake.arrived}) == len(line.fake.arrived) == 2
    assert "居住证" in line.fake.arrived[1][1]
    assert await Inbox.filter(lane=lane).count() == 2
    assert (await reach.of(lane)).left == 3
    assert await line.post(posted) == (200, "success")
    assert (await reach.of(lane)).left == 3


@pytest.mark.databases("sqlite")
async def test_what_cannot_be_kept_is_not_acknowledged_as_if_it_were(line: Line) -> None:
    await execute("ALTER TABLE inbox RENAME TO inbox_away")
    assert "可能没有收到" in await line.say("居住证怎么办", number=1)
    await execute("ALTER TABLE inbox_away RENAME TO inbox")
    assert "居住证" in await line.say("居住证怎么办", number=1)


@pytest.mark.parametrize("digit", ["１", "一", "①", "第一个"])
async def test_a_digit_counts_in_whatever_form(line: Line, digit: str) -> None:
    assert "1 " in await line.say("菜单", number=1)
    assert "回复数字看哪一项" in await line.say(digit, number=2)


@pytest.mark.parametrize(("name", "key"), [("subscribe", "qrscene_join_{}"), ("SCAN", "join_{}")])
async def test_the_code_of_an_estate_begins_to_join_it(line: Line, name: str, key: str) -> None:
    _, body = await line.post(safe_post(event(name, key=key.format(f"{'willow':J<22}")) | {"Ticket": "t"}))
    assert "柳荫居委" in reply_of(body)["Content"]
    assert (await reach.of("wechat:wang-openid")).left == 3


async def test_a_press_on_a_menu_of_ours_opens_a_short_window(line: Line) -> None:
    await line.post(safe_post(push("转人工") | {"bizmsgmenuid": "1"}))
    assert (await reach.of("wechat:wang-openid")).left == 3


@pytest.mark.parametrize("as_json", [False, True])
async def test_consents_are_what_the_platform_says_and_for_our_template_only(line: Line, *, as_json: bool) -> None:
    lane = "wechat:wang-openid"
    other = answered(accepted=True)
    other["SubscribeMsgPopupEvent"]["List"]["TemplateId"] = "another"
    for one, is_given in ((other, False), (answered(accepted=True), True), (answered(accepted=False), False)):
        assert await line.post(safe_post(one, as_json=as_json)) == (200, "success")
        assert await consents.is_given(lane) is is_given
    assert await Inbox.all().count() == 0


async def test_an_event_that_could_not_be_noted_is_not_acknowledged(line: Line) -> None:
    await execute("ALTER TABLE reach_consent RENAME TO gone")
    with pytest.raises(ClientError):
        await line.post(safe_post(answered(accepted=True)))
    await execute("ALTER TABLE gone RENAME TO reach_consent")
    assert await line.post(safe_post(answered(accepted=True))) == (200, "success")


async def test_the_question_for_a_notice_stands_below_what_hands_over_until_it_is_answered(line: Line) -> None:
    assert "/channels/wechat/notice" in await line.say("转人工", number=1)
    assert "/channels/wechat/notice" not in await line.say("居住证怎么办", number=2)
    await line.post(safe_post(answered(accepted=True)))
    assert "/channels/wechat/notice" not in await line.say("转人工", number=3)


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


async def test_a_voice_message_goes_to_a_person(line: Line) -> None:
    _, body = await line.post(safe_post(push("", MsgType="voice", MediaId="m", Format="amr")))
    assert "语音收到了" in reply_of(body)["Content"]


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
