"""The audit chain: every line in order, and any change or gap found."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from models.transaction import execute, transaction
from people.audit import first_broken_line, record
from people.viewers import SYSTEM


async def write(number: int) -> None:
    """One line."""
    async with transaction():
        await record(SYSTEM, "guide.publish", subject="entry", subject_id=number, place_id=None)


async def test_a_chain_written_in_parallel_is_whole(db: TortoiseContext) -> None:
    await asyncio.gather(*(write(n) for n in range(50)))
    assert await first_broken_line() is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_line SET subject_id=99 WHERE number=3",
        "UPDATE audit_line SET actor_id=7 WHERE number=3",
        "DELETE FROM audit_line WHERE number=3",
        "UPDATE audit_line SET previous='0' WHERE number=3",
    ],
)
async def test_a_changed_or_missing_line_is_found(db: TortoiseContext, damage: str) -> None:
    for number in range(5):
        await write(number)
    await execute(damage)
    assert await first_broken_line() == 3


async def test_a_line_without_a_transaction_is_refused(db: TortoiseContext) -> None:
    with pytest.raises(RuntimeError):
        await record(SYSTEM, "guide.publish", subject="entry", subject_id=1, place_id=None)
