"""Fixtures of the walk: two filled neighbourhoods, everybody, and the whole web door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from tests.conftest import StillClock
from tests.walk import actors, town
from tests.walk.actors import Actor
from tests.walk.door import Client, door
from tests.walk.town import Land

Record = Callable[[str, object], None]
MakeClient = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked, by whom, through which door."""

    land: Land
    actors: list[Actor]
    client: Client


@pytest.fixture
async def walk(db: TortoiseContext, clock: StillClock, aiohttp_client: MakeClient) -> Walk:
    """Everything there is; nobody has used up anything yet."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    land = await town.found()
    return Walk(land, await actors.all_of(land), await aiohttp_client(door()))
