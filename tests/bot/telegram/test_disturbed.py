"""The line to Telegram is bad: poison, repeats, wrong order and answers nobody heard cost nothing else."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from bot.channels.telegram import PATH
from bot.channels.telegram.polling import Poller
from models.message import Inbox
from models.transaction import execute
from tests.bot.telegram.conftest import SECRET, Line
from tests.fakes.telegram_phones import Disturbed, TelegramPhones, delivered_unsaid, nonsense
from tests.fakes.telegram_updates import message

WORDS = ("居住证怎么办", "你好", "谢谢", "菜单")


async def _settled(line: Line) -> None:
    """Everything is answered, and everything written is sent, whatever it waits for."""
    while await Inbox.filter(state="new").exists():
        await line.work()
        await execute("UPDATE outbox SET due_ms=0 WHERE state='new'")
    await line.work()


async def _written(phones: TelegramPhones) -> None:
    for text in WORDS:
        for chat in (7, 8):
            phones.write(chat, text)


def _counted(phones: TelegramPhones, chat: int) -> tuple[int, int]:
    lines = phones.lines(chat)
    return sum(one.by_person for one in lines), sum(not one.by_person for one in lines)


async def test_by_webhook_every_message_is_answered_once(line: Line) -> None:
    phones = TelegramPhones(line.fake, disturbed=Disturbed(twice=2, swapped=1, poisoned=2))
    line.fake.webhook = {"url": str(line.client.make_url(PATH)), "secret_token": SECRET}
    async with phones.delivering():
        await _written(phones)
        async with asyncio.timeout(20):
            while phones.posted < 12:  # noqa: ASYNC110 - another task posts.
                await asyncio.sleep(0.02)
    await _settled(line)
    assert [_counted(phones, chat) for chat in (7, 8)] == [(4, 4), (4, 4)]
    assert await Inbox.filter(state="quarantined").count() == 2


async def test_by_polling_every_message_is_answered_once(line: Line) -> None:
    phones = TelegramPhones(line.fake, disturbed=Disturbed(twice=2, swapped=1, poisoned=2))
    await _written(phones)
    stop = asyncio.Event()
    async with ClientSession() as session, asyncio.TaskGroup() as group:
        group.create_task(Poller(session, url=line.bot.base_url, bot=line.bot).run(stop))
        async with asyncio.timeout(20):
            while await Inbox.all().count() < 10:  # noqa: ASYNC110 - another task fills the table.
                await asyncio.sleep(0.02)
        stop.set()
    await _settled(line)
    assert [_counted(phones, chat) for chat in (7, 8)] == [(4, 4), (4, 4)]


async def test_what_arrived_unheard_comes_once_more_and_says_so(line: Line) -> None:
    phones = TelegramPhones(line.fake)
    line.fake.faults.append(delivered_unsaid(line.fake))
    line.fake.updates.clear()
    phones.write(7, "你好")
    await line.post(line.fake.updates[0])
    await line.work()
    texts = [one.text for one in phones.lines(7) if not one.by_person]
    assert len(texts) == 1
    await execute("UPDATE outbox SET due_ms=0 WHERE state='new'")
    await line.work()
    texts = [one.text for one in phones.lines(7) if not one.by_person]
    assert texts == [texts[0], f"（可能重复）{texts[0]}"]


async def test_an_answer_that_is_none_leaves_a_doubt(line: Line) -> None:
    line.fake.faults.append(nonsense)
    await line.post(message(1, "你好"))
    await line.work()
    await execute("UPDATE outbox SET due_ms=0 WHERE state='new'")
    await line.work()
    assert [one.text[:6] for one in line.fake.arrived] == ["（可能重复）"]


async def test_the_stand_in_is_driven_by_the_librarys_own_client_and_keeps_the_platforms_limits(line: Line) -> None:
    bot: ExtBot[None] = line.bot
    assert (await bot.send_message(7, "字" * 4096)).text == "字" * 4096
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(7, "字" * 4097)
    line.fake.updates.append(
        {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
    )
    assert [one.update_id for one in await bot.get_updates()] == [5]
    assert await bot.get_updates(offset=6, timeout=0) == ()
    with pytest.raises(RetryAfter):
        for _ in range(21):
            await bot.send_message(-100, "一句")
