"""In a rush messages are kept first and answered next, but answering never waits for long."""

from __future__ import annotations

import asyncio
import contextvars
import time

import pytest
from tortoise.context import TortoiseContext

from bot import incoming
from bot.incoming import Incoming
from models.transaction import fetch, transaction


def message(number: int) -> Incoming:
    return Incoming("relay", f"resident-{number}", 1, "你好", key=str(number))


async def test_the_lull_comes_when_all_that_arrives_is_stored(db: TortoiseContext) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(incoming.receive(message(number)))
        await asyncio.sleep(0)
        await incoming.lull(seconds=30)
        assert len(await fetch("SELECT id FROM inbox")) == 20


@pytest.mark.databases("sqlite")
async def test_answering_does_not_wait_for_a_message_that_cannot_be_stored(db: TortoiseContext) -> None:
    outside = contextvars.copy_context()
    async with asyncio.TaskGroup() as group, transaction():
        group.create_task(incoming.receive(message(1)), context=outside)
        await asyncio.sleep(0)
        started = time.monotonic()
        await incoming.lull(seconds=0.05)
        assert 0.05 <= time.monotonic() - started < 5


async def test_there_is_nothing_to_wait_for_when_nobody_writes() -> None:
    async with asyncio.timeout(1):
        await incoming.lull(seconds=30)
