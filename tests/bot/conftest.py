"""A neighbourhood to talk to, with a clock that stands still and a key to seal with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Reply
from casework import guide
from courier import limits
from models.sealed import use_secrets
from tests.bot.stage import Stage, set_stage
from tests.conftest import StillClock

Type = Callable[[str], Awaitable[Reply]]


@pytest.fixture(autouse=True)
def secrets() -> None:
    """A key to seal with, and fresh limits."""
    use_secrets("a key for tests only")
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
async def stage(db: TortoiseContext, clock: StillClock) -> AsyncIterator[Stage]:
    """The neighbourhood, its cast, and the small pack."""
    yield await set_stage()
    guide.forget()


@pytest.fixture
def wang(stage: Stage) -> Type:
    """王阿姨 types something on the web."""

    async def types(text: str) -> Reply:
        return await dialogue.respond(Incoming("web", "wang", stage.place_id, text, key="unused"))

    return types
