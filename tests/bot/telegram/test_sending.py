"""What the Bot API answers decides what is known of a send."""

from __future__ import annotations

import pytest

from bot.channels import NotSent, Refused, Result, Sent, Unknown
from bot.channels.telegram.sending import Telegram, close, make_bot
from courier import outbox
from courier.letters import Letter, Link
from courier.outbox import Outbound
from models.contact import Contact
from models.message import Outbox
from models.transaction import transaction
from tests.bot.telegram.conftest import Line
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_faults import cut, failing
from tests.fakes.telegram_updates import message


async def _begin() -> bool:
    return True


def outbound(text: str = "您好", *choices: str, address: str = "7") -> Outbound:
    letter = Letter(text, choices, (Link("全文", "/guide/x"),))
    return Outbound(1, f"telegram:{address}", "telegram", address, "bot.answer", letter, 1, 0, "me", 0)


async def send(line: Line, one: Outbound, *, repeated: bool = False) -> Result:
    return await line.channel.send(one, maybe_repeated=repeated, begin=_begin)


async def test_text_links_and_buttons_arrive(line: Line) -> None:
    result = await send(line, outbound("您好", "有用", "长" * 100))
    (arrived,) = line.fake.arrived
    assert result == Sent(receipt=str(arrived.message_id))
    assert arrived.text == "您好\n全文：https://mulin.example/guide/x"
    assert arrived.buttons[0] == ("1 有用", "choice:1")
    assert arrived.buttons[1][0].endswith("…")


async def test_one_that_may_be_a_repeat_says_so(line: Line) -> None:
    await send(line, outbound(), repeated=True)
    assert line.fake.arrived[0].text.startswith("（可能重复）")


@pytest.mark.parametrize(
    ("status", "description", "parameters", "kind"),
    [
        (429, "Too Many Requests: retry after 7", {"retry_after": 7}, NotSent),
        (400, "Bad Request: message is not modified", {}, Sent),
        (400, "Bad Request: message is too long", {}, Refused),
        (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}, Refused),
        (401, "Unauthorized", {}, NotSent),
        (409, "Conflict: terminated", {}, NotSent),
        (500, "Internal Server Error", {}, Unknown),
        (502, "Bad Gateway", {}, Unknown),
    ],
)
async def test_every_answer_of_the_bot_api(
    line: Line, status: int, description: str, parameters: dict[str, object], kind: type
) -> None:
    line.fake.faults.append(failing(status, description, **parameters))
    assert isinstance(await send(line, outbound()), kind)
    assert line.fake.arrived == []


async def test_it_waits_as_long_as_it_is_told(line: Line) -> None:
    line.fake.faults.append(failing(429, "Too Many Requests: retry after 7", retry_after=7))
    assert await send(line, outbound()) == NotSent("told to wait", wait_ms=7_000, is_try=False)


async def test_three_chats_told_to_wait_make_everybody_wait(line: Line) -> None:
    for number in range(3):
        line.fake.faults.append(failing(429, "Too Many Requests: retry after 7", retry_after=7))
        await send(line, outbound(address=str(10 + number)))
    before = len(line.fake.calls)
    assert isinstance(await send(line, outbound(address="99")), NotSent)
    assert len(line.fake.calls) == before


async def test_one_chat_told_to_wait_however_often_rests_alone(line: Line) -> None:
    for _ in range(4):
        line.fake.faults.append(failing(429, "Too Many Requests: retry after 0", retry_after=0))
        await send(line, outbound(address="10"))
    line.fake.faults.append(failing(429, "Too Many Requests: retry after 7", retry_after=7))
    await send(line, outbound(address="10"))
    before = len(line.fake.calls)
    assert isinstance(await send(line, outbound(address="10")), NotSent)
    assert len(line.fake.calls) == before, "it is not asked again before its time"
    assert isinstance(await send(line, outbound(address="99")), Sent)


async def test_a_shorter_rest_of_all_does_not_end_a_longer_one(line: Line) -> None:
    line.channel.pace.rest(60)
    for number in range(3):
        line.channel.pace.told_to_wait(str(number), seconds=1)
    assert line.channel.pace.rest_ms("99") > 30_000


async def test_what_only_waits_for_its_turn_uses_up_no_try(line: Line) -> None:
    async with transaction():
        await outbox.put(Letter("您好"), channel="telegram", address="7", kind="x")
    line.fake.faults.append(failing(429, "Too Many Requests: retry after 7", retry_after=7))
    await line.work()
    row = await Outbox.get()
    assert (row.state, row.tries, row.error) == ("new", 0, "told to wait")


async def test_a_token_that_is_refused_makes_the_channel_rest(line: Line) -> None:
    line.fake.faults.append(failing(401, "Unauthorized"))
    await send(line, outbound())
    before = len(line.fake.calls)
    assert isinstance(await send(line, outbound(address="99")), NotSent)
    assert len(line.fake.calls) == before


async def test_a_connection_cut_after_the_request_means_unknown(line: Line) -> None:
    line.fake.faults.append(cut)
    assert isinstance(await send(line, outbound()), Unknown)


async def test_nobody_listening_means_not_sent() -> None:
    bot = make_bot(TOKEN, base_url="http://127.0.0.1:9/bot", file_url="http://127.0.0.1:9/file/bot")
    result = await Telegram(bot).send(outbound(), maybe_repeated=False, begin=_begin)
    assert isinstance(result, NotSent)
    await close(bot)


async def test_a_message_that_is_no_longer_ours_does_not_go_out(line: Line) -> None:
    async def refuse() -> bool:
        return False

    assert isinstance(await line.channel.send(outbound(), maybe_repeated=False, begin=refuse), NotSent)
    assert line.fake.arrived == []


async def test_who_blocked_the_bot_is_closed(line: Line) -> None:
    await line.post(message(1, "你好"))
    await line.work()
    line.fake.blocked.add(7)
    assert isinstance(await send(line, outbound()), Refused)
    assert (await Contact.get(channel="telegram", address="7")).closed_at is not None


async def test_a_long_letter_goes_out_in_parts_in_order_with_its_buttons_last(line: Line) -> None:
    letter = Letter("".join(f"第{number}句话。" for number in range(1_500)), ("有用",))
    async with transaction():
        await outbox.put(letter, channel="telegram", address="7", kind="x")
    count = await Outbox.all().count()
    for _ in range(count):
        await line.work()
    assert [len(one.buttons) for one in line.fake.arrived] == [0] * (count - 1) + [1]
    assert "".join(one.text for one in line.fake.arrived) == letter.text
