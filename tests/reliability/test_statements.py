"""What a message costs the database: a small, fixed number of statements, however long the conversation has become."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tortoise.context import TortoiseContext

from bot import incoming, worker
from bot.incoming import Incoming
from people import places
from tests.portal.neighbourhood import piece_of_pack, settle
from tests.portal.statements import statements

FIRST, LATER = 12, 9
"""Receive, claim, read (meet, open, read again), hear, remember, take the lane, send, say, finish."""


@pytest.fixture
async def ready(db: TortoiseContext) -> None:
    await settle([piece_of_pack("marriage-family", most=6)])


async def _cost(text: str, *, number: int, address: str) -> int:
    message = Incoming("web", address, places.home_place_id(), text, key=f"{address} {number}")
    with statements() as counted:
        received = await incoming.receive(message)
        assert await worker.work_lane(message.lane, message_id=received.id)
    return len(counted.seen)


async def test_a_first_message_costs_a_fixed_number_of_statements(ready: None) -> None:
    assert [await _cost("结婚登记", number=1, address=uuid4().hex) for _ in range(2)] == [FIRST, FIRST]


async def test_a_later_message_costs_the_same_in_a_short_and_in_a_long_conversation(ready: None) -> None:
    who, texts = uuid4().hex, ["离婚登记与冷静期", "产假、生育假和陪产假"] * 4
    await _cost("结婚登记", number=0, address=who)
    costs = [await _cost(text, number=number, address=who) for number, text in enumerate(texts, start=1)]
    assert set(costs) == {LATER}


async def test_a_message_sent_again_costs_two_statements(ready: None) -> None:
    who = uuid4().hex
    await _cost("结婚登记", number=1, address=who)
    message = Incoming("web", who, places.home_place_id(), "结婚登记", key=f"{who} 1")
    with statements() as counted:
        assert not (await incoming.receive(message)).is_new
    assert len(counted.seen) == 2
