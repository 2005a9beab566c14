"""One notice for each consent, however many want to send one."""

from __future__ import annotations

import asyncio

from tortoise.context import TortoiseContext

from courier import consents
from tests.conftest import StillClock

LANE = "wechat:wang"


async def test_a_consent_is_used_once(db: TortoiseContext, clock: StillClock) -> None:
    assert await consents.spend(LANE) is False
    await consents.agree(LANE)
    await consents.agree(LANE)
    spent = await asyncio.gather(*(consents.spend(LANE) for _ in range(20)))
    assert spent.count(True) == 1
    await consents.give_back(LANE)
    assert await consents.is_given(LANE)
    await consents.drop(LANE)
    assert await consents.spend(LANE) is False
