"""Fixtures of the walk: two filled neighbourhoods, everybody, and the whole web door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from people import shelf
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
    moved: Actor


@pytest.fixture
async def walk(db: TortoiseContext, clock: StillClock, aiohttp_client: MakeClient, tmp_path: Path) -> Walk:
    """Everything there is; nobody has used up anything yet."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    shelf.use_folder(tmp_path / "files")
    land = await town.found()
    everybody, moved = await actors.all_of(land), await actors.moved(land)
    return Walk(land, everybody, await aiohttp_client(door()), moved)
