"""Signals: only after the commit, never lost between two waits, dropped with their listener."""

from __future__ import annotations

import pytest
from tortoise.context import TortoiseContext

from courier import signals
from models.transaction import savepoint, transaction


async def test_a_signal_waits_for_the_commit(db: TortoiseContext) -> None:
    async with signals.listening("t") as listener:
        async with transaction():
            signals.publish("t")
            assert not await listener.wait(seconds=0.01)
        assert await listener.wait(seconds=0.01)


async def test_a_rolled_back_change_signals_nothing(db: TortoiseContext) -> None:
    async with signals.listening("t") as listener:
        with pytest.raises(ValueError, match="no"):
            async with transaction():
                signals.publish("t")
                raise ValueError("no")
        assert not await listener.wait(seconds=0.01)


async def test_an_undone_part_signals_nothing_and_the_rest_does(db: TortoiseContext) -> None:
    async with signals.listening("undone") as undone, signals.listening("kept") as kept:
        async with transaction():
            with pytest.raises(ValueError, match="no"):
                async with savepoint():
                    signals.publish("undone")
                    raise ValueError("no")
            signals.publish("kept")
        assert await kept.wait(seconds=0.01)
        assert not await undone.wait(seconds=0.01)


async def test_a_signal_between_two_waits_is_not_lost() -> None:
    async with signals.listening("t") as listener:
        signals.publish("t")
        assert await listener.wait(seconds=0.01)
        assert not await listener.wait(seconds=0.01)
